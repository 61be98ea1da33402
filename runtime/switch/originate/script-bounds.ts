/** How many calls one script may begin: a loop in a script must not ring all phones there are. */

import type { Clock } from "../../base/clock.ts";
import { RequestError } from "../../base/errors.ts";
import type { Call } from "../call/call.ts";

export interface OriginateLimits {
  /** Calls of one script that are up at once. */
  readonly max: number;
  /** New ones of one script in any minute. */
  readonly perMinute: number;
}

const MINUTE_MS = 60_000;

export class ScriptBounds {
  readonly #clock: Clock;
  readonly #own: (script: string) => Partial<OriginateLimits>;
  #limits: OriginateLimits;
  /** When each script has begun the calls of the last minute, oldest first. */
  readonly #begun = new Map<string, readonly number[]>();

  /** `own`: what the policy of a script says in place of the limits of all. @default nothing */
  constructor(limits: OriginateLimits, clock: Clock, own: (script: string) => Partial<OriginateLimits> = () => ({})) {
    this.#limits = limits;
    this.#clock = clock;
    this.#own = own;
  }

  configure(limits: OriginateLimits): void {
    this.#limits = limits;
  }

  /** Throws `too-many-calls`. */
  check(script: string, calls: Iterable<Call>): void {
    const own = this.#own(script);
    const { max, perMinute } = { ...this.#limits, ...own };
    const where = (key: keyof OriginateLimits): string =>
      own[key] === undefined ? `limits.originate.${key}` : `originate.${key} of its policy`;
    if (this.#recent(script).length >= perMinute) {
      throw tooMany(`"${script}" has begun ${perMinute} calls within a minute, which is ${where("perMinute")}`);
    }
    let live = 0;
    for (const { state } of calls) if (state.originator === script) live++;
    if (live >= max) throw tooMany(`${live} calls that "${script}" has begun are up, which is ${where("max")}`);
  }

  note(script: string): void {
    this.#begun.set(script, [...this.#recent(script), this.#clock.now()]);
    for (const name of this.#begun.keys()) if (this.#recent(name).length === 0) this.#begun.delete(name);
  }

  #recent(script: string): readonly number[] {
    const since = this.#clock.now() - MINUTE_MS;
    return (this.#begun.get(script) ?? []).filter((at) => at > since);
  }
}

function tooMany(message: string): RequestError {
  return new RequestError("too-many-calls", message);
}
