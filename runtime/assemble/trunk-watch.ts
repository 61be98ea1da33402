/** Puts together what watches trunks: their gateways and registrations, and who is told of what happens to them. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { TrunkEvents } from "../events/trunk-events.ts";
import type { SwitchFeeds } from "../observe/feeds.ts";
import { TrunkObserver } from "../observe/trunk-observer.ts";
import type { LiveScripts } from "../port/script.ts";
import type { ScriptEvents } from "../port/script-events.ts";
import type { TrunkNews, TrunkWitness } from "../port/trunk-news.ts";
import type { SipStack } from "../sip/stack.ts";
import type { Trunks } from "../switch/trunks/trunks.ts";
import { WatchedTrunks } from "../switch/trunks/watched-trunks.ts";

export interface TrunkWatchParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: SipStack;
  readonly feeds: SwitchFeeds;
}

export interface TrunkWatch {
  readonly watched: WatchedTrunks;
  /** Something has happened to a trunk: whoever wants to know hears of it. */
  tell(news: TrunkNews): void;
  /** Scripts hear of trunks from now on. */
  tellScripts(events: ScriptEvents, scripts: LiveScripts): void;
  /** The switch listens: probes and registrations begin, and follow what is declared. */
  start(trunks: Trunks): void;
  /** Takes all registrations back, in two seconds at the most. */
  stop(): Promise<void>;
}

export function assembleTrunkWatch({ clock, log, stack, feeds }: TrunkWatchParts): TrunkWatch {
  const witnesses: TrunkWitness[] = [new TrunkObserver({ log, feeds, now: () => clock.now() })];
  const trunkChanged = (news: TrunkNews): void => {
    for (const witness of witnesses) witness.trunkChanged(news);
  };
  const watched = new WatchedTrunks({ clock, log, stack, witness: { trunkChanged } });
  return {
    watched,
    tell: trunkChanged,
    tellScripts: (events, scripts) => void witnesses.push(new TrunkEvents({ clock, log, events, scripts })),
    start(trunks) {
      for (const trunk of trunks.all) watched.declare(trunk);
      trunks.watch(({ before, after }) => {
        if (after !== null) watched.declare(after);
        else if (before !== null) watched.remove(before.name);
      });
    },
    stop: () => watched.stop(),
  };
}
