/** Memory per call that is up. */
import { until } from "../helpers/until.ts";
import { benchRows } from "./bench-script.ts";
import { memoryBytesOf } from "./kernel.ts";
import type { Measurement } from "./measure-load.ts";
import type { Peer } from "./peer.ts";
import { scenarios } from "./scenario.ts";
import { runLoad, startCallee, startHeldCalls } from "./sipp-load.ts";

const CALLS = 5_000;
const RATE = 500;
const WARM_UP_SECONDS = 5;
const UP_WITHIN_MS = 60_000;

export async function measureHold(peer: Peer): Promise<Measurement> {
  const { call } = scenarios;
  if (call === undefined) throw new Error("There is no scenario to warm up with.");
  const rows = benchRows(call);
  const callee = await startCallee();
  // Memory that any load costs once is not memory per call.
  await runLoad({ scenario: "uac-call", rows, rate: RATE, seconds: WARM_UP_SECONDS });
  await until("the calls of the warm-up to end", async () => (await peer.activeCalls()) === 0, UP_WITHIN_MS);
  const before = memoryBytesOf(peer.pid);
  const held = startHeldCalls(CALLS, RATE, rows);
  try {
    await until(`${CALLS} calls to be up`, async () => (await peer.activeCalls()) === CALLS, UP_WITHIN_MS);
    const after = memoryBytesOf(peer.pid);
    const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
    return {
      value: (after - before) / CALLS / 1024,
      unit: "KiB per held call",
      valid: true,
      detail: `${CALLS} calls, ${mebibytes(before)} MiB before, ${mebibytes(after)} MiB with them`,
    };
  } finally {
    await held.stop();
    await callee.stop();
  }
}
