/** Moments and how long something lasts; what still runs is counted on each second by one clock for all. */
import { signal } from "@preact/signals";
import { durationText, timeText } from "./format.ts";

const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1000);

/** A moment in the time of this browser; the title has the date and the zone. */
export function Time({ at }: { readonly at: string | null }) {
  if (at === null) return <span class="quiet">–</span>;
  return (
    <time dateTime={at} title={new Date(at).toString()}>
      {timeText(at, new Date())}
    </time>
  );
}

/** How long it has lasted: `seconds`, or since a moment, which runs. */
export function Duration(props: { readonly seconds: number } | { readonly since: string }) {
  if ("seconds" in props) return <span>{durationText(props.seconds)}</span>;
  return <span>{durationText((now.value - Date.parse(props.since)) / 1000)}</span>;
}
