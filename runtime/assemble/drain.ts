/** Puts draining together: who hears of it, and what shows it. */
import type { Clock } from "../base/clock.ts";
import { isoTime } from "../base/iso-time.ts";
import type { Log } from "../base/log.ts";
import type { SwitchFeeds } from "../observe/feeds.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { DrainNews } from "../port/drain.ts";
import type { CallIndex } from "../switch/call-index.ts";
import { Drain } from "../switch/drain.ts";

const SAID: Readonly<Record<DrainNews, string>> = {
  begun: "The switch takes no new calls and waits for those that are up",
  empty: "The drained switch has no call left and can be stopped",
  ended: "The switch takes calls again",
};

export function assembleDrain(parts: {
  readonly clock: Clock;
  readonly log: Log;
  readonly index: CallIndex;
  readonly feeds: SwitchFeeds;
  readonly metrics: Metrics;
}): Drain {
  const { clock, log, index, feeds, metrics } = parts;
  const drain = new Drain({
    clock,
    index,
    tell(what, calls) {
      log.info(SAID[what], { calls });
      feeds.events.publish({ type: "drain", at: isoTime(clock.now()), what, calls });
    },
  });
  metrics.show("strowger_draining", "1: the switch takes no new calls.", () => Number(drain.isDraining));
  return drain;
}
