import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { path } from "../../api/path.ts";
import { canOpen } from "../../app/pages.ts";
import { can } from "../../app/session.ts";
import { findCall } from "./call-place.ts";

/** Calls that have been found, by their Call-ID: one that has ended is in no list of live calls any more. */
const found = signal<ReadonlyMap<string, string>>(new Map());
const MOST_KEPT = 100;
const AGAIN_MS = 1000;
const TIMES_AGAIN = 2;
/** A call without a picture is a call all the same. */
const ignore = () => {};

interface PictureLinkProps {
  readonly callId: string;
  readonly user: string;
  /** Looked for again at each change, until it is found. */
  readonly phase: string;
}

/** To the picture of the call, in a tab of its own: leaving this page ends the call. Nothing where it is not found. */
export function PictureLink({ callId, user, phase }: PictureLinkProps) {
  const id = found.value.get(callId);
  useEffect(() => {
    if (id !== undefined || !can("calls:read") || !canOpen("/calls/id")) return;
    const looking = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (again: number) => {
      const place = await findCall(callId, user, looking.signal);
      if (place !== null) found.value = new Map([...found.value, [callId, place] as const].slice(-MOST_KEPT));
      // What happens is written down a moment later.
      else if (again > 0 && !looking.signal.aborted) timer = setTimeout(() => look(again - 1).catch(ignore), AGAIN_MS);
    };
    look(TIMES_AGAIN).catch(ignore);
    return () => {
      looking.abort();
      clearTimeout(timer);
    };
  }, [callId, user, phase, id]);
  if (id === undefined) return null;
  return (
    <a href={path`/calls/${id}`} target="_blank" rel="noopener">
      The call's picture ↗
    </a>
  );
}
