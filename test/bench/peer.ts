/** A switch under measurement: ours or Kamailio, on core 0, ready to be called. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child } from "../helpers/child.ts";
import { freePort } from "../helpers/free-port.ts";
import { repoRoot } from "../helpers/repo-root.ts";
import { until } from "../helpers/until.ts";
import { benchConfig, benchScript } from "./bench-script.ts";
import { kamailioCommand } from "./kamailio.ts";
import { isUdpBound } from "./kernel.ts";
import { ports } from "./ports.ts";
import type { PeerName, Scenario } from "./scenario.ts";

const READY_WITHIN_MS = 30_000;
const SWITCH_CORE = "0";

export interface Peer {
  readonly name: PeerName;
  readonly pid: number;
  /** Where its HTTP API is; only our switch has one. */
  readonly url: string;
  /** Of its HTTP API. */
  readonly token: string;
  /** How many calls it says are up; only our switch tells. */
  activeCalls(): Promise<number>;
  /** Asks the HTTP API, which only our switch has. Rejects where the answer is a refusal. */
  api(method: string, path: string, body?: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startPeer(name: PeerName, scenario: Scenario): Promise<Peer> {
  if (isUdpBound(ports.switch)) throw new Error(`Port ${ports.switch} is in use: is another measurement running?`);
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  return name === "strowger" ? startStrowger(folder, scenario) : startKamailio(name, folder, scenario);
}

async function startStrowger(folder: string, scenario: Scenario): Promise<Peer> {
  const config = join(folder, "bench.yaml");
  const httpPort = await freePort();
  writeFileSync(config, benchConfig(scenario, httpPort));
  const child = pinned([process.execPath, join(repoRoot, "runtime", "main.ts"), "--config", config], folder);
  const url = `http://127.0.0.1:${httpPort}`;
  await isUp(child, async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200);
  const token = readFileSync(join(folder, "data", "token"), "utf8").trim();
  const headers = { authorization: `Bearer ${token}` };
  const body = benchScript(scenario.script);
  const deployed = await fetch(`${url}/v1/scripts/bench`, { method: "PUT", headers, body });
  if (!deployed.ok) throw new Error(`The bench script was refused: ${await deployed.text()}`);
  return {
    name: "strowger",
    pid: child.pid,
    url,
    token,
    async activeCalls() {
      const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
      return Number(/^strowger_calls_active(?:\{[^}]*\})? (\d+)/m.exec(metrics)?.[1]);
    },
    async api(method, path, body) {
      const answer = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text;
    },
    stop: () => stopPeer(child, folder),
  };
}

async function startKamailio(name: "kam-js" | "kam-native", folder: string, scenario: Scenario): Promise<Peer> {
  const child = pinned(kamailioCommand(name, folder, scenario.users), folder);
  await isUp(child, () => isUdpBound(ports.switch));
  const stop = () => stopPeer(child, folder);
  return { name, pid: child.pid, url: "", token: "", activeCalls: async () => Number.NaN, api: noApi, stop };
}

function noApi(): Promise<string> {
  return Promise.reject(new Error("Kamailio has no such API"));
}

function pinned(command: readonly string[], cwd: string): Child {
  return new Child("taskset", ["-c", SWITCH_CORE, ...command], { cwd });
}

async function isUp(child: Child, ask: () => boolean | Promise<boolean>): Promise<void> {
  try {
    await until("the peer to be ready", () => child.running && ask(), READY_WITHIN_MS);
  } catch (error) {
    if (child.running) await child.stop("SIGKILL");
    throw new Error(`The peer did not start:\n${child.output.slice(-4000)}`, { cause: error });
  }
}

async function stopPeer(child: Child, folder: string): Promise<void> {
  await child.stop();
  await until("the port to be free again", () => !isUdpBound(ports.switch));
  rmSync(folder, { recursive: true, force: true });
}
