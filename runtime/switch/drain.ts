/**
 * Whether the switch is being drained. Then new INVITEs, and OPTIONS by which others see whether it can be used, are
 * refused with 503; all that belongs to a call that is up, registrations, subscriptions and emergency calls are served.
 */
import type { Clock } from "../base/clock.ts";
import { isoTime } from "../base/iso-time.ts";
import type { DrainAdmin, DrainNews, DrainView } from "../port/drain.ts";
import type { SipRequest } from "../sip/message/message.ts";
import type { CallIndex } from "./call-index.ts";

const MOST_LISTED = 100;
const REFUSED: ReadonlySet<string> = new Set(["INVITE", "OPTIONS"]);

export interface DrainParts {
  readonly clock: Clock;
  readonly index: CallIndex;
  tell(news: DrainNews, calls: number): void;
}

export class Drain implements DrainAdmin {
  readonly #parts: DrainParts;
  #since: number | null = null;

  constructor(parts: DrainParts) {
    this.#parts = parts;
    parts.index.onEmpty = () => {
      if (this.#since !== null) parts.tell("empty", 0);
    };
  }

  get isDraining(): boolean {
    return this.#since !== null;
  }

  /** Whether a request that begins something may not. One that takes a place in a call that is up does (RFC 3891). */
  refuses({ method, headers }: SipRequest): boolean {
    return this.#since !== null && REFUSED.has(method) && headers.get("replaces") === undefined;
  }

  view(): DrainView {
    const { clock, index } = this.#parts;
    const waitsFor: DrainView["waitsFor"][number][] = [];
    // In the order in which they have begun.
    for (const call of index.calls) {
      if (waitsFor.length >= MOST_LISTED) break;
      const { id, state, from, to } = call.view.summary();
      waitsFor.push({ id, state, from, to, seconds: Math.max(0, (clock.now() - call.state.startedAt) / 1000) });
    }
    return {
      draining: this.#since !== null,
      since: this.#since === null ? null : isoTime(this.#since),
      calls: index.size,
      waitsFor,
    };
  }

  begin(): DrainView {
    if (this.#since === null) {
      const { clock, index, tell } = this.#parts;
      this.#since = clock.now();
      tell("begun", index.size);
      if (index.size === 0) tell("empty", 0);
    }
    return this.view();
  }

  end(): DrainView {
    if (this.#since !== null) {
      this.#since = null;
      this.#parts.tell("ended", this.#parts.index.size);
    }
    return this.view();
  }
}
