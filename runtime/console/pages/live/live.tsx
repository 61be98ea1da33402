/** Calls as they happen. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { CallBody } from "../../../contract/call-api.ts";
import { path } from "../../api/path.ts";
import { canOpen } from "../../app/pages.ts";
import { navigate, query, setQuery } from "../../app/router.ts";
import { can } from "../../app/session.ts";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { FilterSelect, SearchField } from "../../components/filter.tsx";
import { numberText } from "../../components/format.ts";
import { Loading } from "../../components/loading.tsx";
import { ProblemNotice } from "../../components/notice.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { type Sort, Table } from "../../components/table.tsx";
import { type CallFilter, filterCalls, sortCalls } from "./call-filter.ts";
import { CALL_COLUMNS } from "./columns.tsx";
import { FigureStrip } from "./figure-strip.tsx";
import { useQualities } from "./quality-cell.tsx";
import { type CallsState, useLiveCalls } from "./use-live-calls.ts";
import "./live.css";

const STATES = ["deciding", "calling", "ringing", "answered", "ended"];

export default function Live() {
  const isPaused = useSignal(false);
  const calls = useLiveCalls(isPaused).value;
  return (
    <div class="page-full">
      <PageHead title="Live" />
      {can("metrics:read") && <FigureStrip />}
      <section class="panel fill" aria-label="Calls">
        {calls.state === "loading" && <Loading />}
        {calls.state === "failed" && <ProblemNotice error={calls.error} />}
        {calls.state === "ready" && (
          <Calls
            {...calls}
            isPaused={isPaused}
            onPause={() => {
              isPaused.value = !isPaused.value;
            }}
          />
        )}
      </section>
    </div>
  );
}

interface CallsProps extends Pick<Extract<CallsState, { state: "ready" }>, "calls" | "up"> {
  readonly isPaused: ReadonlySignal<boolean>;
  onPause(): void;
}

function Calls({ calls, up, isPaused, onPause }: CallsProps) {
  useQualities(isPaused);
  const sort = useSignal<Sort>({ column: "started", direction: "descending" });
  const asked = query.value;
  const filter: CallFilter = {
    text: asked.get("q") ?? "",
    state: asked.get("state") ?? "",
    script: asked.get("script") ?? "",
  };
  const { text, state, script } = filter;
  const rows = useMemo(
    () => sortCalls(filterCalls(calls, filter), sort.value),
    [calls, text, state, script, sort.value],
  );
  const scripts = useMemo(() => [...new Set(calls.map((call) => call.script))].sort(), [calls]);
  const isFiltered = text !== "" || state !== "" || script !== "";
  return (
    <>
      <header>
        <h2>
          {numberText(up)} {up === 1 ? "call" : "calls"}
          {isFiltered && <span class="quiet"> · {numberText(rows.length)} shown</span>}
        </h2>
        <div class="row push">
          <SearchField label="Search calls" value={text} onChange={(q) => setQuery({ q })} />
          <FilterSelect
            label="State"
            value={state}
            choices={[{ value: "", title: "Any state" }, ...STATES.map((value) => ({ value, title: value }))]}
            onChange={(value) => setQuery({ state: value })}
          />
          <FilterSelect
            label="Script"
            value={script}
            choices={[{ value: "", title: "Any script" }, ...scripts.map((value) => ({ value, title: value }))]}
            onChange={(value) => setQuery({ script: value })}
          />
          <Button aria-pressed={isPaused.value} onClick={onPause}>
            {isPaused.value ? "Go on" : "Pause"}
          </Button>
        </div>
      </header>
      <Table<CallBody>
        label="Calls"
        rows={rows}
        columns={CALL_COLUMNS}
        keyOf={(call) => call.id}
        rowClass={(call) => (call.state === "ended" ? "live-ended" : "")}
        sort={sort.value}
        onSort={(next) => {
          sort.value = next;
        }}
        {...(canOpen("/calls/id") ? { onOpen: (call) => void navigate(path`/calls/${call.id}`) } : {})}
        empty={
          <EmptyState title={isFiltered ? "No call fits" : "No call is up"}>
            {isFiltered ? (
              <Button onClick={() => setQuery({ q: null, state: null, script: null })}>Show all calls</Button>
            ) : (
              "The next one appears here as it begins."
            )}
          </EmptyState>
        }
      />
    </>
  );
}
