/** Call detail records: what was, searched. */
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { CdrBody } from "../../../contract/call-api.ts";
import { get } from "../../api/client.ts";
import { path, queryText } from "../../api/path.ts";
import { ApiError } from "../../api/problem.ts";
import { canOpen } from "../../app/pages.ts";
import { navigate, query, setQuery } from "../../app/router.ts";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { durationText, numberText } from "../../components/format.ts";
import { Loading } from "../../components/loading.tsx";
import { ProblemNotice } from "../../components/notice.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Table } from "../../components/table.tsx";
import { sayProblem } from "../../components/toast.tsx";
import { chosenColumns } from "./column-choice.ts";
import { ColumnDialog } from "./column-dialog.tsx";
import { callPath, shownColumns } from "./columns.tsx";
import { Filters } from "./filters.tsx";
import { RecordDialog } from "./record-dialog.tsx";
import { isNarrowed, queryOf, searchOf } from "./search.ts";
import { totalsOf } from "./totals.ts";
import { type Cdrs, type CdrsState, useCdrs } from "./use-cdrs.ts";
import "./cdrs.css";

interface Opened {
  readonly cdr: CdrBody;
  readonly why: string | null;
}

export default function CdrsPage() {
  const asked = query.value;
  const attempt = useSignal(0);
  const isChoosing = useSignal(false);
  const key = `${asked} ${attempt.value}`;
  const search = useMemo(() => searchOf(asked), [key]);
  const wanted = useMemo(() => queryOf(search, new Date()), [key]);
  const cdrs = useCdrs(wanted, key);
  const found = cdrs.found.value;
  const opened = useSignal<Opened | null>(null);
  return (
    <div class="page-full">
      <PageHead title="CDRs">
        <Button onClick={() => attempt.value++}>Refresh</Button>
        <Button
          onClick={() => {
            isChoosing.value = true;
          }}
        >
          Columns
        </Button>
        <a class="button" href={`/v1/cdrs.csv${queryText(wanted)}`} download="cdrs.csv">
          CSV
        </a>
      </PageHead>
      <Filters search={search} />
      <section class="panel fill" aria-label="Call detail records">
        {found.state === "loading" && <Loading />}
        {found.state === "failed" && <ProblemNotice error={found.error} />}
        {found.state === "ready" && (
          <Found
            found={found}
            more={() => cdrs.more()}
            isNarrowed={isNarrowed(search)}
            onOpen={async (cdr) => {
              const why = await whyNoPage(cdr.id);
              if (why === undefined) void navigate(callPath(cdr.id));
              else opened.value = { cdr, why };
            }}
          />
        )}
      </section>
      {opened.value !== null && (
        <RecordDialog
          {...opened.value}
          onClose={() => {
            opened.value = null;
          }}
        />
      )}
      {isChoosing.value && (
        <ColumnDialog
          onClose={() => {
            isChoosing.value = false;
          }}
        />
      )}
    </div>
  );
}

/** Why the page of a call would have nothing to show but its record; `undefined`: it has more. */
async function whyNoPage(id: string): Promise<string | null | undefined> {
  if (!canOpen(callPath(id))) return null;
  try {
    await get(path`/v1/calls/${id}/timeline`, { query: { limit: 1 } });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 0) sayProblem(error);
    return (error as Error).message;
  }
}

interface FoundProps {
  readonly found: Extract<CdrsState, { state: "ready" }>;
  readonly more: Cdrs["more"];
  readonly isNarrowed: boolean;
  onOpen(cdr: CdrBody): void;
}

function Found({ found: { cdrs, hasMore, isBusy }, more, isNarrowed, onOpen }: FoundProps) {
  const columns = useMemo(() => shownColumns(chosenColumns.value), [chosenColumns.value]);
  const { calls, answered, seconds } = useMemo(() => totalsOf(cdrs), [cdrs]);
  return (
    <>
      <header>
        <p role="status">
          <strong>
            {numberText(calls)} {calls === 1 ? "call" : "calls"}
          </strong>
          {hasMore && <span class="quiet"> loaded, and there are more</span>}
          {calls > 0 && (
            <span class="quiet">
              {" · "}
              {numberText((answered / calls) * 100)} % answered · {durationText(seconds)} talked
            </span>
          )}
        </p>
        {isBusy && <span class="quiet push">Loading …</span>}
      </header>
      <Table<CdrBody>
        label="Call detail records"
        rows={cdrs}
        columns={columns}
        keyOf={({ id }) => id}
        onOpen={onOpen}
        onEnd={more}
        empty={
          <EmptyState title={isNarrowed ? "No call fits" : "No call in this time"}>
            {isNarrowed ? (
              <Button onClick={() => setQuery({ from: null, to: null, result: null, script: null, trunk: null })}>
                Show all calls
              </Button>
            ) : (
              "A record is written when a call has ended."
            )}
          </EmptyState>
        }
      />
    </>
  );
}
