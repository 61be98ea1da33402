/** Files of the journal of calls that are kept in memory, and outlive whoever writes them. */
import type { CallLogParts } from "../../../../runtime/recovery/call-log.ts";

export class MemoryFiles {
  readonly #files = new Map<number, Buffer[]>();
  readonly #sealed = new Set<number>();
  #last = 0;

  /** As one life of the switch sees them. */
  of(life: number): CallLogParts["files"] {
    let current: Buffer[] | null = null;
    return {
      begin: () => {
        current = [];
        this.#last++;
        if (!this.#sealed.has(life)) this.#files.set(this.#last, current);
        return this.#last;
      },
      write: (bytes) => {
        if (!this.#sealed.has(life)) current?.push(Buffer.from(bytes));
      },
      remove: (number) => {
        if (!this.#sealed.has(life)) this.remove(number);
      },
      close: () => {},
    };
  }

  /** Nothing that this life still does is written. */
  seal(life: number): void {
    this.#sealed.add(life);
  }

  numbers(): number[] {
    return [...this.#files.keys()].sort((one, other) => one - other);
  }

  all(): Buffer[] {
    return this.numbers().map((number) => Buffer.concat(this.#files.get(number) ?? []));
  }

  remove(number: number): void {
    this.#files.delete(number);
  }

  get bytes(): number {
    return this.all().reduce((sum, { length }) => sum + length, 0);
  }
}
