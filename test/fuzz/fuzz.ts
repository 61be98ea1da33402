/**
 * The long run: `npm run fuzz -- --minutes 10`. Goes round the targets, a few seconds each, with seeds of its own choice; a
 * failure is made small, kept in `failures/`, and told with the command that repeats it.
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { keepFailure, readInput } from "./runner/files.ts";
import type { FromThread } from "./runner/messages.ts";
import type { Finding } from "./runner/target.ts";
import { TargetThread } from "./runner/target-thread.ts";
import { targets } from "./targets.ts";

const USAGE = `npm run fuzz -- [--target NAME]... [--minutes N | --inputs N] [--seed N]
npm run fuzz -- --target NAME --replay FILE
Targets: ${Object.keys(targets).join(", ")}.`;
const TURN_MS = 3000;
const MOST_SHOWN_CHARACTERS = 400;

const { values } = parseArgs({
  options: {
    target: { type: "string", multiple: true },
    minutes: { type: "string" },
    inputs: { type: "string" },
    seed: { type: "string" },
    replay: { type: "string" },
    help: { type: "boolean" },
  },
});
const names = values.target ?? Object.keys(targets);
const unknown = names.find((name) => targets[name] === undefined);
const [minutes, most] = [
  Number(values.minutes ?? (values.inputs === undefined ? 1 : Infinity)),
  Number(values.inputs ?? Infinity),
];
if (values.help === true || unknown !== undefined || !(minutes > 0) || !(most > 0)) {
  console.error(unknown === undefined ? USAGE : `There is no target ${unknown}.\n${USAGE}`);
  process.exit(values.help === true ? 0 : 2);
}
/** A turn is finished, and what targets have started is stopped. */
let isStopped = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    isStopped = true;
  });
}
process.exitCode = values.replay === undefined ? await fuzz() : await again(names[0] ?? "", values.replay);

interface Turns {
  readonly name: string;
  readonly thread: TargetThread;
  inputs: number;
  ms: number;
  isOver: boolean;
}

async function fuzz(): Promise<number> {
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  console.log(`Seed ${seed}; ${names.length} targets.`);
  const all: Turns[] = [];
  let failures = 0;
  for (const name of names) {
    const thread = await start(name);
    if (thread === null) {
      failures++;
      continue;
    }
    const turns = { name, thread, inputs: 0, ms: 0, isOver: false };
    all.push(turns);
    const { finding } = await thread.ask({ type: "replay-seeds" });
    if (finding !== null) failures += report(turns, finding, seed);
  }
  const end = performance.now() + minutes * 60_000;
  const total = (): number => all.reduce((sum, { inputs }) => sum + inputs, 0);
  while (!isStopped && performance.now() < end && total() < most && all.some(({ isOver }) => !isOver)) {
    for (const turns of all) {
      if (isStopped || turns.isOver || performance.now() > end || total() >= most) continue;
      failures += await turn(turns, seed, most - total());
    }
    console.log(`${total().toLocaleString("en")} inputs in all`);
  }
  for (const { name, inputs, ms } of all) console.log(line(name, inputs, ms, "in all"));
  console.log(`${total().toLocaleString("en")} inputs, ${failures} failures.`);
  await Promise.all(all.map(({ thread }) => thread.stop()));
  return failures === 0 ? 0 : 1;
}

/** One target that cannot be loaded is no reason to leave the others alone. */
async function start(name: string): Promise<TargetThread | null> {
  try {
    return await TargetThread.start(name);
  } catch (error) {
    console.log(`\nFAILED: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}

/** Gives the number of failures. */
async function turn(turns: Turns, seed: number, left: number): Promise<number> {
  const said = await turns.thread.ask({ type: "run", seed, inputs: left, ms: TURN_MS });
  turns.inputs += said.inputs;
  turns.ms += said.ms;
  console.log(line(turns.name, said.inputs, said.ms, `heap ${megabytes(said)} MB`));
  return said.finding === null ? 0 : report(turns, said.finding, seed);
}

async function again(name: string, file: string): Promise<number> {
  const thread = await TargetThread.start(name);
  const { finding, ms } = await thread.ask({ type: "replay", input: readInput(file) });
  console.log(finding === null ? `Nothing is wrong with it (${Math.round(ms)} ms).` : finding.message);
  await thread.stop();
  return finding === null ? 0 : 1;
}

function report(turns: Turns, { kind, message, input }: Finding, seed: number): number {
  turns.isOver = true;
  const file = keepFailure(turns.name, input);
  const shown = JSON.stringify(input.slice(0, MOST_SHOWN_CHARACTERS));
  console.log(`\nFAILED (${kind}): ${turns.name}, seed ${seed}, after ${turns.inputs} inputs\n${message}`);
  console.log(`${input.length} octets: ${shown}${input.length > MOST_SHOWN_CHARACTERS ? " ..." : ""}`);
  console.log(`Again:    npm run fuzz -- --target ${turns.name} --replay ${file}`);
  console.log(`For good: mkdir -p test/fuzz/seeds/${turns.name} && cp ${file} test/fuzz/seeds/${turns.name}/NAME\n`);
  return 1;
}

function line(name: string, inputs: number, ms: number, more: string): string {
  const perSecond = Math.round((inputs * 1000) / Math.max(1, ms)).toLocaleString("en");
  return `${name.padEnd(16)}${inputs.toLocaleString("en").padStart(12)} inputs${perSecond.padStart(10)}/s  ${more}`;
}

function megabytes({ heapBytes }: FromThread): string {
  return (heapBytes / 1024 / 1024).toFixed(1);
}
