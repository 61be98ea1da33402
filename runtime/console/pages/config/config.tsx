/** The configuration as the switch has read it, each value with where it comes from. */
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { ConfigBody } from "../../../contract/config-api.ts";
import type { ReloadedBody } from "../../../contract/resource-api.ts";
import { get, send } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { query, setQuery } from "../../app/router.ts";
import { Button } from "../../components/button.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { FilterSelect, SearchField } from "../../components/filter.tsx";
import { numberText } from "../../components/format.ts";
import { LoadedView } from "../../components/loading.tsx";
import { Notice, ProblemNotice } from "../../components/notice.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import { say } from "../../components/toast.tsx";
import { visibleLine } from "../../components/visible-text.ts";
import { type Entry, entriesOf, found } from "./entries.ts";
import { ValueDialog } from "./value-dialog.tsx";
import "./config.css";

const COLUMNS: readonly Column<Entry>[] = [
  { id: "path", title: "Value", cell: ({ path }) => <code title={path}>{path}</code> },
  { id: "text", title: "Is", cell: ({ text, isSet }) => <Text text={text} isSet={isSet} /> },
  {
    id: "source",
    title: "From",
    width: "132px",
    cell: ({ source, isSet }) => <span class={isSet ? "" : "quiet"}>{source}</span>,
  },
];

function Text({ text, isSet }: Pick<Entry, "text" | "isSet">) {
  if (text === "[masked]") return <span class="quiet">a secret, not shown</span>;
  return (
    <code class={isSet ? "" : "quiet"} title={text}>
      {text}
    </code>
  );
}

export default function ConfigPage() {
  const config = useResource((signal) => get<ConfigBody>("/v1/config", { signal }), []);
  const problem = useSignal<Error | null>(null);
  const isBusy = useSignal(false);
  /** What the last reload had to say. */
  const said = useSignal<readonly string[]>([]);
  const reload = async () => {
    isBusy.value = true;
    problem.value = null;
    try {
      const { warnings } = await send<ReloadedBody>("POST", "/v1/reload");
      say(warnings.length === 0 ? "The configuration is in force." : "The configuration is in force, with warnings.");
      said.value = warnings;
      await config.reload();
    } catch (error) {
      problem.value = error instanceof Error ? error : new Error(String(error));
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <div class="page-full">
      <PageHead title="Config">
        <Button isBusy={isBusy.value} onClick={reload}>
          Reload from the file
        </Button>
      </PageHead>
      {problem.value !== null && (
        <div class="config-notices">
          <ProblemNotice error={problem.value} />
        </div>
      )}
      <LoadedView loaded={config.loaded.value}>{(body) => <Values config={body} said={said.value} />}</LoadedView>
    </div>
  );
}

interface ValuesProps {
  readonly config: ConfigBody;
  readonly said: readonly string[];
}

function Values({ config, said }: ValuesProps) {
  const asked = query.value;
  const text = asked.get("q") ?? "";
  const isSetOnly = asked.get("from") === "file";
  const entries = useMemo(() => entriesOf(config), [config]);
  const rows = useMemo(() => found(entries, { text, isSetOnly }), [entries, text, isSetOnly]);
  const warnings = [...new Set([...config.warnings, ...said])];
  return (
    <>
      {warnings.length > 0 && <Warnings warnings={warnings} />}
      <section class="panel fill" aria-label="Values">
        <header>
          <p class="quiet">
            {config.file === null ? (
              "There is no file: all is default."
            ) : (
              <>
                <code class="wrap">{config.file}</code>, read <Time at={config.readAt} />
              </>
            )}
            {config.more > 0 && ` · ${numberText(config.more)} more values are not shown`}
          </p>
          <div class="row push">
            <SearchField label="Search the configuration" value={text} onChange={(q) => setQuery({ q })} />
            <FilterSelect
              label="Source"
              value={isSetOnly ? "file" : ""}
              choices={[
                { value: "", title: "All values" },
                { value: "file", title: "From the file alone" },
              ]}
              onChange={(from) => setQuery({ from })}
            />
          </div>
        </header>
        <Table<Entry>
          label="Configuration"
          rows={rows}
          columns={COLUMNS}
          keyOf={({ path }) => path}
          onOpen={(entry) => showDialog((close) => <ValueDialog entry={entry} onClose={close} />)}
          empty={
            <EmptyState title="No value fits">
              <Button onClick={() => setQuery({ q: null, from: null })}>Show all values</Button>
            </EmptyState>
          }
        />
      </section>
    </>
  );
}

function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  return (
    <div class="config-notices">
      <Notice kind="warn">
        <p>
          <strong>Not all of the file is in force</strong>
        </p>
        <ul aria-label="Warnings">
          {warnings.map((warning) => (
            <li key={warning}>{visibleLine(warning)}</li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
