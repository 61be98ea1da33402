/** The audit log: records on their way to the store, bounded by age and number. */
import type { Clock } from "../base/clock.ts";
import { RequestError } from "../base/errors.ts";
import { isoTime } from "../base/iso-time.ts";
import type { Log } from "../base/log.ts";
import type { Audit, AuditNote, AuditQuery, AuditRecord } from "../port/audit.ts";
import type { Page } from "../port/page.ts";
import type { Store } from "../port/store.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** What is too old or too much goes each time that so many records have come. */
const TRIM_EVERY = 500;
const ID = /^\d{14}-\d{6}$/;
const MAX_TEXT = 500;

export interface AuditLimits {
  readonly days: number;
  readonly rows: number;
}

export class AuditLog implements Audit {
  readonly #store: Store["audit"];
  readonly #clock: Pick<Clock, "now">;
  readonly #log: Log;
  readonly #limits: () => AuditLimits;
  #count = 0;

  constructor(store: Store["audit"], clock: Pick<Clock, "now">, log: Log, limits: () => AuditLimits) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#limits = limits;
  }

  note(note: AuditNote): void {
    const now = this.#clock.now();
    // Of one process: two within the same millisecond differ by the count, and a restart takes longer than that.
    const id = `${String(now).padStart(14, "0")}-${String(this.#count % 1_000_000).padStart(6, "0")}`;
    const record: AuditRecord = {
      id,
      at: isoTime(now),
      ...note,
      target: note.target.slice(0, MAX_TEXT),
      result: note.result?.slice(0, MAX_TEXT) ?? null,
    };
    this.#store.add(record).catch((error: unknown) => {
      this.#log.error("A record of the audit log could not be stored", { error, record });
    });
    if (this.#count++ % TRIM_EVERY === 0) this.#trim(now);
  }

  async search(query: AuditQuery): Promise<Page<AuditRecord>> {
    if (query.cursor !== undefined && !ID.test(query.cursor)) {
      throw new RequestError(
        "invalid-request",
        "cursor: not one that a page gave as its next; leave it away to begin anew",
      );
    }
    const found = await this.#store.search(query);
    const items = found.slice(0, query.limit);
    return { items, next: found.length > items.length ? (items.at(-1)?.id ?? null) : null };
  }

  #trim(now: number): void {
    const { days, rows } = this.#limits();
    this.#store.trim(isoTime(now - days * DAY_MS), rows).catch((error: unknown) => {
      this.#log.warn("Old records of the audit log could not be removed", { error });
    });
  }
}
