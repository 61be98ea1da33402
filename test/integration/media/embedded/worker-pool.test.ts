import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import { WorkerPool } from "../../../../runtime/media/embedded/worker-pool.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { until } from "../../../helpers/until.ts";

const READY = 'parentPort.postMessage([{ type: "ready", codecs: ["PCMU"] }]);';
const COUNTERS = "{ packetsSent: ++pings, packetsReceived: 2, packetsRefused: 3, framesSkipped: 4 }";
const ANSWER = `let pings = 0; parentPort.on("message", (commands) => {
  for (const { type } of commands) {
    if (type === "stop") parentPort.close();
    else parentPort.postMessage([{ type: "alive", counters: ${COUNTERS} }]);
  }
});`;

let pool: WorkerPool | null = null;
let clock: VirtualClock;
let reasons: string[];

afterEach(async () => {
  const stopped = pool?.stop();
  clock.advance(10_000);
  await stopped;
});

/** A pool whose workers run this code in place of the media. */
function create(code: string, workers = 1): WorkerPool {
  clock = new VirtualClock();
  reasons = [];
  const source = `import { parentPort } from "node:worker_threads"; ${code}`;
  const module = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  const options = { module, settings: { country: "de", codecs: [] }, clock, log: silentLog, workers };
  pool = new WorkerPool(options, { onEvent: () => {}, onLost: (_worker, reason) => reasons.push(reason) });
  return pool;
}

/** Lets time pass as it does: in between, what came is read. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1000);
    await turn();
    await turn();
  }
}

describe("the media workers", () => {
  it("that hang are ended within seconds and replaced", async () => {
    const hanging = create(`${READY} parentPort.on("message", () => { for (;;); });`);
    await hanging.start();
    const first = hanging.choose();
    await pass(4);
    expect(reasons).toEqual([]);
    await pass(2);
    await until("its end", () => reasons.length > 0);
    expect(reasons).toEqual([expect.stringMatching(/not answered for \d+ s/)]);
    expect(hanging.lost).toBe(1);
    const next = await until("another", () => hanging.choose());
    expect(next).not.toBe(first);
  });

  it("that end by themselves are replaced, and the exit code is told", async () => {
    const leaving = create(`${READY} parentPort.on("message", () => process.exit(7));`);
    await leaving.start();
    await pass(1);
    await until("its end", () => reasons.length > 0);
    expect(reasons).toEqual(["it ended by itself with exit code 7"]);
    expect(leaving.choose()).toBeDefined();
  });

  it("that answer live on, and what they have counted is known", async () => {
    const well = create(`${READY} ${ANSWER}`, 2);
    await well.start();
    for (let second = 1; second <= 8; second++) {
      await pass(1);
      await until("the answers", () => well.counters().packetsSent === 2 * second);
    }
    expect(reasons).toEqual([]);
    expect(well.counters()).toEqual({ packetsSent: 16, packetsReceived: 4, packetsRefused: 6, framesSkipped: 8 });
  });

  it("get endpoints by turns, except those that are to be near another", async () => {
    const two = create(`${READY} ${ANSWER}`, 2);
    await two.start();
    const first = two.choose();
    if (first === undefined) throw new Error("no worker");
    first.load = 1;
    expect(two.choose()).not.toBe(first);
    expect(two.choose(first)).toBe(first);
  });

  it("that cannot be started keep the plane from starting, with the reason", async () => {
    const broken = create('throw new Error("the codec is missing");');
    await expect(broken.start()).rejects.toThrow(/media worker cannot be started: .*the codec is missing/);
  });

  it("that are not ready in time keep the plane from starting", async () => {
    const slow = create("setInterval(() => {}, 1000);");
    const started = slow.start();
    clock.advance(10_000);
    await expect(started).rejects.toThrow(/not ready within 10000 ms/);
  });
});
