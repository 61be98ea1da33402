/** The real switch, started as a user would start it: `node runtime/main.ts --config FILE`, on free loopback ports. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallSummary } from "../../runtime/port/switch.ts";
import type { Cdr } from "../../sdk/events.ts";
import { Child, type Exit } from "./child.ts";
import { freePort } from "./free-port.ts";
import { repoRoot } from "./repo-root.ts";
import { configText, type TestConfig } from "./switch-config.ts";
import { Tail } from "./tail.ts";
import { until } from "./until.ts";

const READY_WITHIN_MS = 20_000;
const LOG_CHARS = 6_000;

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what the test is about.
  readonly body: any;
}

export class RunningSwitch {
  readonly domain: string;
  readonly sipPort: number;
  readonly url: string;
  /** The configuration file, for tests that change it and reload. */
  readonly configFile: string;
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #root: string;
  #child: Child;
  readonly #tails: Tail[] = [];

  constructor(
    child: Child,
    at: {
      folder: string;
      configFile: string;
      sipPort: number;
      url: string;
      domain: string;
      env: NodeJS.ProcessEnv;
      root: string;
    },
  ) {
    this.#child = child;
    this.#env = at.env;
    this.#root = at.root;
    this.folder = at.folder;
    this.configFile = at.configFile;
    this.sipPort = at.sipPort;
    this.url = at.url;
    this.domain = at.domain;
  }

  /** That of the installation. */
  get token(): string {
    return readFileSync(join(this.folder, "data", "token"), "utf8").trim();
  }

  get pid(): number {
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#child.running;
  }

  /** What the switch has printed. */
  log(): string {
    return this.#child.output;
  }

  async api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    const raw = typeof body === "string";
    const type: Record<string, string> = body === undefined || raw ? {} : { "content-type": "application/json" };
    const response = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...type, ...headers },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
  }

  /** Uploads and activates a script; fails with what the switch has against it. */
  async deploy(name: string, source: string): Promise<number> {
    const answer = await this.api("PUT", `/v1/scripts/${name}`, source, { "content-type": "text/typescript" });
    if (answer.status >= 300) throw new Error(`Deploying ${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.version;
  }

  async calls(): Promise<readonly CallSummary[]> {
    return (await this.api("GET", "/v1/calls")).body.items;
  }

  async cdrs(): Promise<readonly Cdr[]> {
    return (await this.api("GET", "/v1/cdrs")).body.items;
  }

  /** The only call that is up, once `fits`. */
  call(fits: (call: CallSummary) => boolean = () => true): Promise<CallSummary> {
    return until("a live call", async () => (await this.calls()).find(fits));
  }

  /** The record of the call from this user, once it is written. */
  cdr(fits: (cdr: Cdr) => boolean): Promise<Cdr> {
    return until("a call detail record", async () => (await this.cdrs()).find(fits));
  }

  noCalls(withinMs?: number): Promise<true> {
    return until("all calls to end", async () => (await this.calls()).length === 0, withinMs);
  }

  async tail(script: string): Promise<Tail> {
    const tail = await Tail.open(`${this.url}/v1/scripts/${script}/tail`, this.token);
    this.#tails.push(tail);
    return tail;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.signal(name);
  }

  /**
   * Stops the switch as `kill PID` would, insists on a clean exit, and starts it again on what it has stored, or on what
   * `meanwhile` has made of that.
   */
  async restart(meanwhile: () => unknown = () => {}): Promise<void> {
    await this.#stopCleanly();
    await meanwhile();
    this.#child = launch(this.configFile, this.#env, this.#root);
    await ready(this.#child, this.url);
  }

  /** Stops the switch for good and removes what it has stored. */
  async stop(): Promise<void> {
    for (const tail of this.#tails) tail.close();
    try {
      await this.#stopCleanly();
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  async #stopCleanly(): Promise<void> {
    const exit = await this.#child.stop();
    if (exit.code !== 0) throw new Error(`The switch ended with ${describeExit(exit)}:\n${lastOf(this.log())}`);
  }
}

/**
 * Starts a switch and waits until it says that it is ready. `env` is added to the environment of this process; `root`:
 * where its program is.
 */
export async function startSwitch(
  config: TestConfig = {},
  env: NodeJS.ProcessEnv = {},
  root: string = repoRoot,
): Promise<RunningSwitch> {
  const folder = mkdtempSync(join(tmpdir(), "strowger-"));
  const configFile = join(folder, "strowger.yaml");
  const sipPort = await freePort();
  const httpPort = await freePort();
  writeFileSync(configFile, configText(config, { sip: sipPort, http: httpPort }));
  const child = launch(configFile, env, root);
  const url = `http://127.0.0.1:${httpPort}`;
  await ready(child, url);
  const { domain = "example.test" } = config;
  return new RunningSwitch(child, { folder, configFile, sipPort, url, domain, env, root });
}

function launch(configFile: string, env: NodeJS.ProcessEnv, root: string): Child {
  const args = [join(root, "runtime", "main.ts"), "--config", configFile];
  return new Child(process.execPath, args, { env: { ...process.env, ...env } });
}

async function ready(child: Child, url: string): Promise<void> {
  try {
    await until("the switch to be ready", () => isReady(child, url), READY_WITHIN_MS);
  } catch (error) {
    if (child.running) child.signal("SIGKILL");
    throw new Error(`The switch did not start:\n${lastOf(child.output)}`, { cause: error });
  }
}

async function isReady(child: Child, url: string): Promise<boolean> {
  if (!child.running) throw new Error(`It ended with ${describeExit(await child.exited)}.`);
  const answer = await fetch(`${url}/readyz`).catch(() => undefined);
  return answer?.status === 200;
}

function describeExit(exit: Exit): string {
  return exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
}

function lastOf(text: string): string {
  return text.slice(-LOG_CHARS);
}
