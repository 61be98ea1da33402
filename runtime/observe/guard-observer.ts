/**
 * Turns what the guard does into metrics, log lines, events of the API and rows of the audit log. What is refused comes in
 * thousands: it is counted, and told at once and then once a minute.
 */
import type { Clock, TimerOwner } from "../base/clock.ts";
import { isoTime } from "../base/iso-time.ts";
import type { Log } from "../base/log.ts";
import type { Audit } from "../port/audit.ts";
import type { Ban, GuardNews, GuardRefusal, GuardStatus } from "../port/guard.ts";
import type { SwitchFeeds } from "./feeds.ts";
import type { Metrics } from "./metrics.ts";

const TOLD_EVERY_MS = 60_000;
/** Of a flood from many sources, so many bans are told one by one in a minute. */
const MOST_BANS_TOLD = 100;

export interface GuardObserverParts {
  readonly clock: Clock;
  readonly log: Log;
  metrics(): Pick<Metrics, "guardRefused">;
  feeds(): Pick<SwitchFeeds, "events">;
  audit(): Pick<Audit, "note">;
}

export class GuardObserver implements TimerOwner {
  readonly #parts: GuardObserverParts;
  /** Since the start. */
  readonly #counts = new Map<GuardRefusal, number>();
  /** Since it was told last; those that are here have been told less than a minute ago. */
  readonly #untold = new Map<GuardRefusal, number>();
  #bansTold = 0;
  #bansUntold = 0;

  constructor(parts: GuardObserverParts) {
    this.#parts = parts;
  }

  get refusals(): GuardStatus["refused"] {
    return Object.fromEntries(this.#counts);
  }

  refused(reason: GuardRefusal, source: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    this.#parts.metrics().guardRefused.count(reason);
    const untold = this.#untold.get(reason);
    if (untold !== undefined) {
      this.#untold.set(reason, untold + 1);
      return;
    }
    this.#untold.set(reason, 0);
    this.#tellRefused(reason, 1, source);
    this.#parts.clock.startTimer(TOLD_EVERY_MS, this, reason);
  }

  tell(news: GuardNews): void {
    switch (news.what) {
      case "banned":
        this.#banned(news.ban);
        return;
      case "lifted":
        this.#parts.log.info("A ban was lifted", { personal: { source: news.ban.source } });
        break;
      case "refused":
        break;
      case "budget-warning":
      case "budget-reached":
        this.#parts.log.warn(
          news.what === "budget-warning" ? "A budget is used up to four fifths" : "A budget is used up",
          { of: news.budget.of, limit: news.limit, detail: news.detail, personal: { name: news.budget.name } },
        );
        this.#audit(news.what, `${news.budget.of} ${news.budget.name}`, `${news.limit}: ${news.detail}`);
    }
    this.#publish(news);
  }

  /** A minute is over. */
  expire(kind: string): void {
    if (kind === "bans") {
      const { log } = this.#parts;
      if (this.#bansUntold > 0) log.warn("More sources were banned within a minute", { count: this.#bansUntold });
      this.#bansTold = 0;
      this.#bansUntold = 0;
      return;
    }
    const reason = kind as GuardRefusal;
    const count = this.#untold.get(reason) ?? 0;
    this.#untold.delete(reason);
    if (count === 0) return;
    this.#untold.set(reason, 0);
    this.#tellRefused(reason, count, null);
    this.#parts.clock.startTimer(TOLD_EVERY_MS, this, reason);
  }

  #banned(ban: Ban): void {
    if (ban.by === "switch") {
      if (this.#bansTold === 0) this.#parts.clock.startTimer(TOLD_EVERY_MS, this, "bans");
      if (this.#bansTold >= MOST_BANS_TOLD) {
        this.#bansUntold++;
        return;
      }
      this.#bansTold++;
      this.#audit("ban", ban.source, ban.reason);
    }
    const { reason, until, offences, by } = ban;
    const fields = { reason, until: until === null ? null : isoTime(until), offences, by };
    this.#parts.log.warn("A source is banned: nothing that it sends is heard", {
      ...fields,
      personal: { source: ban.source },
    });
    this.#publish({ what: "banned", ban });
  }

  #tellRefused(reason: GuardRefusal, count: number, source: string | null): void {
    const { log } = this.#parts;
    const fields = { reason, count, ...(source === null ? {} : { personal: { source } }) };
    // Whoever is banned stays so, and it was said when he was.
    if (reason === "banned") log.debug("Nothing is heard of sources that are banned", fields);
    else log.warn("The guard has refused requests", fields);
    this.#publish({ what: "refused", reason, count, source });
  }

  #audit(action: string, target: string, result: string): void {
    this.#parts.audit().note({ actor: "switch", action, target, result, status: 200, problem: null, source: null });
  }

  #publish(news: GuardNews): void {
    const { feeds, clock } = this.#parts;
    feeds().events.publish({ type: "guard", at: isoTime(clock.now()), ...news });
  }
}
