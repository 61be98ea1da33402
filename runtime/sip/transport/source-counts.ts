/** How many of something each source has, where it has any, up to a limit for each. */
export class SourceCounts {
  readonly #limit: number;
  readonly #isExempt: (address: string) => boolean;
  readonly #counts = new Map<string, number>();

  /** `isExempt`: sources that the limit is not for. */
  constructor(limit: number, isExempt: (address: string) => boolean) {
    this.#limit = limit;
    this.#isExempt = isExempt;
  }

  /** Counts one more; false: this source has as many as it may. */
  add(source: string): boolean {
    const count = this.#counts.get(source) ?? 0;
    if (count >= this.#limit && !this.#isExempt(source)) return false;
    this.#counts.set(source, count + 1);
    return true;
  }

  remove(source: string): void {
    const count = this.#counts.get(source) ?? 0;
    if (count > 1) this.#counts.set(source, count - 1);
    else this.#counts.delete(source);
  }
}
