/** The HTTP API over small in-memory stand-ins of the other rooms, listening on a free port of the loopback. */
import { DeployError, RequestError } from "../../../runtime/base/errors.ts";
import { silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { problemSchema } from "../../../runtime/contract/problem.ts";
import type { HttpDeps } from "../../../runtime/http/api.ts";
import { type Console, type ConsoleSettings, createConsole } from "../../../runtime/http/console/console.ts";
import { documentPath } from "../../../runtime/http/openapi.ts";
import type { Route } from "../../../runtime/http/route.ts";
import { routes } from "../../../runtime/http/routes/table.ts";
import { createHttpServer } from "../../../runtime/http/server.ts";
import { createTokenAuthority } from "../../../runtime/http/tokens.ts";
import type { AuditNote } from "../../../runtime/port/audit.ts";
import type { CallQuality } from "../../../runtime/port/call-quality.ts";
import type { OriginateRequest } from "../../../runtime/port/calls.ts";
import type { ConsoleSessionRow, ConsoleStore, ConsoleUserRow } from "../../../runtime/port/console.ts";
import type { Deployment, Deployments, Release, ScriptVersion, Upload } from "../../../runtime/port/deployment.ts";
import type { Feed, SwitchEvent, TailEntry } from "../../../runtime/port/feed.ts";
import type { Mailboxes } from "../../../runtime/port/mailbox.ts";
import type { PolicyAdmin } from "../../../runtime/port/policy.ts";
import type { ScriptData } from "../../../runtime/port/script-data.ts";
import type { CdrQuery, Store, TokenRow } from "../../../runtime/port/store.ts";
import type { CallSummary, RegistrationView, RouteView, UserView } from "../../../runtime/port/switch.ts";
import type { TextMessage } from "../../../runtime/port/text-message.ts";
import type { TrunkAdmin, TrunkView } from "../../../runtime/port/trunk.ts";
import type { UpgradeView } from "../../../runtime/port/upgrade.ts";
import type { Cdr } from "../../../sdk/events.ts";

export const ADMIN = "stw_admin_secret_of_the_tests";
const AT = "2026-01-01T00:00:00.000Z";

export class FakeFeed<Entry> implements Feed<Entry> {
  readonly #listeners = new Set<(entry: Entry, id: number) => void>();
  readonly #entries: { readonly id: number; readonly entry: Entry }[] = [];
  readonly #remembered: number;
  #id = 0;

  constructor(remembered = 100) {
    this.#remembered = remembered;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  publish(entry: Entry): void {
    const id = ++this.#id;
    this.#entries.push({ id, entry });
    if (this.#entries.length > this.#remembered) this.#entries.shift();
    for (const listener of this.#listeners) listener(entry, id);
  }

  subscribe(listener: (entry: Entry, id: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  since(id: number): readonly { readonly id: number; readonly entry: Entry }[] {
    return this.#entries.filter((remembered) => remembered.id > id);
  }
}

/** Compiles what has no `SYNTAX`, and counts versions and deployments up. */
export class FakeDeployments implements Deployments {
  readonly stored = new Map<string, { version: ScriptVersion; files: Readonly<Record<string, string>> }[]>();
  readonly live = new Map<string, Deployment[]>();
  readonly uploads: Upload[] = [];
  readonly releases: Release[] = [];

  async check(_script: string, upload: Upload) {
    for (const [file, text] of Object.entries(upload.files)) {
      const lines = text.split("\n");
      const line = lines.findIndex((candidate) => candidate.includes("SYNTAX"));
      if (line < 0) continue;
      const column = (lines[line] ?? "").indexOf("SYNTAX") + 1;
      const diagnostic = {
        file,
        line: line + 1,
        column,
        code: "syntax",
        severity: "error",
        message: "not a word",
      } as const;
      throw new DeployError("script-does-not-compile", `1 error in ${file}.`, [diagnostic]);
    }
    return { handlers: ["invite"] as const, diagnostics: [] };
  }

  async upload(script: string, upload: Upload): Promise<ScriptVersion> {
    const { handlers, diagnostics } = await this.check(script, upload);
    this.uploads.push(upload);
    const all = this.stored.get(script) ?? [];
    const version: ScriptVersion = {
      script,
      version: all.length + 1,
      sha256: "0".repeat(64),
      entry: upload.entry,
      handlers,
      files: Object.keys(upload.files),
      tag: upload.tag ?? null,
      message: upload.message ?? null,
      author: upload.author,
      createdAt: AT,
      diagnostics,
    };
    this.stored.set(script, [...all, { version, files: upload.files }]);
    return version;
  }

  async deploy(
    script: string,
    shares: readonly { version: number | string; percent: number }[],
    by: { author: string; message?: string; ifMatch?: number; autoRollback?: boolean },
  ): Promise<Deployment> {
    const all = this.live.get(script) ?? [];
    if (by.ifMatch !== undefined && by.ifMatch !== all.length) {
      throw new RequestError("precondition-failed", `The deployment is ${all.length} now.`);
    }
    const versions = [];
    for (const { version, percent } of shares) {
      const found = await this.version(script, version);
      if (found === undefined) throw new RequestError("not-found", `There is no version ${version}.`);
      versions.push({ version: found.version, percent });
    }
    return this.#activate(script, versions, "deploy", by);
  }

  release(script: string, version: number, { percent = 100, ...by }: Release): Promise<Deployment> {
    this.releases.push(by);
    const old = this.live.get(script)?.at(-1)?.versions[0]?.version;
    const rest = old === undefined || percent === 100 ? [] : [{ version: old, percent: 100 - percent }];
    return this.deploy(script, [{ version, percent: 100 - (rest[0]?.percent ?? 0) }, ...rest], by);
  }

  async removeVersion(script: string, selector: number | string) {
    const version = await this.version(script, selector);
    if (version === undefined) throw new RequestError("not-found", "There is no such version.");
    this.stored.set(
      script,
      (this.stored.get(script) ?? []).filter((stored) => stored.version !== version),
    );
  }

  async rollback(script: string, by: { author: string; message?: string; to?: number | string }): Promise<Deployment> {
    const before = this.live.get(script)?.at(-2);
    if (by.to === undefined && before === undefined)
      throw new RequestError("conflict", "There is nothing to go back to.");
    const to = by.to === undefined ? undefined : await this.version(script, by.to);
    const versions = to === undefined ? (before?.versions ?? []) : [{ version: to.version, percent: 100 }];
    return this.#activate(script, versions, "rollback", by);
  }

  #activate(
    script: string,
    versions: Deployment["versions"],
    reason: Deployment["reason"],
    by: { author: string; message?: string; autoRollback?: boolean },
  ): Deployment {
    const all = this.live.get(script) ?? [];
    const { author } = by;
    const deployment = {
      script,
      id: all.length + 1,
      versions,
      reason,
      message: by.message ?? null,
      author,
      autoRollback: by.autoRollback ?? true,
      createdAt: AT,
    };
    this.live.set(script, [...all, deployment]);
    return deployment;
  }

  async list() {
    return [...this.stored.keys()].map((name) => ({
      name,
      latest: this.stored.get(name)?.length ?? 0,
      active: this.live.get(name)?.at(-1)?.versions ?? [],
      handlers: ["invite"] as const,
      updatedAt: AT,
    }));
  }

  async versions(script: string) {
    return (this.stored.get(script) ?? []).map(({ version }) => version);
  }

  async version(script: string, selector: number | string) {
    const all = await this.versions(script);
    if (selector === "latest") return all.at(-1);
    return all.find(({ version, tag }) => version === selector || tag === selector);
  }

  async source(script: string, selector: number | string, path: string) {
    const version = await this.version(script, selector);
    return this.stored.get(script)?.find((stored) => stored.version === version)?.files[path];
  }

  async deployment(script: string) {
    return this.live.get(script)?.at(-1);
  }

  async deployments(script: string) {
    return this.live.get(script) ?? [];
  }

  async remove(script: string) {
    if (!this.stored.delete(script)) throw new RequestError("not-found", `There is no script "${script}".`);
    this.live.delete(script);
  }
}

/** The stand-in looks at one field only. */
function fakeTrunks(): TrunkAdmin {
  const views = new Map<string, TrunkView>();
  return {
    list: () => [...views.values()],
    get: (name) => views.get(name),
    async put(name, input) {
      const { password, ...declaration } = input as Record<string, unknown>;
      if (typeof declaration.uri !== "string") throw new RequestError("invalid-request", "uri: a trunk has a gateway.");
      if (views.get(name)?.managed)
        throw new RequestError("managed-by-config", `"${name}" is declared in strowger.yaml.`);
      const created = !views.has(name);
      const trunk: TrunkView = {
        name,
        domain: "example.com",
        position: views.get(name)?.position ?? views.size + 1,
        managed: name === "declared",
        declaration,
        hasPassword: password !== undefined || views.get(name)?.hasPassword === true,
        calls: 0,
        state: "up",
        gateways: [
          {
            uri: declaration.uri,
            priority: 0,
            weight: 1,
            state: "unknown",
            since: null,
            reason: null,
            latencyMs: null,
          },
        ],
        registrations: [],
      };
      views.set(name, trunk);
      return { trunk, created };
    },
    async remove(name) {
      if (!views.delete(name)) throw new RequestError("not-found", `There is no trunk "${name}".`);
    },
  };
}

export function aCall(id: string): CallSummary {
  return {
    id,
    domain: "example.com",
    direction: "inbound",
    state: "answered",
    from: "sip:alice@example.com",
    to: "sip:bob@example.com",
    user: "alice",
    trunk: null,
    script: "front-desk",
    version: 1,
    route: "rest",
    startedAt: AT,
    ringingAt: AT,
    answeredAt: AT,
    seconds: 3.5,
    legs: [{ id: "leg-1", target: "bob", uri: "sip:bob@192.0.2.2", state: "answered" }],
    tags: { queue: "sales" },
  };
}

/** The caller has lost some packets, and the callee has not been heard yet. */
export function aQuality(call: string): CallQuality {
  const counts = { packetsSent: 500, packetsReceived: 490, packetsLost: 10, lossPercent: 2, jitterMs: 3.1 };
  const nothing = { packetsSent: 500, packetsReceived: 0, packetsLost: 0, lossPercent: 0, jitterMs: 0 };
  return {
    call,
    sides: [
      { side: "caller", codec: "PCMA", ...counts, roundTripMs: 41.26, mos: 4.19 },
      { side: "callee", codec: "opus", ...nothing, roundTripMs: null, mos: null },
    ],
  };
}

export function aCdr(id: string): Cdr {
  return {
    id,
    domain: "example.com",
    startedAt: AT,
    ringingAt: null,
    answeredAt: null,
    endedAt: AT,
    seconds: 0,
    from: "sip:alice@example.com",
    to: "sip:bob@example.com",
    user: null,
    trunk: null,
    script: "front-desk",
    version: 1,
    result: "failed",
    code: 404,
    reason: "Not Found",
    endedBy: "switch",
    direction: "inbound",
    legs: [],
    tags: {},
  };
}

export function aLogLine(text: string, more: Partial<Extract<TailEntry, { type: "log" }>> = {}): TailEntry {
  const ref = { script: "front-desk", version: 1 };
  return { type: "log", at: AT, ref, callId: "call-1", handler: "invite", level: "info", text, ...more };
}

export function anInvocation(type: "invocation" | "fault"): TailEntry {
  const base = {
    at: AT,
    ref: { script: "front-desk", version: 1 },
    handler: "invite",
    callId: "call-1",
  } as const;
  if (type === "invocation") return { type, ...base, outcome: "returned", wallMs: 1.25, cpuMs: 0.5 };
  const fault = { reason: "threw", message: "x is not a function", file: "front-desk.ts", line: 3, column: 5 } as const;
  return { type, ...base, outcome: "threw", fault };
}

export interface FakeSwitch {
  readonly url: string;
  readonly deployments: FakeDeployments;
  readonly tail: FakeFeed<TailEntry>;
  readonly events: FakeFeed<SwitchEvent>;
  readonly calls: Map<string, CallSummary>;
  /** What calls were begun with. */
  readonly originated: readonly OriginateRequest[];
  readonly decisions: { readonly id: string; readonly decision: unknown }[];
  /** Messages that were sent. */
  readonly texts: readonly Omit<TextMessage, "domain" | "mayLeave">[];
  readonly users: Map<string, UserView>;
  readonly passwords: Map<string, string>;
  readonly cdrQueries: CdrQuery[];
  readonly tokenRows: Map<string, TokenRow>;
  readonly console: Console;
  /** What was written to the audit log. */
  readonly audited: readonly AuditNote[];
  /** Makes a token with these scopes and returns its secret. */
  token(name: string, ...scopes: readonly string[]): Promise<string>;
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface SendOptions {
  /** @default the administrator's; `null`: none */
  readonly token?: string | null;
  readonly json?: unknown;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the fields it expects.
  readonly body: any;
}

/** Starts the API. `overrides` replaces single stand-ins; port 0 is any that is free. */
export async function startFakeSwitch(overrides: Partial<HttpDeps> = {}, at = 0): Promise<FakeSwitch> {
  const deployments = new FakeDeployments();
  const tail = new FakeFeed<TailEntry>();
  const events = new FakeFeed<SwitchEvent>();
  const calls = new Map([["call-1", aCall("call-1")]]);
  const originated: OriginateRequest[] = [];
  const texts: Omit<TextMessage, "domain" | "mayLeave">[] = [];
  const decisions: { id: string; decision: unknown }[] = [];
  const users = new Map<string, UserView>();
  const passwords = new Map<string, string>();
  const routeViews = new Map<string, RouteView>();
  const registrations = new Map<string, RegistrationView>([["alice", aRegistration("alice")]]);
  const cdrQueries: CdrQuery[] = [];
  const tokenRows = new Map<string, TokenRow>();
  const audited: AuditNote[] = [];
  const tokens = await createTokenAuthority(tokenStore(tokenRows), { now: () => Date.parse(AT) });
  await tokens.declare([{ name: "admin", secret: ADMIN, scopes: ["admin"] }]);
  const clock = overrides.clock ?? new TimerWheel();
  const console =
    overrides.console ??
    (await createConsole(
      { store: consoleStore(), tokens, clock, log: silentLog, folder: "/nowhere" },
      consoleSettings,
    ));
  const server = createHttpServer({
    deployments,
    upgrades: { view: () => noUpgrade, begin: async () => ({ ...noUpgrade, state: "preparing" }) },
    calls: {
      list: () => [...calls.values()],
      get: (id) => calls.get(id),
      quality: async (ids) => ids.filter((id) => calls.has(id)).map(aQuality),
      hangUp: (id) => calls.delete(id),
      originate(request) {
        originated.push(request);
        const call = { ...aCall(`call-${calls.size + 1}`), direction: "outbound" as const, from: request.from };
        calls.set(call.id, call);
        return call;
      },
      decide(id, decision) {
        if (!calls.has(id)) throw new RequestError("not-found", `There is no call ${id}.`);
        decisions.push({ id, decision });
      },
      get active() {
        return calls.size;
      },
      limit: 100,
    },
    users: {
      list: () => [...users.values()],
      get: (name) => users.get(name),
      async put({ name, password, extension, displayName }) {
        const old = users.get(name);
        if (old?.managed) throw new RequestError("managed-by-config", `"${name}" is declared in strowger.yaml.`);
        if (old === undefined && password === undefined)
          throw new RequestError("invalid-request", "A new user needs a password.");
        if (password !== undefined) passwords.set(name, password);
        const user = {
          name,
          domain: "example.com",
          extension: extension === undefined ? (old?.extension ?? null) : extension,
          displayName: displayName === undefined ? (old?.displayName ?? null) : displayName,
          managed: false,
          registered: false,
        };
        users.set(name, user);
        return { user, created: old === undefined };
      },
      async remove(name) {
        if (!users.delete(name)) throw new RequestError("not-found", `There is no user "${name}".`);
      },
    },
    registrations: {
      list: (user) => [...registrations.values()].filter((item) => user === undefined || item.user === user),
      remove: async (user) => registrations.delete(user),
    },
    routes: {
      list: () => [...routeViews.values()],
      get: (name) => routeViews.get(name),
      async put(name, input) {
        // The stand-in looks at one field only.
        const { script, to } = input as { script?: unknown; to?: unknown };
        if (typeof script !== "string") throw new RequestError("invalid-request", "script: a route names its script.");
        const created = !routeViews.has(name);
        const match: Record<string, string> = typeof to === "string" ? { to } : {};
        const position = created ? routeViews.size : (routeViews.get(name)?.position ?? 0);
        const route = { name, position, managed: false, match, script, fallback: [], public: false };
        routeViews.set(name, route);
        return { route, created };
      },
      async remove(name) {
        if (!routeViews.delete(name)) throw new RequestError("not-found", `There is no route "${name}".`);
      },
      async reorder(names) {
        for (const [index, name] of names.entries()) {
          const route = routeViews.get(name);
          if (route !== undefined) routeViews.set(name, { ...route, position: index });
        }
      },
      match: ({ to }) => [...routeViews.values()].find((route) => route.match.to === to),
      passedBy({ to }) {
        const routes = [...routeViews.values()];
        const index = routes.findIndex((route) => route.match.to === to);
        return routes.slice(0, index === -1 ? routes.length : index).map(({ name }) => ({ name, field: "to" }));
      },
    },
    trunks: fakeTrunks(),
    texts: fakeTexts(texts),
    drain: fakeDrain(calls),
    backups: { begin: async () => ({ name: "backup.tar.gz", writeTo: async (to) => void to.end(), abandon() {} }) },
    feeds: { tail: () => tail, events },
    cdrs: {
      async search(query) {
        cdrQueries.push(query);
        return { items: [aCdr("call-0")], next: null };
      },
      get: async (id) => (id === "call-0" ? aCdr("call-0") : undefined),
    },
    audit: {
      note: (note) => void audited.push(note),
      search: async () => ({ items: audited.map((note, index) => ({ id: `${index}`, at: AT, ...note })), next: null }),
    },
    scriptStats: {
      since: AT,
      counts: () => noCounts,
      recent: () => noCounts,
      report: () => [{ version: 1, ...noCounts, events: 2, faults: { threw: 1 }, wallMs: null, cpuMs: null }],
    },
    mailboxes: noMailboxes,
    recordings: { ofCall: async () => [], file: () => undefined },
    scriptData: noScriptData,
    journal: null,
    replays: null,
    simulations: {
      simulate: async () => {
        throw new RequestError("not-found", "There is no such version.");
      },
    },
    steered: noSteered,
    scriptRequests: noRequests,
    schedules: noSchedules,
    policies: noPolicies,
    guard: noGuard,
    budgets: { uses: () => [] },
    redactions: { redact: async () => ({ cdrs: 0, journal: 0, recordings: 0, voicemails: 0, messages: 0 }) },
    domain: "example.com",
    tokens,
    console,
    metrics: async () => "strowger_calls_active 1\n",
    health: { ready: () => ({ ready: true }) },
    sipAccess: (host) => ({ server: `sip:${host}:5060;transport=udp`, domain: "example.com" }),
    config: { read: () => ({ file: null, readAt: AT, values: [], more: 0, warnings: [] }) },
    reload: async () => ({ warnings: ["listen: takes effect at the next start"] }),
    log: silentLog,
    clock,
    ...overrides,
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: at });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    deployments,
    tail,
    events,
    calls,
    originated,
    texts,
    decisions,
    users,
    passwords,
    cdrQueries,
    tokenRows,
    console,
    audited,
    token: async (name, ...scopes) => (await tokens.create({ name, scopes })).secret,
    send: (method, path, options) => send(url, method, path, options),
    close() {
      console.stop();
      return server.close();
    },
  };
}

/** One message waits for alice, until it is removed. */
function fakeDrain(calls: ReadonlyMap<string, CallSummary>): HttpDeps["drain"] {
  let since: string | null = null;
  const view = () => ({ draining: since !== null, since, calls: calls.size, waitsFor: [...calls.values()] });
  const become = (at: string | null) => {
    since = at;
    return view();
  };
  return { view, begin: () => become(AT), end: () => become(null) };
}

function fakeTexts(sent: Omit<TextMessage, "domain" | "mayLeave">[]): HttpDeps["texts"] {
  const from = "sip:bob@example.com";
  let waiting = [{ id: "m9", from, sender: "bob", contentType: "text/plain", bytes: 5, createdAt: AT, expiresAt: AT }];
  return {
    async send({ to, body, from: by, contentType }) {
      sent.push({ to, body, from: by, contentType });
      return { id: "m1", state: "queued" };
    },
    waiting: (user) => (user === "alice" ? waiting : []),
    async clear() {
      const removed = waiting.length;
      waiting = [];
      return removed;
    },
  };
}

/** Requests to scripts are tested with real scripts; elsewhere no script takes any. */
const noRequests: HttpDeps["scriptRequests"] = {
  events: { isHandled: () => false, run: async () => ({ type: "unhandled" }) },
  rules: () => ({ token: null, perSecond: 100 }),
  isExempt: () => true,
};

const noSteered: HttpDeps["steered"] = {
  begin: () => Promise.reject(new RequestError("not-found", "There is no such version.")),
  step: () => Promise.reject(new RequestError("not-found", "There is no such simulation.")),
  view: () => Promise.reject(new RequestError("not-found", "There is no such simulation.")),
  end: () => Promise.reject(new RequestError("not-found", "There is no such simulation.")),
};

const noGuard: HttpDeps["guard"] = {
  status: () => ({ bans: 0, sources: 0, knownSources: 0, refused: {}, allow: [], deny: [], exempt: [] }),
  bans: () => [],
  ban: ({ source, reason, by }) => Promise.resolve({ source, reason, since: 0, until: null, by, offences: 1 }),
  lift: () => Promise.resolve(),
  allowed: () => [],
  allow: (source) => Promise.resolve({ ...source, since: 0 }),
  disallow: () => Promise.resolve(),
};

const noPolicies: PolicyAdmin = {
  get: () => undefined,
  put: async (_script, policy) => ({ view: { policy, managed: false }, created: true }),
  remove: async () => {},
  usage: () => undefined,
};

const noSchedules: HttpDeps["schedules"] = { list: () => [], stored: () => [], replace: async () => {} };

const noCounts = { events: 0, faults: 0, timeouts: 0, calls: 0, failedCalls: 0 };

/** What scripts keep is tested with the real thing; elsewhere nobody asks for it. */
const noScriptData = {} as ScriptData;

/** Voicemail is tested with its real boxes; elsewhere nobody has one. */
const noMailboxes: Mailboxes = {
  has: () => false,
  settings: () => undefined,
  counts: () => ({ new: 0, saved: 0 }),
  greeting: () => null,
  begin: () => "unknown",
  keep: () => Promise.reject(new Error("There is no mailbox.")),
  discard() {},
  messages: async () => ({ items: [], next: null }),
  message: async () => undefined,
  audio: async () => undefined,
  move: async () => undefined,
  copy: () => Promise.reject(new Error("There is no mailbox.")),
  erase: async () => false,
  scratch: () => "",
  setGreeting: async () => false,
  configure: () => Promise.reject(new Error("There is no mailbox.")),
  checkPin: async () => "wrong",
  list: () => [],
  watch() {},
};

function aRegistration(user: string): RegistrationView {
  return {
    user,
    domain: "example.com",
    contact: `sip:${user}@192.0.2.2:5060`,
    source: "192.0.2.2:5060",
    transport: "udp",
    q: 1,
    userAgent: "phone/1.0",
    instance: null,
    regId: null,
    path: [],
    gruu: null,
    registeredAt: AT,
    expiresAt: AT,
  };
}

const noUpgrade: UpgradeView = {
  state: "none",
  version: "1.0.0",
  startedAt: null,
  endedAt: null,
  from: null,
  to: null,
  calls: null,
  pauseSeconds: null,
  reason: null,
};

export const consoleSettings: ConsoleSettings = { enabled: true, idleMs: 3_600_000, longestMs: 43_200_000, users: [] };

export function consoleStore(): ConsoleStore {
  const users = new Map<string, ConsoleUserRow>();
  const sessions = new Map<string, ConsoleSessionRow>();
  return {
    users: async () => [...users.values()],
    putUser: async (user) => void users.set(user.name, user),
    removeUser: async (name) => users.delete(name),
    sessions: async () => [...sessions.values()],
    putSession: async (session) => void sessions.set(session.hash, session),
    removeSessions: async (hashes) => {
      for (const hash of hashes) sessions.delete(hash);
    },
  };
}

export function tokenStore(rows: Map<string, TokenRow>): Store["tokens"] {
  return {
    all: async () => [...rows.values()],
    async put(row) {
      rows.set(row.id, row);
    },
    remove: async (id) => rows.delete(id),
  };
}

/** Sends a request, and checks the answer against the table of routes: an undocumented status or shape fails the test. */
async function send(url: string, method: string, path: string, options: SendOptions = {}): Promise<Answer> {
  const { token = ADMIN, json, body = json === undefined ? undefined : JSON.stringify(json), headers = {} } = options;
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    // A string would get a Content-Type from fetch; curl -T sends none.
    ...(body === undefined ? {} : { body: typeof body === "string" ? new TextEncoder().encode(body) : body }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const answer = {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== "" ? JSON.parse(text) : undefined,
  };
  checkAgainstTable(method, path, answer);
  return answer;
}

function checkAgainstTable(method: string, path: string, { status, body, headers }: Answer): void {
  if (status === 304) return;
  if (status >= 400) {
    if (headers.get("content-type") !== "application/problem+json; charset=utf-8")
      throw new Error("Not a problem document");
    problemSchema.parse(body);
    if (body.status !== status || body.type !== `urn:strowger:problem:${body.code}`)
      throw new Error("Not a proper problem");
    return;
  }
  const route = findRoute(method, path);
  const spec = route?.responses[status];
  if (spec === undefined)
    throw new Error(`${method} ${path} answered ${status}, which the table of routes does not know`);
  if (spec.type === "json" && method !== "HEAD") spec.schema.parse(body);
}

function findRoute(method: string, path: string): Route | undefined {
  const segments = path.split("?", 1)[0] ?? "";
  return routes.find((route) => {
    const pattern = route.path
      .replace(/[.]/g, "\\.")
      .replace(/\{\+\w+\}/, ".+")
      .replace(/\{\w+\}/g, "[^/]+");
    return route.method === method.toLowerCase().replace("head", "get") && new RegExp(`^${pattern}$`).test(segments);
  });
}

/** A path of a route with its parameters filled in. */
export function examplePath(route: Route): string {
  const values: Record<string, string> = {
    name: "front-desk",
    version: "1",
    path: "front-desk.ts",
    id: "call-1",
    user: "alice",
  };
  return documentPath(route.path).replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "x");
}
