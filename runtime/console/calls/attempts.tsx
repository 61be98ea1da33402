import type { CallBody, CdrBody } from "../../contract/call-api.ts";
import { Badge, type Tone } from "../components/badge.tsx";
import { visibleLine } from "../components/visible-text.ts";
import "./calls.css";

interface Attempt {
  readonly target: string;
  readonly uri: string | null;
  readonly trunk?: string | undefined;
  readonly end: string;
  readonly tone: Tone;
}

/** The attempts to reach somebody, in order, of a call that is up or has ended. */
export function Attempts({ legs }: { readonly legs: CallBody["legs"] | CdrBody["legs"] }) {
  if (legs.length === 0) return <p class="quiet">Nobody: what was done, was done by the switch itself.</p>;
  return (
    <ol class="call-attempts">
      {legs.map(attemptOf).map(({ target, uri, trunk, end, tone }, index) => (
        <li key={index}>
          <strong class="wrap">{visibleLine(target)}</strong> <Badge tone={tone}>{visibleLine(end)}</Badge>
          {uri !== null && uri !== target && <div class="quiet small wrap">{visibleLine(uri)}</div>}
          {trunk !== undefined && <div class="quiet small">by trunk {trunk}</div>}
        </li>
      ))}
    </ol>
  );
}

function attemptOf(leg: CallBody["legs"][number] | CdrBody["legs"][number]): Attempt {
  if ("state" in leg) return { ...leg, end: leg.state, tone: leg.state === "answered" ? "good" : "neutral" };
  return { ...leg, end: `${leg.code} ${leg.reason}`, tone: leg.code < 300 ? "good" : "warn" };
}
