/**
 * Takes over the calls of an earlier process: they are rebuilt before the switch listens, so that no message finds nobody,
 * and go on once it does. Until then what the earlier process has written down of them stands. A record that cannot be
 * understood costs its call and no other.
 */
import type { Log } from "../../base/log.ts";
import type { StoredEntry } from "../../port/call-journal.ts";
import type { BindingRow } from "../../port/store.ts";
import type { Exchange } from "../call/exchange.ts";
import type { Policing } from "../policy/policing.ts";
import { LostFlows } from "./lost-flows.ts";
import { type RebuiltCall, rebuild } from "./rebuild.ts";

/** How many calls go on, have been ended, and could not be understood. */
export interface TakenOver {
  readonly resumed: number;
  readonly ended: number;
  readonly lost: number;
}

export interface TakeOverTerms {
  /** When the earlier process lived for the last time, where it is too long ago for calls to go on; else `null`. */
  readonly lastSeen: number | null;
  /** It has left its calls on purpose: those that were not answered yet go on as well. */
  readonly isHandedOver: boolean;
}

export class TakeOver {
  readonly #log: Log;
  readonly #rebuilt: RebuiltCall[] = [];
  readonly #terms: TakeOverTerms;
  #lost = 0;
  readonly #flows: LostFlows;

  constructor(
    parts: { readonly exchange: Exchange; readonly policing: Policing | undefined; readonly log: Log },
    calls: Iterable<StoredEntry>,
    terms: TakeOverTerms,
  ) {
    this.#log = parts.log;
    this.#terms = terms;
    this.#flows = new LostFlows(parts.exchange.clock);
    for (const stored of calls) {
      this.#attempt(stored.id, () => {
        const rebuilt = rebuild(parts.exchange, parts.policing, stored);
        this.#rebuilt.push(rebuilt);
        this.#flows.note(rebuilt.call);
        if (terms.lastSeen === null) rebuilt.call.guard(() => rebuilt.resumption.prepare());
      });
    }
  }

  /** A contact of a user is registered: calls of an earlier process may find a phone by it. */
  registered(binding: BindingRow): void {
    this.#flows.registered(binding);
  }

  /** The switch listens. */
  proceed(): TakenOver {
    let resumed = 0;
    const rebuilt = this.#rebuilt.splice(0);
    for (const { call, resumption } of rebuilt) {
      call.isInherited = false;
      call.guard(() => resumption.proceed(this.#terms));
      if (call.state.end === null) resumed++;
    }
    return { resumed, ended: rebuilt.length - resumed, lost: this.#lost };
  }

  #attempt(id: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#lost++;
      this.#log.error("A call of the process before could not be taken over", { call: id, error });
    }
  }
}
