/** The timeline of a call, which grows while somebody looks at it. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { TimelineBody } from "../../../contract/journal-api.ts";
import { get } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { ApiError } from "../../api/problem.ts";
import type { Loaded } from "../../api/resource.ts";
import { joined, readAgainIn, resumeAfter } from "./growing.ts";

/** The switch is asked again so long after it did not answer. */
const AFTER_FAILURE_MS = 2_000;
const WHILE_HIDDEN_MS = 1_000;

export function useTimeline(id: string): ReadonlySignal<Loaded<TimelineBody>> {
  const loaded = useMemo(() => signal<Loaded<TimelineBody>>({ state: "loading" }), [id]);
  useEffect(() => {
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const again = (ms: number) => {
      if (!ending.signal.aborted) timer = setTimeout(() => (document.hidden ? again(WHILE_HIDDEN_MS) : read()), ms);
    };
    const read = async () => {
      try {
        const before = loaded.value.state === "ready" ? loaded.value.body : null;
        const body = await readOn(id, before, ending.signal);
        const next = readAgainIn(body.call, Date.now());
        // At last it is known what will never be answered.
        if (before === null || next === null || hasGrown(before, body)) loaded.value = { state: "ready", body };
        if (next !== null) again(next);
      } catch (error) {
        if (ending.signal.aborted) return;
        // What was read stays in sight; the shell says that the connection is lost.
        if (loaded.value.state !== "ready") loaded.value = { state: "failed", error: error as ApiError };
        if (error instanceof ApiError && error.status >= 400 && error.status < 500) return;
        again(AFTER_FAILURE_MS);
      }
    };
    void read();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [id, loaded]);
  return loaded;
}

/** All that has been added, in as many pages as it takes. */
async function readOn(id: string, before: TimelineBody | null, ending: AbortSignal): Promise<TimelineBody> {
  let body = before;
  let after = before === null ? 0 : resumeAfter(before.items);
  for (;;) {
    const page: TimelineBody = await get(path`/v1/calls/${id}/timeline`, { query: { after }, signal: ending });
    body = joined(body, after, page);
    if (page.next === null) return body;
    after = page.next;
  }
}

function hasGrown(before: TimelineBody, now: TimelineBody): boolean {
  const [a, b] = [before.items.at(-1), now.items.at(-1)];
  return (
    a?.n !== b?.n || before.call.endedAt !== now.call.endedAt || resumeAfter(before.items) !== resumeAfter(now.items)
  );
}
