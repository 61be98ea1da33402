/** How many requests run at a time: of one script, so that it leaves room to others, and of all together. */

export interface GateLimits {
  readonly running: number;
  readonly runningOfOne: number;
  readonly waiting: number;
  readonly waitingOfOne: number;
}

/** To be called once, when the work is done. */
export type Leave = () => void;

interface Waiting {
  readonly key: string;
  readonly begin: (leave: Leave) => void;
}

export class Gate {
  readonly #limits: GateLimits;
  readonly #running = new Map<string, number>();
  #all = 0;
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiting>();

  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  /** `null`: too many wait already. Rejects with the reason of the signal. */
  enter(key: string, signal: AbortSignal): Promise<Leave> | null {
    if (this.#hasRoom(key)) return Promise.resolve(this.#begin(key));
    const ofOne = [...this.#waiting].filter((waiting) => waiting.key === key).length;
    if (this.#waiting.size >= this.#limits.waiting || ofOne >= this.#limits.waitingOfOne) return null;
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        key,
        begin: (leave) => {
          signal.removeEventListener("abort", abort);
          resolve(leave);
        },
      };
      const abort = (): void => {
        this.#waiting.delete(waiting);
        reject(signal.reason);
      };
      this.#waiting.add(waiting);
      signal.addEventListener("abort", abort);
      if (signal.aborted) abort();
    });
  }

  #hasRoom(key: string): boolean {
    return this.#all < this.#limits.running && (this.#running.get(key) ?? 0) < this.#limits.runningOfOne;
  }

  #begin(key: string): Leave {
    this.#all++;
    this.#running.set(key, (this.#running.get(key) ?? 0) + 1);
    return () => {
      this.#all--;
      const left = (this.#running.get(key) ?? 1) - 1;
      if (left === 0) this.#running.delete(key);
      else this.#running.set(key, left);
      this.#admit();
    };
  }

  #admit(): void {
    for (const waiting of this.#waiting) {
      if (this.#all >= this.#limits.running) return;
      if (!this.#hasRoom(waiting.key)) continue;
      this.#waiting.delete(waiting);
      waiting.begin(this.#begin(waiting.key));
    }
  }
}
