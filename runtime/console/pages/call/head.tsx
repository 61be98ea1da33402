/** Who calls whom, how it stands, and what can be done with it. */
import type { ComponentChildren } from "preact";
import type { TimelineBody } from "../../../contract/journal-api.ts";
import { CallMenu } from "../../calls/call-menu.tsx";
import { CallResult } from "../../calls/call-result.tsx";
import { CallDuration, CallState } from "../../calls/call-state.tsx";
import { partyText } from "../../calls/party.ts";
import { ScriptLink } from "../../calls/script-link.tsx";
import { Badge } from "../../components/badge.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Duration, Time } from "../../components/time.tsx";
import { visibleLine } from "../../components/visible-text.ts";
import type { Standing } from "./use-standing.ts";

type Head = TimelineBody["call"];

interface CallHeadProps {
  readonly call: Head;
  readonly standing: Standing;
  /** Downloads and the like. */
  readonly children?: ComponentChildren;
}

export function CallHead({ call, standing, children }: CallHeadProps) {
  const name = (uri: string) => visibleLine(partyText(uri, call.domain)) || "somebody";
  return (
    <>
      <PageHead
        title={
          <>
            <span title={visibleLine(call.from)}>{name(call.from)}</span>
            <span class="quiet" aria-hidden="true">
              {" → "}
            </span>
            <span class="aloud"> calls </span>
            <span title={visibleLine(call.to)}>{name(call.to)}</span>
          </>
        }
      >
        {children}
        {standing.type === "live" && <CallMenu call={standing.call} />}
      </PageHead>
      <ul class="call-facts" aria-label="How the call stands">
        <li>
          <State call={call} standing={standing} />
        </li>
        <Fact title="Began">
          <Time at={call.startedAt} />
        </Fact>
        <Length standing={standing} />
        <Fact title="Script">
          <ScriptLink script={call.script} version={call.version} />
        </Fact>
        <Ends standing={standing} />
        <Fact title="Call">
          <code class="wrap">{call.id}</code>
        </Fact>
      </ul>
    </>
  );
}

function State({ call, standing }: Pick<CallHeadProps, "call" | "standing">) {
  if (standing.type === "live") return <CallState state={standing.call.state} />;
  if (standing.type === "ended") return <CallResult result={standing.cdr.result} code={standing.cdr.code} />;
  if (call.result === null) return <Badge>up</Badge>;
  return <CallResult result={call.result} code={call.code} />;
}

function Length({ standing }: Pick<CallHeadProps, "standing">) {
  if (standing.type === "unknown") return null;
  return (
    <Fact title={standing.type === "live" && standing.call.answeredAt === null ? "For" : "Talked"}>
      {standing.type === "live" ? <CallDuration call={standing.call} /> : <Duration seconds={standing.cdr.seconds} />}
    </Fact>
  );
}

/** Of a live call where it came from and whom it has reached; of one that has ended how that came. */
function Ends({ standing }: Pick<CallHeadProps, "standing">) {
  if (standing.type === "unknown") return null;
  const { user, trunk, tags } = standing.type === "live" ? standing.call : standing.cdr;
  return (
    <>
      {standing.type === "ended" && (
        <Fact title="Ended">
          {visibleLine(`${standing.cdr.code} ${standing.cdr.reason}`)} by {standing.cdr.endedBy}
        </Fact>
      )}
      {standing.type === "live" && standing.call.route !== null && <Fact title="Route">{standing.call.route}</Fact>}
      {user !== null && <Fact title="User">{visibleLine(user)}</Fact>}
      {trunk !== null && <Fact title="Trunk">{trunk}</Fact>}
      {Object.entries(tags).map(([tag, value]) => (
        <Fact key={tag} title={visibleLine(tag)}>
          {visibleLine(value)}
        </Fact>
      ))}
    </>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <li>
      <span class="quiet">{title}</span> {children}
    </li>
  );
}
