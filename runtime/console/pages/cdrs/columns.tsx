import type { CdrBody } from "../../../contract/call-api.ts";
import { path } from "../../api/path.ts";
import { CallResult } from "../../calls/call-result.tsx";
import { partyText } from "../../calls/party.ts";
import { durationText } from "../../components/format.ts";
import type { Column } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import { visibleLine } from "../../components/visible-text.ts";
import type { ColumnId } from "./column-choice.ts";

export const COLUMNS: Readonly<Record<ColumnId, Omit<Column<CdrBody>, "id">>> = {
  began: { title: "Began", width: "96px", cell: ({ startedAt }) => <Time at={startedAt} /> },
  from: { title: "From", cell: (cdr) => <Party uri={cdr.from} domain={cdr.domain} /> },
  to: { title: "To", cell: (cdr) => <Party uri={cdr.to} domain={cdr.domain} /> },
  result: { title: "Result", width: "104px", cell: (cdr) => <CallResult result={cdr.result} code={cdr.code} /> },
  talked: {
    title: "Talked",
    width: "74px",
    align: "right",
    hiddenBelow: "narrow",
    cell: ({ result, seconds }) => (result === "answered" ? durationText(seconds) : <span class="quiet">–</span>),
  },
  rang: {
    title: "Rang for",
    width: "74px",
    align: "right",
    hiddenBelow: "narrow",
    cell: ({ ringingAt, answeredAt, endedAt }) =>
      ringingAt === null ? (
        <span class="quiet">–</span>
      ) : (
        durationText((Date.parse(answeredAt ?? endedAt) - Date.parse(ringingAt)) / 1000)
      ),
  },
  reason: { title: "Reason", hiddenBelow: "narrow", cell: ({ code, reason }) => visibleLine(`${code} ${reason}`) },
  endedBy: { title: "Ended by", width: "84px", hiddenBelow: "narrow", cell: ({ endedBy }) => endedBy },
  script: {
    title: "Script",
    width: "14%",
    hiddenBelow: "narrow",
    cell: ({ script, version }) => (script === "" ? <span class="quiet">–</span> : `${script} v${version}`),
  },
  trunk: {
    title: "Trunk",
    width: "12%",
    hiddenBelow: "narrow",
    cell: ({ trunk }) => trunk ?? <span class="quiet">–</span>,
  },
  user: {
    title: "User",
    width: "12%",
    hiddenBelow: "narrow",
    cell: ({ user }) => user ?? <span class="quiet">–</span>,
  },
  direction: { title: "Direction", width: "86px", hiddenBelow: "narrow", cell: ({ direction }) => direction },
  tags: {
    title: "Tags",
    hiddenBelow: "narrow",
    cell: ({ tags }) =>
      visibleLine(
        Object.entries(tags)
          .map(([name, value]) => `${name} ${value}`)
          .join(", "),
      ),
  },
  id: { title: "Call", hiddenBelow: "narrow", cell: ({ id }) => <code>{id}</code> },
};

function Party({ uri, domain }: { readonly uri: string; readonly domain: string }) {
  return <span title={visibleLine(uri)}>{visibleLine(partyText(uri, domain))}</span>;
}

export function shownColumns(chosen: readonly ColumnId[]): readonly Column<CdrBody>[] {
  return chosen.map((id) => ({ id, ...COLUMNS[id] }));
}

/** Where a call's page would be. */
export const callPath = (id: string): string => path`/calls/${id}`;
