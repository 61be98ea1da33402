/**
 * How many operations may wait for the store at once: a script that floods it is refused, and neither other scripts nor
 * the switch itself wait behind it.
 */
import { OperationFailure } from "./operation-failure.ts";

export interface TurnstileLimits {
  readonly operations: number;
  /** Of the arguments as JSON. */
  readonly characters: number;
}

/** Of one script. */
const OF_ONE: TurnstileLimits = { operations: 1_000, characters: 8 * 1024 * 1024 };
/** Of all scripts together: half of what the store takes at once. */
const OF_ALL: TurnstileLimits = { operations: 5_000, characters: 32 * 1024 * 1024 };

class Crowd {
  operations = 0;
  characters = 0;
}

export class Turnstile {
  readonly #ofOne: TurnstileLimits;
  readonly #ofAll: TurnstileLimits;
  readonly #all = new Crowd();
  readonly #byScript = new Map<string, Crowd>();

  constructor(ofOne: TurnstileLimits = OF_ONE, ofAll: TurnstileLimits = OF_ALL) {
    this.#ofOne = ofOne;
    this.#ofAll = ofAll;
  }

  async pass<Value>(script: string, args: unknown, work: () => Promise<Value>): Promise<Value> {
    const characters = weightOf(args);
    const own = this.#byScript.get(script) ?? new Crowd();
    if (isFull(own, characters, this.#ofOne) || isFull(this.#all, characters, this.#ofAll)) {
      throw new OperationFailure("overloaded", "too many operations on the storage are under way; try again later");
    }
    this.#byScript.set(script, own);
    for (const crowd of [own, this.#all]) add(crowd, 1, characters);
    try {
      return await work();
    } finally {
      for (const crowd of [own, this.#all]) add(crowd, -1, -characters);
      if (own.operations === 0) this.#byScript.delete(script);
    }
  }
}

/** What was read from JSON can be nested so deep that it cannot be written again. */
function weightOf(args: unknown): number {
  try {
    return JSON.stringify(args).length;
  } catch {
    throw new OperationFailure("invalid-arguments", "the arguments are nested too deep");
  }
}

function isFull(crowd: Crowd, characters: number, limits: TurnstileLimits): boolean {
  return crowd.operations >= limits.operations || crowd.characters + characters > limits.characters;
}

function add(crowd: Crowd, operations: number, characters: number): void {
  crowd.operations += operations;
  crowd.characters += characters;
}
