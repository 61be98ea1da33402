import type { CallBody } from "../../../contract/call-api.ts";
import { path } from "../../api/path.ts";
import { canOpen } from "../../app/pages.ts";
import { CallMenu } from "../../calls/call-menu.tsx";
import { CallDuration, CallState } from "../../calls/call-state.tsx";
import { partyText } from "../../calls/party.ts";
import type { Column } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import { trunksOf } from "./call-filter.ts";
import { QualityCell } from "./quality-cell.tsx";

export const CALL_COLUMNS: readonly Column<CallBody>[] = [
  { id: "state", title: "State", width: "88px", isSortable: true, cell: ({ state }) => <CallState state={state} /> },
  { id: "from", title: "From", isSortable: true, cell: (call) => <Caller call={call} /> },
  { id: "to", title: "To", isSortable: true, cell: ({ to, domain }) => <Party uri={to} domain={domain} /> },
  {
    id: "leg",
    title: "Connected with",
    hiddenBelow: "medium",
    cell: (call) => <Party uri={targetOf(call)} domain={call.domain} />,
  },
  {
    id: "script",
    title: "Script",
    width: "15%",
    hiddenBelow: "narrow",
    isSortable: true,
    cell: ({ script, version }) => `${script} v${version}`,
  },
  {
    id: "trunk",
    title: "Trunk",
    width: "11%",
    hiddenBelow: "medium",
    isSortable: true,
    cell: (call) => trunksOf(call).join(", "),
  },
  {
    id: "quality",
    title: "Quality",
    width: "72px",
    hiddenBelow: "medium",
    cell: ({ id, state }) => state === "answered" && <QualityCell call={id} />,
  },
  {
    id: "started",
    title: "Began",
    width: "96px",
    hiddenBelow: "narrow",
    isSortable: true,
    cell: ({ startedAt }) => <Time at={startedAt} />,
  },
  { id: "duration", title: "Duration", width: "78px", align: "right", cell: (call) => <CallDuration call={call} /> },
  { id: "actions", title: "", width: "46px", cell: (call) => <CallMenu call={call} /> },
];

/** The way to the call's page for those who read links, not rows. */
function Caller({ call: { id, from, domain } }: { readonly call: CallBody }) {
  const to = path`/calls/${id}`;
  if (!canOpen(to)) return <Party uri={from} domain={domain} />;
  return (
    <a href={to} tabIndex={-1}>
      <Party uri={from} domain={domain} />
    </a>
  );
}

function Party({ uri, domain }: { readonly uri: string; readonly domain: string }) {
  return <span title={uri}>{partyText(uri, domain)}</span>;
}

/** Who has answered, else who is being called. */
function targetOf({ legs }: CallBody): string {
  const answered = legs.find(({ state }) => state === "answered");
  const current = answered ?? legs.findLast(({ state }) => state !== "ended");
  return current?.target ?? "";
}
