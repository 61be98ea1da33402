/** Names by which calls are found, each that of one call at a time: with a call all go that it still has. */
import { LiveMap } from "../base/live-map.ts";
import type { Call } from "./call/call.ts";

export class CallNames {
  readonly #calls = new LiveMap<string, Call>();
  /** Those that a call has been given; some may be another's by now, or nobody's. */
  readonly #given = new LiveMap<Call, string[]>();

  get size(): number {
    return this.#calls.size;
  }

  get(name: string): Call | undefined {
    return this.#calls.get(name);
  }

  set(name: string, call: Call): void {
    this.#calls.set(name, call);
    const given = this.#given.get(call);
    if (given === undefined) this.#given.set(call, [name]);
    else given.push(name);
  }

  delete(name: string): void {
    this.#calls.delete(name);
  }

  forget(call: Call): void {
    for (const name of this.#given.get(call) ?? []) if (this.#calls.get(name) === call) this.#calls.delete(name);
    this.#given.delete(call);
  }
}
