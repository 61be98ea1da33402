/** Many live scripts on one host: what each keeps in memory, and how long the events of all of them take in turn. */
import { memoryBytesOf } from "./kernel.ts";
import type { Measurement } from "./measure-load.ts";
import { percentile } from "./report.ts";
import { askScript, loadScript, startSandbox } from "./sandbox-load.ts";

const SCRIPTS = 500;
const ROUNDS = 5;
/** Some scripts of a switch get most of the calls. */
const BUSY_SCRIPTS = 100;

export async function measureManyScripts(): Promise<Measurement> {
  const { sandbox, hostPids } = await startSandbox();
  const memory = (): number => Math.max(...hostPids.map(memoryBytesOf)) / 2 ** 20;
  try {
    const before = memory();
    let failed = 0;
    const refs = Array.from({ length: SCRIPTS }, (_, index) => loadScript(sandbox, `bench-${index}`, false));
    const inTurn = async (count: number): Promise<number[]> => {
      const latencies: number[] = [];
      for (const [index, ref] of refs.slice(0, count).entries()) {
        await askScript(sandbox, ref, index).then(
          (ms) => void latencies.push(ms),
          () => void failed++,
        );
      }
      return latencies;
    };
    const first = await inTurn(SCRIPTS);
    const rounds = async (count: number): Promise<number[]> => {
      const latencies: number[] = [];
      for (let round = 0; round < ROUNDS; round++) latencies.push(...(await inTurn(count)));
      return latencies;
    };
    const all = await rounds(SCRIPTS);
    await inTurn(BUSY_SCRIPTS);
    const busy = await rounds(BUSY_SCRIPTS);
    return {
      value: percentile(all, 0.5),
      unit: `ms per event, ${SCRIPTS} scripts in turn (median)`,
      valid: failed === 0,
      detail:
        `p99=${percentile(all, 0.99).toFixed(2)} ms, first event p50=${percentile(first, 0.5).toFixed(2)} ms, ` +
        `${BUSY_SCRIPTS} of them in turn p50=${percentile(busy, 0.5).toFixed(2)} ms; ` +
        `host ${before.toFixed(0)} MiB before, ${memory().toFixed(0)} MiB with them; ${failed} failed`,
    };
  } finally {
    await sandbox.stop();
  }
}
