/** How long the answered calls of a day have lasted, those that are up among them, without looking at each. */

export class TalkTime {
  #dayStart: number;
  #doneMs: number;
  /** Since when each call counts, from the beginning of the day on. */
  readonly #since = new Map<string, number>();
  #sum = 0;

  constructor(dayStart: number, doneMs = 0) {
    this.#dayStart = dayStart;
    this.#doneMs = doneMs;
  }

  get isRunning(): boolean {
    return this.#since.size > 0;
  }

  begin(call: string, now: number): void {
    if (this.#since.has(call)) return;
    const since = Math.max(0, now - this.#dayStart);
    this.#since.set(call, since);
    this.#sum += since;
  }

  end(call: string, now: number): void {
    const since = this.#since.get(call);
    if (since === undefined) return;
    this.#since.delete(call);
    this.#sum -= since;
    this.#doneMs += Math.max(0, now - this.#dayStart - since);
  }

  usedMs(now: number): number {
    const running = this.#since.size * (now - this.#dayStart) - this.#sum;
    return this.#doneMs + Math.max(0, running);
  }

  /** Another day has begun: what is up counts from its beginning. */
  startDay(dayStart: number): void {
    this.#dayStart = dayStart;
    this.#doneMs = 0;
    this.#sum = 0;
    for (const call of this.#since.keys()) this.#since.set(call, 0);
  }

  calls(): Iterable<string> {
    return this.#since.keys();
  }
}
