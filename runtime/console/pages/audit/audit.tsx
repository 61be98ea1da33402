/** Who changed what, or tried to. */
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { AuditBody } from "../../../contract/audit-api.ts";
import { query } from "../../app/router.ts";
import { Button } from "../../components/button.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { numberText } from "../../components/format.ts";
import { Loading } from "../../components/loading.tsx";
import { ProblemNotice } from "../../components/notice.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import { visibleLine } from "../../components/visible-text.ts";
import { Filters } from "./filters.tsx";
import { RecordDialog } from "./record-dialog.tsx";
import { actionText, isNarrowed, outcomeText, queryOf, searchOf } from "./search.ts";
import { useAudit } from "./use-audit.ts";
import "./audit.css";

const COLUMNS: readonly Column<AuditBody>[] = [
  { id: "at", title: "When", width: "100px", cell: ({ at }) => <Time at={at} /> },
  { id: "actor", title: "Who", width: "18%", cell: ({ actor }) => visibleLine(actor) },
  { id: "action", title: "Action", width: "90px", hiddenBelow: "narrow", cell: actionText },
  {
    id: "target",
    title: "What",
    cell: ({ target }) => <code title={visibleLine(target)}>{visibleLine(target)}</code>,
  },
  {
    id: "outcome",
    title: "Outcome",
    width: "22%",
    cell: (record) => <span class={record.problem === null ? "" : "bad"}>{outcomeText(record)}</span>,
  },
  {
    id: "source",
    title: "From",
    width: "120px",
    hiddenBelow: "medium",
    cell: ({ source }) => source ?? <span class="quiet">–</span>,
  },
];

export default function AuditPage() {
  const asked = query.value;
  const attempt = useSignal(0);
  const key = `${asked} ${attempt.value}`;
  const search = useMemo(() => searchOf(asked), [key]);
  const audit = useAudit(queryOf(search), key);
  const found = audit.found.value;
  return (
    <div class="page-full">
      <PageHead title="Audit">
        <Button onClick={() => attempt.value++}>Refresh</Button>
      </PageHead>
      <Filters search={search} />
      <section class="panel fill" aria-label="Audit log">
        {found.state === "loading" && <Loading />}
        {found.state === "failed" && <ProblemNotice error={found.error} />}
        {found.state === "ready" && (
          <>
            <header>
              <p role="status">
                <strong>
                  {numberText(found.records.length)} {found.records.length === 1 ? "record" : "records"}
                </strong>
                {found.hasMore && <span class="quiet"> loaded, and there are more</span>}
              </p>
            </header>
            <Table<AuditBody>
              label="Audit records"
              rows={found.records}
              columns={COLUMNS}
              keyOf={({ id }) => id}
              onOpen={(record) => showDialog((close) => <RecordDialog record={record} onClose={close} />)}
              onEnd={() => audit.more()}
              empty={
                <EmptyState title={isNarrowed(search) ? "No record fits" : "Nothing has been changed yet"}>
                  Every write over the API is here, done or refused, and what the switch has done by itself.
                </EmptyState>
              }
            />
          </>
        )}
      </section>
    </div>
  );
}
