/**
 * Measures our switch beside Kamailio, in turns, in one run: `npm run bench -- [scenario] [--peers a,b] [--rate N]
 * [--seconds N] [--repeat N]`. The switch has core 0, the load has core 1. See README.md.
 */
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { machine } from "./kernel.ts";
import { measureAttack } from "./measure-attack.ts";
import { measureConnections } from "./measure-connections.ts";
import { measureConsole } from "./measure-console.ts";
import { measureContacts } from "./measure-contacts.ts";
import { measureDeploy } from "./measure-deploy.ts";
import { measureHold } from "./measure-hold.ts";
import { measureLatency } from "./measure-latency.ts";
import { type Measurement, measureLoad } from "./measure-load.ts";
import { measureManyScripts } from "./measure-many-scripts.ts";
import { measureOverload } from "./measure-overload.ts";
import { measureScriptEvents } from "./measure-script-events.ts";
import { measureVoicemail } from "./measure-voicemail.ts";
import { type Peer, startPeer } from "./peer.ts";
import { formatRun, formatSummary } from "./report.ts";
import { type PeerName, type Scenario, scenarios } from "./scenario.ts";

const USAGE_EXIT_CODE = 2;

interface Plan {
  readonly name: string;
  readonly scenario: Scenario;
  readonly peers: readonly PeerName[];
  readonly rate: number;
  readonly seconds: number;
  readonly repeat: number;
}

const plan = readPlan();
// This process is load too (latency) and must not take time from the switch.
execFileSync("taskset", ["-cp", "1", String(process.pid)], { stdio: "ignore" });
console.log(`machine: ${machine()}`);
console.log(`command: npm run bench -- ${process.argv.slice(2).join(" ")}`);
console.log(`${plan.name}: ${plan.scenario.about}`);
process.exitCode = (await run(plan)) ? 0 : 1;

/** Whether every peer had a valid run. */
async function run({ name, scenario, peers, repeat, ...pace }: Plan): Promise<boolean> {
  const runs = new Map<string, Measurement[]>(peers.map((peer) => [peer, []]));
  for (let round = 0; round < repeat; round++) {
    for (const peerName of peers) {
      const measurement = await measure(peerName, scenario, pace);
      runs.get(peerName)?.push(measurement);
      console.log(formatRun(peerName, name, measurement));
    }
  }
  for (const line of formatSummary(name, runs)) console.log(line);
  return [...runs.values()].every((all) => all.some((one) => one.valid));
}

interface Pace {
  readonly rate: number;
  readonly seconds: number;
}

async function measure(peerName: PeerName, scenario: Scenario, pace: Pace): Promise<Measurement> {
  if (scenario.type === "script-events") return measureScriptEvents(pace);
  if (scenario.type === "many-scripts") return measureManyScripts();
  if (scenario.type === "contacts") return measureContacts();
  const peer = await startPeer(peerName, scenario);
  try {
    return await measurePeer(peer, scenario, pace);
  } finally {
    await peer.stop();
  }
}

type OfSandbox = { readonly type: "script-events" | "many-scripts" | "contacts" };

function measurePeer(peer: Peer, scenario: Exclude<Scenario, OfSandbox>, pace: Pace): Promise<Measurement> {
  switch (scenario.type) {
    case "load":
      return measureLoad(peer, scenario, pace);
    case "connections":
      return measureConnections(peer);
    case "hold":
      return measureHold(peer);
    case "console":
      return measureConsole(peer);
    case "deploy":
      return measureDeploy(peer);
    case "voicemail":
      return measureVoicemail(peer, pace);
    case "latency":
      return measureLatency(peer, pace);
    case "overload":
      return measureOverload(peer, scenario, pace);
    case "attack":
      return measureAttack(peer, scenario, pace);
  }
}

function readPlan(): Plan {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      peers: { type: "string" },
      rate: { type: "string", default: "1000" },
      seconds: { type: "string", default: "10" },
      repeat: { type: "string", default: "3" },
    },
  });
  const name = positionals[0] ?? "call";
  const scenario = scenarios[name];
  if (scenario === undefined)
    return usage(`There is no scenario "${name}". There are: ${Object.keys(scenarios).join(", ")}.`);
  const asked = values.peers?.split(",") ?? scenario.peers;
  const peers = scenario.peers.filter((peer) => asked.includes(peer));
  if (peers.length !== asked.length) return usage(`Peers of ${name}: ${scenario.peers.join(", ")}.`);
  const [rate, seconds, repeat] = [values.rate, values.seconds, values.repeat].map(Number);
  if (!rate || !seconds || !repeat) return usage("--rate, --seconds and --repeat are numbers above 0.");
  return { name, scenario, peers, rate, seconds, repeat };
}

function usage(problem: string): never {
  console.error(`${problem}\nUsage: npm run bench -- [scenario] [--peers a,b] [--rate N] [--seconds N] [--repeat N]`);
  process.exit(USAGE_EXIT_CODE);
}
