import type { TimelineBody } from "../../../contract/journal-api.ts";
import { Attempts } from "../../calls/attempts.tsx";
import { CdrView } from "../../calls/cdr-view.tsx";
import { Recordings } from "../../calls/recordings.tsx";
import { Notice } from "../../components/notice.tsx";
import { AudioNow } from "./audio-now.tsx";
import { CallHead } from "./head.tsx";
import { type KnownStanding, legsOf } from "./use-standing.ts";

interface WithoutTimelineProps {
  readonly standing: KnownStanding;
  /** Why there is no timeline. */
  readonly why: string;
}

/** A call of which nothing is recorded, or kept: how it stands, or its record, is what there is. */
export function WithoutTimeline({ standing, why }: WithoutTimelineProps) {
  const isLive = standing.type === "live";
  return (
    <div class="stack">
      <CallHead call={headOf(standing)} standing={standing} />
      <Notice kind="info">{why}</Notice>
      <section class="panel">
        <header>
          <h2>{isLive ? "Who is called" : "Call detail record"}</h2>
        </header>
        <div class="body stack">
          {isLive ? <Attempts legs={legsOf(standing)} /> : <CdrView cdr={standing.cdr} />}
          <AudioNow standing={standing} />
          <Recordings callId={headOf(standing).id} />
        </div>
      </section>
    </div>
  );
}

function headOf(standing: KnownStanding): TimelineBody["call"] {
  return standing.type === "live" ? { ...standing.call, endedAt: null, result: null, code: null } : standing.cdr;
}
