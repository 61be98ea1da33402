/**
 * Follows a stream of the API (`/v1/events`, a tail) for as long as somebody wants it: a connection that is lost is made
 * again, with the number of the last event, so that the switch sends what was missed as far as it remembers.
 */
import { open } from "./client.ts";
import { reportLost, untilReconnected } from "./connection.ts";
import { ApiError } from "./problem.ts";
import { SseParser } from "./sse.ts";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
/** The switch sends a heartbeat every 15 s. */
const SILENCE_MS = 40_000;

export interface StreamListener<Entry> {
  entry(entry: Entry): void;
  /** Connected: for the first time, or again after it was lost. */
  opened?(isFirst: boolean): void;
  /** Events were left out: read again what is shown. */
  dropped?(count: number): void;
  /** It cannot be followed (403, 404, 429): it is not tried again, but for 429. After 401 it waits for who signs in again. */
  failed?(error: ApiError): void;
}

/** Ends the stream when called. */
export function follow<Entry>(url: string, listener: StreamListener<Entry>): () => void {
  const ending = new AbortController();
  void keepOpen(url, listener, ending.signal);
  return () => ending.abort();
}

async function keepOpen<Entry>(url: string, listener: StreamListener<Entry>, ended: AbortSignal): Promise<void> {
  const place = { lastId: null as string | null };
  let opened = 0;
  for (let delayMs = FIRST_DELAY_MS; !ended.aborted; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
    try {
      await readOnce(url, listener, ended, place, () => {
        listener.opened?.(opened++ === 0);
        delayMs = FIRST_DELAY_MS;
      });
    } catch (error) {
      if (ended.aborted) return;
      if (error instanceof ApiError && error.status === 401) {
        await untilReconnected(ended);
        continue;
      }
      if (error instanceof ApiError && error.status >= 400) {
        listener.failed?.(error);
        if (error.status < 500 && error.status !== 429) return;
      } else {
        reportLost();
      }
    }
    await pause(delayMs, ended);
  }
}

/** Until the connection ends, or says nothing for too long. */
async function readOnce<Entry>(
  url: string,
  listener: StreamListener<Entry>,
  ended: AbortSignal,
  place: { lastId: string | null },
  opened: () => void,
): Promise<void> {
  const silence = new AbortController();
  const either = AbortSignal.any([ended, silence.signal]);
  const headers: HeadersInit = place.lastId === null ? {} : { "Last-Event-ID": place.lastId };
  const response = await open(url, { Accept: "text/event-stream", ...headers }, either);
  if (response.body === null) return;
  opened();
  const parser = new SseParser();
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const timer = setTimeout(() => silence.abort(), SILENCE_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(timer));
    if (done) return;
    for (const { id, event, data } of parser.take(decoder.decode(value, { stream: true }))) {
      if (event === "dropped") listener.dropped?.((JSON.parse(data) as { count: number }).count);
      else listener.entry(JSON.parse(data) as Entry);
      place.lastId = id ?? place.lastId;
    }
  }
}

function pause(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      ended.removeEventListener("abort", settle);
      resolve();
    };
    const timer = setTimeout(settle, ms);
    ended.addEventListener("abort", settle);
  });
}
