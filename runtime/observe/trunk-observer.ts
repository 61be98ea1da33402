/** Turns what happens to trunks into log lines, one for each change, and into events of the API. */
import { isoTime } from "../base/iso-time.ts";
import type { Log, LogFields } from "../base/log.ts";
import type { TrunkNews, TrunkWitness } from "../port/trunk-news.ts";
import type { SwitchFeeds } from "./feeds.ts";

export class TrunkObserver implements TrunkWitness {
  readonly #log: Log;
  readonly #feeds: SwitchFeeds;
  readonly #now: () => number;

  constructor(parts: { readonly log: Log; readonly feeds: SwitchFeeds; readonly now: () => number }) {
    this.#log = parts.log;
    this.#feeds = parts.feeds;
    this.#now = parts.now;
  }

  trunkChanged(news: TrunkNews): void {
    this.#note(news);
    this.#feeds.events.publish({ type: "trunk", at: isoTime(this.#now()), ...news });
  }

  #note({ trunk, state, gateway, reason, code }: TrunkNews): void {
    const fields: LogFields = {
      trunk,
      ...(gateway === null ? {} : { gateway }),
      ...(code === null ? {} : { code }),
      ...(reason === null ? {} : { reason }),
    };
    switch (state) {
      case "up":
        this.#log.info(gateway === null ? "A trunk is up" : "A gateway of a trunk is up again", fields);
        return;
      case "down":
        this.#log.warn(
          gateway === null ? "A trunk is down: none of its gateways answers" : "A gateway of a trunk is down",
          fields,
        );
        return;
      case "registered":
        this.#log.info("A trunk is registered", fields);
        return;
      case "unregistered":
        this.#log.warn("A trunk is not registered; it is tried again", fields);
        return;
      case "full":
        this.#log.warn(FULL, fields);
        return;
      case "failed":
        this.#log.error(isPassword(code) ? WRONG_PASSWORD : REFUSED, fields);
    }
  }
}

const FULL =
  "A call of a trunk was refused with 480: all its lines are taken. Raise limits.calls of the trunk if it has more; said once " +
  "a minute at most";
const WRONG_PASSWORD =
  "A trunk cannot register: the carrier refuses its account. Set username, password and realm of the trunk as the carrier " +
  "has them; it is tried again in ten minutes, and at once when the trunk is declared anew";
const REFUSED =
  "A trunk cannot register: the carrier refuses it. Ask the carrier, or correct the trunk; it is tried again in ten minutes, " +
  "and at once when the trunk is declared anew";

function isPassword(code: number | null): boolean {
  return code === 401 || code === 403 || code === 407;
}
