/**
 * How long this process is held up. A timer that should come each millisecond looks at two clocks: the wall's, which also
 * counts what the machine gives to others, and that of the CPU time of this thread, which counts what we do ourselves.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";

const NS_PER_MS = 1e6;
const US_PER_MS = 1000;
const TICK_MS = 1;

export interface LongestTurn {
  /** CPU time that this thread used between two looks. */
  readonly cpuMs: number;
  /** How late a look came. */
  readonly lateMs: number;
}

export function watchTurns(): { stop(): LongestTurn } {
  const delay = monitorEventLoopDelay({ resolution: TICK_MS });
  delay.enable();
  let before = process.threadCpuUsage();
  let longestUs = 0;
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    longestUs = Math.max(longestUs, user + system);
    before = process.threadCpuUsage();
  }, TICK_MS);
  return {
    stop() {
      clearInterval(timer);
      delay.disable();
      return { cpuMs: longestUs / US_PER_MS, lateMs: delay.max / NS_PER_MS };
    },
  };
}
