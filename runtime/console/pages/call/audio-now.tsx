/** How the audio of a call is while it is up, side by side. */
import { Fragment } from "preact";
import type { CallQualityBody } from "../../../contract/call-quality-api.ts";
import { get } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { Score } from "../../calls/quality.tsx";
import { figuresText } from "../../calls/side-quality.ts";
import type { Standing } from "./use-standing.ts";

const EVERY_MS = 5_000;

/** Nothing for a call that is not up, or not answered yet. */
export function AudioNow({ standing }: { readonly standing: Standing }) {
  if (standing.type !== "live" || standing.call.state !== "answered") return null;
  return <Sides callId={standing.call.id} />;
}

function Sides({ callId }: { readonly callId: string }) {
  const read = (signal: AbortSignal) =>
    get<{ items: CallQualityBody[] }>("/v1/calls/quality", { query: { calls: callId }, signal });
  const loaded = useResource(read, [callId], { everyMs: EVERY_MS }).loaded.value;
  const sides = loaded.state === "ready" ? loaded.body.items[0]?.sides : undefined;
  if (sides === undefined) return null;
  return (
    <section class="stack" aria-label="Audio now">
      <h2>Audio now</h2>
      {sides.length === 0 ? <p class="quiet">It goes directly between the phones.</p> : <SideList sides={sides} />}
    </section>
  );
}

function SideList({ sides }: Pick<CallQualityBody, "sides">) {
  return (
    <dl class="facts">
      {sides.map((quality) => (
        <Fragment key={quality.side}>
          <dt>{quality.side}</dt>
          <dd>
            {quality.mos !== null && (
              <>
                MOS <Score mos={quality.mos} />{" "}
              </>
            )}
            <span class="quiet small">{figuresText(quality)}</span>
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
