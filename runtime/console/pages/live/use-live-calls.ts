/**
 * Follows the calls of the switch: first the stream, then the list, so that nothing falls between the two. What comes is
 * gathered and shown a few times a second, however much it is.
 */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { CallBody } from "../../../contract/call-api.ts";
import { getAll } from "../../api/client.ts";
import type { ApiError } from "../../api/problem.ts";
import { follow } from "../../api/stream.ts";
import { type CallNews, LiveCalls } from "./live-calls.ts";

const SHOW_EVERY_MS = 250;
/** Not every change of a call is told: legs, tags. */
const READ_EVERY_MS = 15_000;
/** A long list is read less often. */
const READ_MANY_EVERY_MS = 60_000;
const MANY_CALLS = 1_000;
const MOST_CALLS = 20_000;

export type CallsState =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly calls: readonly CallBody[]; readonly up: number }
  | { readonly state: "failed"; readonly error: ApiError };

/** While `isPaused`, what is shown stays as it is, and is followed on. */
export function useLiveCalls(isPaused: ReadonlySignal<boolean>): ReadonlySignal<CallsState> {
  const state = useMemo(() => signal<CallsState>({ state: "loading" }), []);
  useEffect(() => {
    const following = new Following(state, isPaused);
    return () => following.end();
  }, [state, isPaused]);
  return state;
}

class Following {
  readonly #state: Signal<CallsState>;
  readonly #isPaused: ReadonlySignal<boolean>;
  readonly #calls = new LiveCalls();
  readonly #ending = new AbortController();
  readonly #leave: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  /** What has come while the list is read. `null`: it is not being read. */
  #waiting: CallNews[] | null = null;
  #hasChanged = false;
  #frame = 0;
  #readAgainAtMs = 0;

  constructor(state: Signal<CallsState>, isPaused: ReadonlySignal<boolean>) {
    this.#state = state;
    this.#isPaused = isPaused;
    this.#leave = follow<CallNews>("/v1/events?type=call", {
      entry: (news) => this.#take(news),
      opened: () => void this.#read(),
      dropped: () => void this.#read(),
      failed: (error) => {
        state.value = { state: "failed", error };
      },
    });
    this.#timer = setInterval(() => this.#tick(), SHOW_EVERY_MS);
  }

  end(): void {
    this.#leave();
    this.#ending.abort();
    clearInterval(this.#timer);
    cancelAnimationFrame(this.#frame);
  }

  #take(news: CallNews): void {
    if (this.#waiting !== null) {
      this.#waiting.push(news);
      return;
    }
    this.#calls.apply(news, Date.now());
    this.#hasChanged = true;
  }

  async #read(): Promise<void> {
    if (this.#waiting !== null) return;
    this.#waiting = [];
    try {
      this.#calls.replace(await getAll<CallBody>("/v1/calls", { signal: this.#ending.signal }, MOST_CALLS));
      this.#hasChanged = true;
    } catch {
      // The stream tells what is wrong, and begins anew.
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const news of waiting) this.#take(news);
    this.#readAgainAtMs = Date.now() + (this.#calls.up > MANY_CALLS ? READ_MANY_EVERY_MS : READ_EVERY_MS);
  }

  /** Not in a tab that nobody sees: frames stop there by themselves. */
  #tick(): void {
    const now = Date.now();
    if (this.#calls.forgetEnded(now)) this.#hasChanged = true;
    if (this.#readAgainAtMs !== 0 && now > this.#readAgainAtMs && !document.hidden) void this.#read();
    if (!this.#hasChanged || this.#isPaused.value) return;
    this.#hasChanged = false;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#state.value = { state: "ready", calls: this.#calls.all(), up: this.#calls.up };
    });
  }
}
