/**
 * Tells scripts what happens to trunks: each change goes to every script that handles it, to one script in the order in
 * which it has happened, one after the other.
 */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { fail, ok } from "../base/result.ts";
import type { LiveScripts } from "../port/script.ts";
import type { ScriptEvents } from "../port/script-events.ts";
import type { TrunkNews, TrunkWitness } from "../port/trunk-news.ts";

/** Changes that wait for a handler which is slow; what comes beyond them is dropped. */
const MOST_WAITING = 100;

export interface TrunkEventsParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly events: ScriptEvents;
  readonly scripts: LiveScripts;
}

interface Line {
  /** Told in turn; the first is being told. */
  readonly waiting: { readonly news: TrunkNews; readonly id: string }[];
  dropped: number;
}

export class TrunkEvents implements TrunkWitness {
  readonly #parts: TrunkEventsParts;
  readonly #lines = new Map<string, Line>();
  #count = 0;

  constructor(parts: TrunkEventsParts) {
    this.#parts = parts;
  }

  trunkChanged(news: TrunkNews): void {
    const id = `${news.trunk}-${news.state}@${this.#parts.clock.now()}.${++this.#count}`;
    for (const script of this.#parts.scripts.handling("trunk")) this.#enqueue(script, news, id);
  }

  #enqueue(script: string, news: TrunkNews, id: string): void {
    const line = this.#lines.get(script);
    if (line === undefined) {
      const begun: Line = { waiting: [{ news, id }], dropped: 0 };
      this.#lines.set(script, begun);
      void this.#tellAll(script, begun);
      return;
    }
    if (line.waiting.length < MOST_WAITING) line.waiting.push({ news, id });
    else if (line.dropped++ === 0) {
      const text = "A script is too slow with its trunk events: some are not sent to it";
      this.#parts.log.warn(text, { script, waiting: MOST_WAITING });
    }
  }

  /** Never rejects: what goes wrong in a handler is an outcome, told to observers already. */
  async #tellAll(script: string, line: Line): Promise<void> {
    for (let next = line.waiting[0]; next !== undefined; next = line.waiting[0]) {
      const { news, id } = next;
      await this.#parts.events.run({ script, id, event: { type: "trunk", ...news }, parse: nothing });
      line.waiting.shift();
    }
    this.#lines.delete(script);
  }
}

/** A decision would have no call to be about. */
function nothing(value: unknown) {
  if (value === undefined || value === null) return ok(undefined);
  return fail("a trunk handler returns nothing: what it wants done, it asks for with await");
}
