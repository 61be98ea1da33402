/** Sources that are not heard, those that never are banned, and what the guard has refused. */
import { useMemo } from "preact/hooks";
import type { AllowedSourcesBody, BanBody, BansBody, GuardStatusBody } from "../../../contract/guard-api.ts";
import { get, send } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { useResource } from "../../api/resource.ts";
import { can } from "../../app/session.ts";
import { Button } from "../../components/button.tsx";
import { ConfirmDialog } from "../../components/dialog.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { numberText } from "../../components/format.ts";
import { LoadedView } from "../../components/loading.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import { say } from "../../components/toast.tsx";
import { visibleLine } from "../../components/visible-text.ts";
import { Lists } from "./lists.tsx";
import { SourceDialog } from "./source-dialog.tsx";
import { leftText } from "./time-left.ts";
import "./bans.css";

const EVERY_MS = 10_000;

interface Guard {
  readonly bans: readonly BanBody[];
  readonly allowed: AllowedSourcesBody["items"];
  readonly status: GuardStatusBody;
}

async function readGuard(signal: AbortSignal): Promise<Guard> {
  const [bans, allowed, status] = await Promise.all([
    get<BansBody>("/v1/guard/bans", { signal }),
    get<AllowedSourcesBody>("/v1/guard/allowed", { signal }),
    get<GuardStatusBody>("/v1/guard", { signal }),
  ]);
  return { bans: bans.items, allowed: allowed.items, status };
}

export default function BansPage() {
  const guard = useResource(readGuard, [], { everyMs: EVERY_MS });
  const isEditable = can("guard:write");
  const changed = () => guard.reload();
  const add = (what: "ban" | "allow") =>
    showDialog((close) => <SourceDialog what={what} onDone={changed} onClose={close} />);
  const lift = (source: string) => {
    const confirm = async () => {
      await send("DELETE", path`/v1/guard/bans/${source}`);
      say(`${source} is heard again.`);
      await changed();
    };
    showDialog((close) => (
      <ConfirmDialog title="Lift a ban" action="Lift" onClose={close} onConfirm={confirm}>
        <p class="wrap">
          <strong>{source}</strong> is heard again, and what it has done is forgotten.
        </p>
      </ConfirmDialog>
    ));
  };
  const disallow = (source: string) => {
    const confirm = async () => {
      await send("DELETE", path`/v1/guard/allowed/${source}`);
      say(`${source} is treated as any other.`);
      await changed();
    };
    showDialog((close) => (
      <ConfirmDialog title="Treat as any other" action="Remove" onClose={close} onConfirm={confirm}>
        <p class="wrap">
          <strong>{source}</strong> may be banned again.
        </p>
      </ConfirmDialog>
    ));
  };
  return (
    <>
      <PageHead title="Bans">
        {isEditable && (
          <>
            <Button onClick={() => add("allow")}>Never ban …</Button>
            <Button kind="primary" onClick={() => add("ban")}>
              Ban …
            </Button>
          </>
        )}
      </PageHead>
      <LoadedView loaded={guard.loaded.value}>
        {({ bans, allowed, status }) => (
          <div class="stack">
            <BanTable bans={bans} {...(isEditable ? { onLift: lift } : {})} />
            <Lists status={status} allowed={allowed} onRemove={disallow} />
          </div>
        )}
      </LoadedView>
    </>
  );
}

interface BanTableProps {
  readonly bans: readonly BanBody[];
  /** Absent: it may not be done. */
  readonly onLift?: (source: string) => void;
}

function BanTable({ bans, onLift }: BanTableProps) {
  const columns = useMemo(() => columnsOf(onLift), [onLift === undefined]);
  return (
    <section class="panel" aria-label="Active bans">
      <header>
        <h2>
          {numberText(bans.length)} {bans.length === 1 ? "source is" : "sources are"} banned
        </h2>
      </header>
      <div class="bans-table">
        <Table<BanBody>
          label="Bans"
          rows={bans}
          columns={columns}
          keyOf={({ source }) => source}
          empty={
            <EmptyState title="Nobody is banned">
              The switch bans by itself whoever guesses passwords or scans; each time for twice as long.
            </EmptyState>
          }
        />
      </div>
    </section>
  );
}

function columnsOf(onLift: BanTableProps["onLift"]): readonly Column<BanBody>[] {
  const columns: readonly Column<BanBody>[] = [
    { id: "source", title: "Source", cell: ({ source }) => <code title={source}>{source}</code> },
    {
      id: "reason",
      title: "Reason",
      cell: ({ reason }) => <span title={visibleLine(reason)}>{visibleLine(reason) || "–"}</span>,
    },
    { id: "left", title: "Time left", width: "118px", cell: ({ until }) => leftText(until, Date.now()) },
    { id: "since", title: "Since", width: "110px", hiddenBelow: "narrow", cell: ({ since }) => <Time at={since} /> },
    { id: "by", title: "By", width: "12%", hiddenBelow: "medium", cell: ({ by }) => visibleLine(by) },
    {
      id: "offences",
      title: "Times",
      width: "70px",
      align: "right",
      hiddenBelow: "narrow",
      cell: ({ offences }) => numberText(offences),
    },
  ];
  if (onLift === undefined) return columns;
  const lift: Column<BanBody> = {
    id: "lift",
    title: "",
    width: "70px",
    cell: ({ source }) => (
      <Button onClick={() => onLift(source)}>
        Lift<span class="aloud"> {source}</span>
      </Button>
    ),
  };
  return [...columns, lift];
}
