/** The thread of one target: replays, runs batches, watches the heap. */
import { parentPort, workerData } from "node:worker_threads";
import { loadTarget } from "../targets.ts";
import { replay, runBatch } from "./batch.ts";
import { readSeeds } from "./files.ts";
import { HeapWatch } from "./heap.ts";
import type { FromThread, ThreadData, ToThread } from "./messages.ts";
import type { Finding } from "./target.ts";

const BATCH = 1000;
const INPUTS_PER_CHECK = 10_000;
/** Looks at the heap in a short run. */
const LEAST_CHECKS = 14;

const { target: name, count, input: shared, length } = workerData as ThreadData; // The other side writes nothing else.
const port = parentPort;
if (port === null) throw new Error("This file is the thread of a run: npm run fuzz.");

const target = await loadTarget(name);
const files = readSeeds(name);
const inputs = target.inputs([...target.samples, ...files.map(({ input }) => input)]);
const heap = new HeapWatch();
const view = Buffer.from(shared.buffer);
let sinceCheck = 0;
let batches = 0;

port.on("message", (message: ToThread) => void answer(message).then((said) => port.postMessage(said)));
port.postMessage({ inputs: 0, ms: 0, heapBytes: 0, finding: null } satisfies FromThread);

async function answer(message: ToThread): Promise<FromThread> {
  const began = performance.now();
  const before = Atomics.load(count, 0);
  const finding = await work(message);
  const tried = Atomics.load(count, 0) - before;
  return { inputs: tried, ms: performance.now() - began, heapBytes: heap.bytes, finding };
}

async function work(message: ToThread): Promise<Finding | null> {
  switch (message.type) {
    case "replay-seeds":
      for (const { file, input } of files) {
        about(input);
        const finding = await replay(target, input);
        if (finding !== null) return { ...finding, message: `The seed ${file} fails.\n${finding.message}`, input };
      }
      return null;
    case "replay":
      about(message.input);
      return await replay(target, message.input);
    case "run":
      return await run(message);
    case "close":
      await target.close?.();
      return null;
  }
}

async function run(until: { seed: number; inputs: number; ms: number }): Promise<Finding | null> {
  const end = performance.now() + until.ms;
  const perCheck = Math.min(target.inputsPerCheck ?? INPUTS_PER_CHECK, Math.ceil(until.inputs / LEAST_CHECKS));
  for (let left = until.inputs; left > 0 && performance.now() < end; ) {
    const size = Math.min(left, BATCH, perCheck);
    // Another seed for each batch, the same for the same run.
    const seed = (until.seed + Math.imul(batches++, 0x9e3779b1)) | 0;
    const finding = await runBatch(target, inputs, { seed, inputs: size, about });
    if (finding !== null) return finding;
    left -= size;
    sinceCheck += size;
    if (sinceCheck < perCheck) continue;
    sinceCheck = 0;
    const growth = heap.look();
    if (growth !== null)
      return { kind: "growth", message: growth, input: view.toString("latin1", 0, Atomics.load(length, 0)) };
  }
  return null;
}

/** Leaves the input where it is found when this thread cannot say any more what it was. */
function about(input: string): void {
  view.write(input, "latin1");
  Atomics.store(length, 0, Math.min(input.length, view.length));
  Atomics.add(count, 0, 1);
}
