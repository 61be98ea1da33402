/** All scripts: what is live of each, and how it does. */
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { ScriptSummaryBody } from "../../../contract/script-api.ts";
import { getAll } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { useResource } from "../../api/resource.ts";
import { navigate, query, setQuery } from "../../app/router.ts";
import { can } from "../../app/session.ts";
import { Button } from "../../components/button.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { SearchField } from "../../components/filter.tsx";
import { millisecondsText, numberText } from "../../components/format.ts";
import { LoadedView } from "../../components/loading.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { type Column, type Sort, Table } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import { readStats } from "./api.ts";
import { draftedScripts } from "./code/drafts.ts";
import { ownDrafts } from "./code/own-drafts.ts";
import { type Health, healthOf } from "./health.ts";
import { HealthBadge } from "./health-badge.tsx";
import { NewScriptDialog } from "./new-script-dialog.tsx";
import { sharesText } from "./versions/split.ts";

interface Row extends ScriptSummaryBody {
  readonly health: Health;
}

const REFRESH_MS = 10_000;
const AT_ONCE = 6;

const COLUMNS: readonly Column<Row>[] = [
  {
    id: "name",
    title: "Script",
    isSortable: true,
    cell: ({ name }) => (
      <a href={path`/scripts/${name}`} tabIndex={-1}>
        {name}
      </a>
    ),
  },
  {
    id: "live",
    title: "Live",
    width: "19%",
    cell: ({ active }) => (active.length === 0 ? <span class="quiet">nothing</span> : sharesText(active)),
  },
  { id: "health", title: "Health", width: "104px", cell: ({ health }) => <HealthBadge health={health} /> },
  { id: "calls", title: "Calls", width: "64px", align: "right", cell: ({ health }) => numberText(health.calls) },
  {
    id: "p50",
    title: "p50",
    width: "72px",
    align: "right",
    hiddenBelow: "medium",
    cell: ({ health }) => msText(health.p50),
  },
  {
    id: "p99",
    title: "p99",
    width: "72px",
    align: "right",
    hiddenBelow: "narrow",
    cell: ({ health }) => msText(health.p99),
  },
  {
    id: "handlers",
    title: "Handlers",
    width: "23%",
    hiddenBelow: "medium",
    cell: ({ handlers }) => <span title={handlers.join(", ")}>{handlers.join(", ")}</span>,
  },
  {
    id: "deployed",
    title: "Deployed",
    width: "112px",
    hiddenBelow: "narrow",
    isSortable: true,
    cell: ({ updatedAt }) => <Time at={updatedAt} />,
  },
];

export function ScriptList() {
  const scripts = useResource(readRows, [], { everyMs: REFRESH_MS });
  return (
    <div class="page-full">
      <PageHead title="Scripts">
        {can("scripts:write") && (
          <Button onClick={() => showDialog((close) => <NewScriptDialog onClose={close} />)}>New script</Button>
        )}
      </PageHead>
      <section class="panel fill" aria-label="Scripts">
        <LoadedView loaded={scripts.loaded.value}>{(rows) => <Rows all={rows} />}</LoadedView>
      </section>
    </div>
  );
}

function Rows({ all }: { readonly all: readonly Row[] }) {
  const sort = useSignal<Sort>({ column: "name", direction: "ascending" });
  const text = query.value.get("q") ?? "";
  const drafts = can("scripts:write") ? draftedScripts(ownDrafts().owner, Object.keys(localStorage)) : [];
  const begun = drafts.filter((draft) => !all.some(({ name }) => name === draft));
  const rows = useMemo(() => sorted(all, text, sort.value), [all, text, sort.value]);
  return (
    <>
      <header>
        <h2>
          {numberText(all.length)} {all.length === 1 ? "script" : "scripts"}
        </h2>
        {begun.length > 0 && (
          <p class="quiet small wrap">
            Begun in this browser:{" "}
            {begun.map((name) => (
              <a key={name} class="scripts-begun" href={path`/scripts/${name}`}>
                {name}
              </a>
            ))}
          </p>
        )}
        <div class="row push">
          <SearchField label="Search scripts" value={text} onChange={(q) => setQuery({ q })} />
        </div>
      </header>
      <Table<Row>
        label="Scripts"
        rows={rows}
        columns={COLUMNS}
        keyOf={({ name }) => name}
        sort={sort.value}
        onSort={(next) => {
          sort.value = next;
        }}
        onOpen={({ name }) => void navigate(path`/scripts/${name}`)}
        empty={
          <EmptyState title={text === "" ? "There is no script yet" : "No script fits"}>
            {text === "" ? (
              "A script decides what becomes of calls. Deploy one here, or by strowger deploy."
            ) : (
              <Button onClick={() => setQuery({ q: null })}>Show all scripts</Button>
            )}
          </EmptyState>
        }
      />
    </>
  );
}

async function readRows(signal: AbortSignal): Promise<Row[]> {
  const scripts = await getAll<ScriptSummaryBody>("/v1/scripts", { signal });
  const rows: Row[] = [];
  for (let from = 0; from < scripts.length; from += AT_ONCE) {
    const some = scripts.slice(from, from + AT_ONCE).map(async (script) => {
      const { versions } = await readStats(script.name, signal);
      return { ...script, health: healthOf(versions, script.active) };
    });
    rows.push(...(await Promise.all(some)));
  }
  return rows;
}

function sorted(all: readonly Row[], text: string, { column, direction }: Sort): Row[] {
  const key = (row: Row) => (column === "deployed" ? row.updatedAt : row.name);
  const sign = direction === "ascending" ? 1 : -1;
  return all
    .filter(({ name, handlers }) => `${name} ${handlers.join(" ")}`.includes(text.toLowerCase()))
    .sort((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function msText(ms: number | null): string {
  return ms === null ? "–" : millisecondsText(ms);
}
