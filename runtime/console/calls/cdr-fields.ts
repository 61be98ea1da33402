/** What the fields of a call detail record mean, beside their values. Pure. */
import type { CdrBody } from "../../contract/call-api.ts";
import { durationText } from "../components/format.ts";
import { visibleLine } from "../components/visible-text.ts";

export interface ExplainedField {
  readonly title: string;
  readonly value: string;
  readonly meaning: string;
}

const NONE = "–";

/** Times are as the record has them: ISO 8601 in UTC. */
export function cdrFields(cdr: CdrBody): readonly ExplainedField[] {
  const fields: readonly (readonly [title: string, value: string | null, meaning: string])[] = [
    ["Call", cdr.id, "The name of the call, in logs and in the API."],
    [
      "Direction",
      cdr.direction,
      cdr.direction === "inbound" ? "Somebody has called the switch." : "The switch has begun the call.",
    ],
    ["From", cdr.from, "Who called, as their phone says."],
    ["To", cdr.to, "What was dialled."],
    ["User", cdr.user, "The user of the switch who called and has proved it; none: somebody from outside."],
    ["Trunk", cdr.trunk, "The trunk that the call came by, else the one that it left by."],
    [
      "Script",
      cdr.script === "" ? null : `${cdr.script} v${cdr.version}`,
      "What decided about the call, in this version.",
    ],
    ["Began", cdr.startedAt, "The first INVITE."],
    ["Rang", cdr.ringingAt, "The first phone that rang."],
    ["Answered", cdr.answeredAt, "When somebody, or the script, answered."],
    ["Ended", cdr.endedAt, "When the last side was told."],
    ["Talked", durationText(cdr.seconds), "From the answer to the end."],
    ["Rang for", ringText(cdr), "From the first ringing to the answer, or to the end."],
    ["Result", cdr.result, "Answered, failed, or cancelled by the caller before anybody answered."],
    ["Code", `${cdr.code} ${cdr.reason}`.trim(), "The final status that the caller got."],
    ["Ended by", cdr.endedBy, "The side that ended it, the switch itself, or somebody over the API."],
    ...Object.entries(cdr.tags).map(
      ([name, value]) => [`Tag ${name}`, value, "Put on the call by its script."] as const,
    ),
    ["Domain", cdr.domain, "The SIP domain that the call belongs to."],
  ];
  return fields.map(([title, value, meaning]) => ({
    title: visibleLine(title),
    value: value === null || value === "" ? NONE : visibleLine(value),
    meaning,
  }));
}

function ringText({ ringingAt, answeredAt, endedAt }: CdrBody): string | null {
  if (ringingAt === null) return null;
  return durationText((Date.parse(answeredAt ?? endedAt) - Date.parse(ringingAt)) / 1000);
}
