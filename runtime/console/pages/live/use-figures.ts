/** Reads the metrics of the switch every few seconds, for as long as the page is in sight, and keeps what they came to. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get } from "../../api/client.ts";
import { type Figures, figuresOf, follows, type Reading } from "./figures.ts";
import { parseMetrics } from "./metrics-text.ts";

const READ_EVERY_MS = 5_000;
/** Five minutes. */
export const SLOTS = 60;

/** The newest last; empty until they have been read once. */
export function useFigures(): ReadonlySignal<readonly Figures[]> {
  const history = useSignal<readonly Figures[]>([]);
  useEffect(() => {
    const ending = new AbortController();
    let before: Reading | null = null;
    const read = async () => {
      if (document.hidden) return;
      try {
        const text = await get<string>("/v1/metrics", { signal: ending.signal });
        const now: Reading = { atMs: performance.now(), metrics: parseMetrics(text) };
        const last = before !== null && follows(now, before) ? before : null;
        history.value = [...history.peek(), figuresOf(now, last)].slice(-SLOTS);
        before = now;
      } catch {
        // The header says that the switch does not answer; the next reading comes soon.
      }
    };
    void read();
    const timer = setInterval(read, READ_EVERY_MS);
    return () => {
      ending.abort();
      clearInterval(timer);
    };
  }, [history]);
  return history;
}
