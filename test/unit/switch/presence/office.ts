/** The whole switch with calls, presence and a script, on virtual time: phones that register, call and watch each other. */

import { assembleMessages, type MessageRooms } from "../../../../runtime/assemble/messages.ts";
import { assemblePresence, type PresenceRooms } from "../../../../runtime/assemble/presence.ts";
import type { Log } from "../../../../runtime/base/log.ts";
import { silentLog } from "../../../../runtime/base/log.ts";
import type { Config } from "../../../../runtime/config/config.ts";
import { configSchema } from "../../../../runtime/config/schema.ts";
import type { TrunkDeclaration } from "../../../../runtime/contract/trunk.ts";
import { createScriptEvents } from "../../../../runtime/events/script-events.ts";
import type { Mailboxes } from "../../../../runtime/port/mailbox.ts";
import type { HandlerName, ScriptFault } from "../../../../runtime/port/script.ts";
import type { Store } from "../../../../runtime/port/store.ts";
import { SimTransport } from "../../../../runtime/simulator/network/sim-transport.ts";
import { type Field, requestText, type SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { answererOf, simTrunks } from "../../../../runtime/simulator/sim-trunks.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { Authenticator } from "../../../../runtime/sip/auth/verify.ts";
import { ProxyCore } from "../../../../runtime/sip/proxy/proxy.ts";
import { SipStack } from "../../../../runtime/sip/stack.ts";
import { LocalDirectory } from "../../../../runtime/switch/directory.ts";
import { Domains } from "../../../../runtime/switch/domains.ts";
import { AdmissionControl } from "../../../../runtime/switch/guard/admission.ts";
import { IdentityCheck } from "../../../../runtime/switch/identity.ts";
import { Registrar } from "../../../../runtime/switch/registrar/registrar.ts";
import { Routes } from "../../../../runtime/switch/routes/routes.ts";
import { Switch, type SwitchParts } from "../../../../runtime/switch/switch.ts";
import { LiveTrunkDirectory } from "../../../../runtime/switch/trunks/trunk-directory.ts";
import { Users } from "../../../../runtime/switch/users/users.ts";
import { digestAnswer } from "../../../helpers/digest-answer.ts";
import { type Handlers, RecordingObserver, ScriptedScripts } from "../call/scripted.ts";
import { MemoryMessages } from "../messages/memory-messages.ts";
import { LampPhone } from "./lamp-phone.ts";
import { Boxes, Weather } from "./world.ts";

export const DOMAIN = "example.com";
const REALM = "strowger";
/** Extensions 100, 101, 102, 103. */
export const USERS = ["alice", "bob", "carol", "dave"];

export interface OfficeOptions {
  readonly script?: Handlers;
  readonly presence?: { readonly watch?: "domain" | "self"; readonly watchers?: readonly string[] };
  readonly messages?: Partial<Config["messages"]>;
  /** What is kept already. */
  readonly store?: MemoryMessages;
  readonly exempt?: readonly string[];
  readonly trunks?: Readonly<Record<string, TrunkDeclaration>>;
}

export interface RegisterParts {
  readonly expires?: number;
  readonly contact?: string;
}

/** A request of a phone, in text. */
export interface RequestParts {
  readonly uri?: string;
  readonly from?: string;
  readonly fields?: readonly Field[];
  readonly body?: string;
  readonly callId?: string;
  readonly as?: string;
  readonly password?: string;
}

let fresh = 0;

export class Office {
  readonly clock = new VirtualClock();
  readonly net = new Weather({ seed: 1, clock: this.clock });
  readonly sw = new Switch();
  readonly observer = new RecordingObserver();
  readonly boxes = new Boxes();
  readonly errors: string[] = [];
  readonly faults: { handler: HandlerName; fault: ScriptFault }[] = [];
  readonly scripts: ScriptedScripts;
  readonly stack: SipStack;
  readonly transport: SimTransport;
  readonly registrar: Registrar;
  readonly presence: PresenceRooms;
  readonly store: MemoryMessages;
  /** There once `ready` has come true. */
  messaging: MessageRooms | undefined;
  readonly ready: Promise<void>;
  #phones = 0;

  constructor({ script = {}, presence = {}, messages = {}, store, exempt = [], trunks = {} }: OfficeOptions = {}) {
    const { clock, sw } = this;
    const log: Log = { ...silentLog, error: (text, fields) => this.errors.push(`${text} ${fields?.error}`) };
    let transport: SimTransport | undefined;
    const declared = Object.entries(trunks).map(([name, trunk]) => ({ name, trunk }));
    const lines = simTrunks({ clock, log, domain: DOMAIN, sw, declared });
    this.stack = new SipStack({
      clock,
      user: sw,
      findAnswerer: answererOf(() => lines),
      resolver: { srv: async () => [], a: async () => [], aaaa: async () => [], naptr: async () => [] },
      connect: (user) => {
        transport = new SimTransport(this.net, clock, user);
        return transport;
      },
    });
    if (transport === undefined) throw new Error("the stack has made no transport");
    this.transport = transport;
    this.registrar = new Registrar({
      store: noBindings,
      clock,
      log,
      onChange: (change) => this.presence.bindingChanged(change),
    });
    const domains = new Domains([DOMAIN], (host, port) => this.transport.isOurs(host, port));
    const users = this.#users();
    const directory = new LocalDirectory(users, this.registrar, domains);
    if (declared.length > 0) directory.trunks = new LiveTrunkDirectory(lines);
    const mailboxes = Object.assign(this.boxes, { watch: () => {} }) as unknown as Mailboxes; // As far as lamps need them.
    const config: Config = { ...configSchema.parse({ domain: DOMAIN, presence, messages }), file: null };
    const isExempt = (address: string): boolean => exempt.includes(address);
    const { stack, registrar } = this;
    this.presence = assemblePresence({ config, clock, log, stack, sw, mailboxes, directory, isExempt });
    this.store = store ?? new MemoryMessages();
    const kept = assembleMessages({
      config,
      clock,
      log,
      stack,
      store: this.store,
      directory,
      registrar,
      domain: DOMAIN,
      isExempt,
    });
    this.scripts = new ScriptedScripts({ invite: callTheDialled, ...script }, clock);
    const { scripts } = this;
    const live = Object.assign(scripts, { isHandled: (_: string, name: HandlerName) => name in scripts.handlers });
    const { subscriptions, publications, watch } = this.presence;
    const parts: SwitchParts = {
      clock,
      log,
      stack: this.stack,
      scripts,
      observer: this.observer,
      directory,
      domains,
      identity: new IdentityCheck(
        new Authenticator({ clock, realm: REALM, key: "0123456789abcdef", algorithms: ["MD5"] }),
        domains,
        (domain, user) => users.byName(domain, user),
      ),
      registrar: this.registrar,
      routes: new Routes(
        {
          store: noRoutes,
          log,
          domain: DOMAIN,
          configured: [{ name: "all", script: "main" }],
          scriptWithoutRoutes: () => undefined,
        },
        [],
      ),
      admission: new AdmissionControl({ max: 100_000, perSecond: 100_000 }, clock),
      proxy: new ProxyCore({ stack: this.stack, clock, log, key: "0123456789abcdef" }),
      trunks: lines,
      subscriptions,
      publications,
      watch,
      events: createScriptEvents({
        scripts: live,
        observer: { eventFault: (_ref, handler, _id, fault) => void this.faults.push({ handler, fault }) },
        domain: DOMAIN,
      }),
    };
    sw.connect(parts);
    this.ready = kept.then((messaging) => {
      this.messaging = messaging;
      sw.connect({ ...parts, messages: messaging.messages });
    });
  }

  run(ms: number): void {
    this.clock.advance(ms);
  }

  /** Lets time pass, and what was promised in it come true. */
  async pass(ms: number): Promise<void> {
    const stepMs = 50;
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(left, stepMs));
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  phone(user: string): LampPhone {
    return new LampPhone(this, user, `203.0.113.${++this.#phones}`);
  }

  /** A phone that is registered for its user. */
  registered(user: string, parts: RegisterParts = {}): LampPhone {
    const phone = this.phone(user);
    this.register(phone, parts);
    return phone;
  }

  /** Registers over the wire, with its password. The binding is there at once, the answer comes after its commit. */
  register(phone: LampPhone, { expires = 3600, contact = phone.contact }: RegisterParts = {}): void {
    const fields: Field[] = [
      ["Contact", contact],
      ["Expires", String(expires)],
    ];
    const parts = { uri: `sip:${DOMAIN}`, to: `<sip:${phone.name}@${DOMAIN}>`, callId: `reg-${phone.address}`, fields };
    this.ask(phone, "REGISTER", parts, this.ask(phone, "REGISTER", parts));
  }

  /** Sends a request, answers the challenge, and gives the final answer as far as there is one by then. */
  send(phone: LampPhone, method: string, parts: RequestParts & { readonly to?: string } = {}): SipText {
    const number = ++fresh;
    const asked = this.ask(phone, method, { callId: `r-${number}`, ...parts });
    if (asked?.status !== 401 && asked?.status !== 407) return asked ?? fail(phone, method);
    return this.ask(phone, method, { callId: `r-${number}`, ...parts }, asked) ?? fail(phone, method);
  }

  /** Sends one request; gives the last answer to the method that has come after 50 ms. */
  ask(
    phone: LampPhone,
    method: string,
    parts: RequestParts & { readonly to?: string },
    challenge?: SipText,
  ): SipText | undefined {
    const number = ++fresh;
    const { uri = `sip:${phone.name}@${DOMAIN}`, body = "", fields = [], as = phone.name } = parts;
    const credentials: Field[] = [];
    if (challenge !== undefined) {
      const isProxy = challenge.status === 407;
      const header = challenge.headers(isProxy ? "Proxy-Authenticate" : "WWW-Authenticate");
      const password = parts.password ?? `pw-${as}`;
      credentials.push([
        isProxy ? "Proxy-Authorization" : "Authorization",
        digestAnswer(header, { user: as, password }, { method, uri }),
      ]);
    }
    const before = phone.received.length;
    phone.sendText(
      requestText({
        method,
        uri,
        fields: [
          ["Via", phone.via(phone.branch())],
          ["From", `${parts.from ?? `<sip:${phone.name}@${DOMAIN}>`};tag=f${number}`],
          ["To", parts.to ?? `<${uri}>`],
          ["Call-ID", parts.callId ?? `r-${number}`],
          ["CSeq", `${number} ${method}`],
          ["Max-Forwards", "70"],
          ...credentials,
          ...fields,
        ],
        body,
      }),
    );
    this.run(50);
    return phone.received.slice(before).findLast((message) => message.status >= 200 && message.method === method);
  }

  /** Begins a call of a user of ours, and answers the challenge. */
  call(phone: LampPhone, uri: string): SipText {
    const first = phone.invite(uri, { from: `"${phone.name}" <sip:${phone.name}@${DOMAIN}>` });
    this.run(50);
    const challenge = phone.take("407 INVITE");
    const answer = digestAnswer(
      challenge.headers("Proxy-Authenticate"),
      { user: phone.name, password: `pw-${phone.name}` },
      { method: "INVITE", uri },
    );
    const again = phone.invite(uri, {
      callId: first.header("Call-ID"),
      tag: first.param("From", "tag"),
      cseq: 2,
      from: `"${phone.name}" <sip:${phone.name}@${DOMAIN}>`,
      fields: [["Proxy-Authorization", answer]],
    });
    this.run(100);
    return again;
  }

  /** Lets everything run down, and returns what is still there afterwards. */
  leftovers(ms = 2 * 3600_000) {
    for (const user of USERS) void this.registrar.remove(DOMAIN, user);
    this.run(ms);
    const { client, server } = this.stack.transactions.size;
    const { subscriptions, publications } = this.presence;
    return { live: subscriptions.size, published: publications.size, client, server, thrown: this.transport.errors };
  }

  #users(): Users {
    const configured = USERS.map((name, index) => ({
      name,
      password: `pw-${name}`,
      extension: String(100 + index),
      displayName: null,
    }));
    return new Users({ store: noUsers, domain: DOMAIN, realm: REALM, configured, isRegistered: () => true }, []);
  }
}

export const NOTHING_LEFT = { live: 0, published: 0, client: 0, server: 0, thrown: [] };

const callTheDialled: NonNullable<Handlers["invite"]> = (call) => ({ type: "forward", targets: [call.to.user] });

function fail(phone: LampPhone, method: string): never {
  throw new Error(`${phone.name} waits for an answer to ${method} and has got: ${phone.kinds.join(", ")}`);
}

const noBindings: Store["bindings"] = { all: async () => [], replace: async () => {} };
const noUsers: Store["users"] = { all: async () => [], put: async () => {}, remove: async () => false };
const noRoutes: Store["routes"] = { all: async () => [], put: async () => {}, remove: async () => false };
