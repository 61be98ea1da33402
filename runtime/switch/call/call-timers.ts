/** Timers that a script has set on its call. When one is due is plain data of the call; here is what waits for it. */
import type { Timer } from "../../base/clock.ts";
import type { Call } from "./call.ts";

export const MOST_TIMERS = 16;

export class CallTimers {
  readonly #call: Call;
  readonly #running = new Map<string, Timer>();

  constructor(call: Call) {
    this.#call = call;
  }

  /** Starts a timer, anew where there is one of this name. `false`: the call has too many. */
  start(name: string, ms: number): boolean {
    this.cancel(name);
    if (this.#running.size >= MOST_TIMERS) return false;
    const { state, exchange } = this.#call;
    state.timers = [...state.timers, { name, at: exchange.clock.now() + ms }];
    this.#run(name, ms);
    return true;
  }

  /** Those of a call that an earlier process has begun. */
  resume(): void {
    const { state, exchange } = this.#call;
    for (const { name, at } of state.timers) this.#run(name, Math.max(0, at - exchange.clock.now()));
  }

  cancel(name: string): void {
    this.#running.get(name)?.cancel();
    this.#forget(name);
  }

  /** The call is over. */
  stop(): void {
    for (const name of [...this.#running.keys()]) this.cancel(name);
  }

  #run(name: string, ms: number): void {
    this.#running.set(name, this.#call.startTimer(ms, { expire: () => this.#runOut(name) }, "timer"));
  }

  #runOut(name: string): void {
    this.#forget(name);
    this.#call.emit({ type: "timer", name });
  }

  #forget(name: string): void {
    if (!this.#running.delete(name)) return;
    const { state } = this.#call;
    state.timers = state.timers.filter((timer) => timer.name !== name);
  }
}
