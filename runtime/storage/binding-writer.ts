/**
 * Bindings on their way to the store. Phones register all day and wait for the commit: what comes within a moment is
 * written together, as one text across the thread and a few statements behind it, and of one user the last state alone.
 */
import type { BindingRow } from "../port/store.ts";
import type { UserBindings } from "./table/bindings.ts";

/** How long a REGISTER may wait for company. */
const COLLECT_MS = 20;
/** Users of one write: bounds how long others wait behind it. */
const MAX_BATCH = 500;

interface Waiting {
  readonly user: UserBindings;
  /** Whoever waits for this state, or for an earlier one of the same user. */
  readonly settled: PromiseWithResolvers<void>;
}

export class BindingWriter {
  readonly #write: (json: string) => Promise<void>;
  /** By domain and user. */
  readonly #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | null = null;

  /** `write`: takes the JSON of an array of `UserBindings`. */
  constructor(write: (json: string) => Promise<void>) {
    this.#write = write;
  }

  /** Resolves once this state, or a later one, is committed. */
  replace(domain: string, user: string, bindings: readonly BindingRow[]): Promise<void> {
    const key = `${domain} ${user}`;
    const settled = this.#waiting.get(key)?.settled ?? Promise.withResolvers<void>();
    this.#waiting.set(key, { user: { domain, user, bindings }, settled });
    if (this.#waiting.size >= MAX_BATCH) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), COLLECT_MS);
    return settled.promise;
  }

  /** Sends what has been collected. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.size === 0) return;
    const batch = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#write(JSON.stringify(batch.map(({ user }) => user))).then(
      () => {
        for (const { settled } of batch) settled.resolve();
      },
      (error: unknown) => {
        for (const { settled } of batch) settled.reject(error);
      },
    );
  }
}
