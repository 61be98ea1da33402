/** The quality of a call in its row: asked for every few seconds, for all calls whose rows are in sight at once. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CallQualityBody } from "../../../contract/call-quality-api.ts";
import { get } from "../../api/client.ts";
import { Quality } from "../../calls/quality.tsx";
import { LiveQualities, type Qualities } from "./live-qualities.ts";

const ASK_EVERY_MS = 5_000;

const live = new LiveQualities();
const known = signal<Qualities>(new Map());

export function QualityCell({ call }: { readonly call: string }) {
  useEffect(() => {
    live.enter(call);
    return () => live.leave(call);
  }, [call]);
  const sides = known.value.get(call);
  return sides === undefined ? null : <Quality sides={sides} />;
}

/** Asks for as long as the page is in sight; not while `isPaused`. */
export function useQualities(isPaused: ReadonlySignal<boolean>): void {
  useEffect(() => {
    const ending = new AbortController();
    const ask = async () => {
      const { asked } = live;
      if (document.hidden || isPaused.peek() || asked.length === 0) return;
      try {
        const query = { calls: asked.join() };
        const answer: { items: CallQualityBody[] } = await get("/v1/calls/quality", { query, signal: ending.signal });
        known.value = live.take(answer.items);
      } catch {
        // The header says that the switch does not answer; the next question comes soon.
      }
    };
    void ask();
    const timer = setInterval(ask, ASK_EVERY_MS);
    return () => {
      ending.abort();
      clearInterval(timer);
    };
  }, [isPaused]);
}
