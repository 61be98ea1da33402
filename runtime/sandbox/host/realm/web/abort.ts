/** `AbortController` and `AbortSignal` (WHATWG DOM §3). Deviation: a signal has listeners for `abort` alone. */

type Listener = (event: { readonly type: "abort"; readonly target: AbortSignal }) => void;

/** Known to the controller, and to signals that give themselves up. */
let abort: (signal: AbortSignal, reason: unknown) => void;

export class AbortSignal {
  #isAborted = false;
  #reason: unknown;
  readonly #listeners = new Set<Listener>();
  onabort: Listener | null = null;

  static {
    abort = (signal, reason) => {
      if (signal.#isAborted) return;
      signal.#isAborted = true;
      signal.#reason = reason;
      const event = { type: "abort", target: signal } as const;
      const listeners = [...signal.#listeners];
      signal.#listeners.clear();
      signal.onabort?.(event);
      for (const listener of listeners) listener(event);
    };
  }

  static abort(reason: unknown = named("AbortError", "It was aborted")): AbortSignal {
    const signal = new AbortSignal();
    abort(signal, reason);
    return signal;
  }

  /** Aborts by itself after this time. */
  static timeout(ms: number): AbortSignal {
    const signal = new AbortSignal();
    setTimeout(() => abort(signal, named("TimeoutError", `It took more than ${ms} ms`)), ms);
    return signal;
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    const together = new AbortSignal();
    for (const signal of signals) {
      if (signal.aborted) abort(together, signal.reason);
      else signal.addEventListener("abort", () => abort(together, signal.reason));
    }
    return together;
  }

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#isAborted) throw this.#reason;
  }

  addEventListener(type: string, listener: Listener): void {
    if (type === "abort" && !this.#isAborted) this.#listeners.add(listener);
  }

  removeEventListener(type: string, listener: Listener): void {
    if (type === "abort") this.#listeners.delete(listener);
  }
}

export class AbortController {
  readonly signal = new AbortSignal();

  abort(reason: unknown = named("AbortError", "It was aborted")): void {
    abort(this.signal, reason);
  }
}

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
