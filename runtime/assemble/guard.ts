/** Puts the guard at the door together, with what it keeps and whom it tells. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { NetworkSet } from "../contract/network.ts";
import { GuardObserver, type GuardObserverParts } from "../observe/guard-observer.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { GuardNews } from "../port/guard.ts";
import type { Store } from "../port/store.ts";
import { BanWriter } from "../switch/guard/ban-writer.ts";
import { Bans } from "../switch/guard/bans.ts";
import { Guard } from "../switch/guard/guard.ts";
import { GuardDesk } from "../switch/guard/guard-desk.ts";
import { SourceLists } from "../switch/guard/source-lists.ts";

/** What is asked only once the switch listens: it is made later than the guard. */
export interface GuardSurroundings extends Pick<GuardObserverParts, "metrics" | "feeds" | "audit"> {
  /** Whether requests from an address are those of a trunk. */
  isTrunk(address: string): boolean;
  isTrunkContact(user: string): boolean;
  isUser(name: string): boolean;
  /** Sources are banned from now on: connections of theirs are to be cut. */
  cutUnheard(): void;
}

export interface GuardRooms {
  readonly guard: Guard;
  readonly desk: GuardDesk;
  readonly observer: GuardObserver;
  /** Sources free of all limits for each source. */
  isExempt(address: string): boolean;
  /** What metrics show of it. */
  showFigures(metrics: Pick<Metrics, "show">): void;
  reload(config: Config): void;
  stop(): Promise<void>;
}

export async function assembleGuard(parts: {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<Store, "guard">;
  readonly around: GuardSurroundings;
}): Promise<GuardRooms> {
  const { config, clock, log, store, around } = parts;
  let edges = new NetworkSet(config.edges);
  const lists = new SourceLists(config.guard, clock, (address) => around.isTrunk(address) || edges.has(address));
  const observer = new GuardObserver({ clock, log, ...around });
  const writer = new BanWriter({ clock, log, store: store.guard });
  const bans = new Bans(clock, config.guard.ban, {
    changed: (ban) => writer.put(ban),
    forgotten: (sources) => writer.remove(sources),
  });
  const tell = (news: GuardNews): void => {
    observer.tell(news);
    // What is read of a connection is read to its end first.
    if (news.what === "banned") setImmediate(() => around.cutUnheard());
  };
  const guard = new Guard({
    clock,
    terms: config.guard,
    lists,
    bans,
    isUser: (name) => around.isUser(name),
    isTrunkContact: (user) => around.isTrunkContact(user),
    tell,
    refused: (reason, source) => observer.refused(reason, source),
  });
  const desk = new GuardDesk({
    clock,
    guard,
    bans,
    lists,
    writer,
    store: store.guard,
    tell,
    refusals: () => observer.refusals,
  });
  await desk.load();
  return {
    guard,
    desk,
    observer,
    showFigures(metrics) {
      metrics.show("strowger_guard_bans", "Sources that are not heard.", () => bans.inForce.length);
      metrics.show("strowger_guard_sources", "Strangers that are remembered.", () => guard.figures.sources);
      metrics.show("strowger_guard_known_sources", "Sources of users.", () => guard.figures.knownSources);
    },
    isExempt: (address) => lists.classOf(address) === "free",
    reload(next) {
      edges = new NetworkSet(next.edges);
      lists.configure(next.guard);
      bans.configure(next.guard.ban);
      guard.configure(next.guard);
      around.cutUnheard();
    },
    async stop() {
      bans.stop();
      await writer.stop();
    },
  };
}
