/** One kind of load: begins again and again at a rate, some at a time, and counts what came of it. */

const MOST_AT_A_TIME = 64;
const FAILURES_KEPT = 5;

export interface Outcome {
  readonly name: string;
  readonly done: number;
  readonly failed: number;
  /** Have not begun, since too many were under way, or were turned away: the machine had no time for them. */
  readonly skipped: number;
  /** The first few, in words. */
  readonly failures: readonly string[];
}

/** The switch has turned somebody away: it is short of time, which is no fault of its. */
export class TurnedAway extends Error {}

/** Does what phones do that print their messages when they fail: one that was turned away has failed for that. */
export async function unlessTurnedAway(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw String(error).includes("SIP/2.0 503 ") ? new TurnedAway() : error;
  }
}

export class Load {
  readonly name: string;
  readonly #perSecond: number;
  readonly #job: (number: number) => Promise<void>;
  readonly #mostAtATime: number;
  readonly #running = new Set<Promise<void>>();
  readonly #failures: string[] = [];
  #begun = 0;
  #done = 0;
  #failed = 0;
  #skipped = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `job`: one time of it, by its number; it fails by throwing. */
  constructor(
    name: string,
    perSecond: number,
    job: (number: number) => Promise<void>,
    mostAtATime: number = MOST_AT_A_TIME,
  ) {
    this.name = name;
    this.#perSecond = perSecond;
    this.#job = job;
    this.#mostAtATime = mostAtATime;
  }

  get outcome(): Outcome {
    const { name } = this;
    return { name, done: this.#done, failed: this.#failed, skipped: this.#skipped, failures: this.#failures };
  }

  start(): void {
    const gapMs = (1_000 / this.#perSecond) * (0.5 + Math.random());
    this.#timer = setTimeout(() => {
      if (this.#running.size < this.#mostAtATime) this.#begin();
      else this.#skipped++;
      this.start();
    }, gapMs);
  }

  /** Nothing begins any more; resolves when what was under way has come to its end. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await Promise.all(this.#running);
  }

  #begin(): void {
    const running = this.#job(this.#begun++)
      .then(
        () => void this.#done++,
        (error: unknown) => this.#fail(error),
      )
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #fail(error: unknown): void {
    if (error instanceof TurnedAway) {
      this.#skipped++;
      return;
    }
    this.#failed++;
    if (this.#failures.length < FAILURES_KEPT) this.#failures.push(String(error).slice(0, 2_000));
  }
}
