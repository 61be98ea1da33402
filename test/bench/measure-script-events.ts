/** What an event of a script costs the switch, and how much later its decision is there. */
import { sendPaced } from "./measure-latency.ts";
import type { Measurement } from "./measure-load.ts";
import { percentile } from "./report.ts";
import { askScript, loadScript, startSandbox } from "./sandbox-load.ts";

const WARM_UP_EVENTS = 20_000;
const US_PER_MS = 1000;

interface Load {
  readonly userUs: number;
  readonly systemUs: number;
  readonly latencies: readonly number[];
  readonly failed: number;
}

export async function measureScriptEvents(pace: { rate: number; seconds: number }): Promise<Measurement> {
  const under = await startSandbox();
  try {
    const ref = loadScript(under.sandbox, "bench", true);
    for (let index = 0; index < WARM_UP_EVENTS; index++) await askScript(under.sandbox, ref, index);
    const events = Math.round(pace.rate * pace.seconds);
    // What the pace itself costs is not the switch's.
    const idle = await load(events, pace.rate, () => Promise.resolve(0));
    const busy = await load(events, pace.rate, (index) => askScript(under.sandbox, ref, index));
    const p50 = percentile(busy.latencies, 0.5) * US_PER_MS;
    const p99 = percentile(busy.latencies, 0.99) * US_PER_MS;
    const userUs = (busy.userUs - idle.userUs) / events;
    const systemUs = (busy.systemUs - idle.systemUs) / events;
    return {
      value: userUs + systemUs,
      unit: "us CPU of the switch per event",
      valid: busy.failed === 0,
      detail: `${systemUs.toFixed(1)} of them in the kernel; latency p50=${p50.toFixed(0)} us p99=${p99.toFixed(0)} us at ${pace.rate}/s, ${busy.failed} of ${events} failed`,
    };
  } finally {
    await under.sandbox.stop();
  }
}

async function load(events: number, rate: number, ask: (index: number) => Promise<number>): Promise<Load> {
  const latencies: number[] = [];
  const all: Promise<void>[] = [];
  let failed = 0;
  const before = process.threadCpuUsage();
  await sendPaced(events, rate, (index) => {
    const answered = ask(index).then(
      (ms) => void latencies.push(ms),
      () => void failed++,
    );
    all.push(answered);
  });
  await Promise.all(all);
  const { user, system } = process.threadCpuUsage(before);
  return { userUs: user, systemUs: system, latencies, failed };
}
