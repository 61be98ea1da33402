/** CPU per 1000 calls at a fixed rate. */
import { benchRows } from "./bench-script.ts";
import { cpuSecondsOf, memoryBytesOf, udpDrops } from "./kernel.ts";
import type { Peer } from "./peer.ts";
import { ports } from "./ports.ts";
import type { Scenario } from "./scenario.ts";
import { runLoad, startCallee } from "./sipp-load.ts";

/** The engine compiles what is hot for the first ten seconds of a load; a switch runs for months. The same for every peer. */
const WARM_UP_SECONDS = 15;
/** A run counts only if the peer kept up. */
const MIN_RATE_SHARE = 0.93;
const MAX_RETRANSMISSION_SHARE = 0.01;

export interface Measurement {
  readonly value: number;
  readonly unit: string;
  readonly valid: boolean;
  /** The rest of what was seen, in words. */
  readonly detail: string;
}

export async function measureLoad(
  peer: Peer,
  scenario: Extract<Scenario, { type: "load" }>,
  pace: { rate: number; seconds: number },
): Promise<Measurement> {
  const load = { scenario: scenario.sipp, rows: benchRows(scenario), ...pace };
  const callee = scenario.callee ? await startCallee() : undefined;
  try {
    await runLoad({ ...load, seconds: WARM_UP_SECONDS });
    const [cpuBefore, dropsBefore] = [cpuSecondsOf(peer.pid), udpDrops(ports.switch)];
    const result = await runLoad(load);
    const cpu = cpuSecondsOf(peer.pid) - cpuBefore;
    const drops = udpDrops(ports.switch) - dropsBefore;
    const failed = result.calls - result.succeeded;
    const achieved = result.calls / result.seconds;
    const busy = (cpu / result.seconds) * 100;
    return {
      value: (cpu / Math.max(1, result.succeeded)) * 1000,
      unit: "CPU s per 1000",
      valid:
        failed === 0 &&
        achieved >= pace.rate * MIN_RATE_SHARE &&
        result.retransmissions <= result.calls * MAX_RETRANSMISSION_SHARE,
      detail:
        `${achieved.toFixed(0)}/s failed=${failed} retransmitted=${result.retransmissions} dropped=${drops} ` +
        `busy=${busy.toFixed(0)}% first answer=${result.responseMs.toFixed(1)} ms ` +
        `memory=${(memoryBytesOf(peer.pid) / 2 ** 20).toFixed(0)} MiB`,
    };
  } finally {
    await callee?.stop();
  }
}
