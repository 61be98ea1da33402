/** The clock of the switch, which tells when somebody sets that of the machine. */
import type { Log } from "../base/log.ts";
import { TimerWheel } from "../base/timer-wheel.ts";

export function createClock(log: Log): TimerWheel {
  return new TimerWheel((ms, how) => {
    const told =
      how === "adopted"
        ? "The clock of this machine was set, and is taken over"
        : "The clock of this machine was set: it is followed slowly, so that calls and registrations keep their times";
    log.warn(told, { seconds: Math.round(ms / 1000) });
  });
}
