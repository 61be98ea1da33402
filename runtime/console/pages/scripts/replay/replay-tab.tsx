/** Recorded calls on another version, and a candidate in the shadow of what is live: nothing of it is done. */
import { useSignal } from "@preact/signals";
import type { ReplaySummaryBody } from "../../../../contract/journal-api.ts";
import { send } from "../../../api/client.ts";
import { path } from "../../../api/path.ts";
import { Button } from "../../../components/button.tsx";
import { SelectField, TextField } from "../../../components/field.tsx";
import { numberText } from "../../../components/format.ts";
import { ProblemNotice } from "../../../components/notice.tsx";
import type { Standing } from "../api.ts";
import type { Jump, Workspace } from "../code/workspace.ts";
import { Comparisons } from "./comparisons.tsx";
import { ShadowPanel } from "./shadow-panel.tsx";

interface ReplayTabProps {
  readonly workspace: Workspace;
  readonly standing: Standing;
  onPlace(jump: Jump): void;
}

const HOUR_MS = 3_600_000;
const SPANS = [
  { value: String(HOUR_MS), title: "the last hour" },
  { value: String(24 * HOUR_MS), title: "the last day" },
  { value: String(7 * 24 * HOUR_MS), title: "the last week" },
];
const MOST_CALLS = 100;
const DRAFT = { value: "draft", title: "the draft" };

export function ReplayTab({ workspace, standing, onPlace }: ReplayTabProps) {
  const name = workspace.script;
  const versions = standing.versions.map(({ version }) => ({ value: String(version), title: `v${version}` }));
  const choices = workspace.isDirty.value && !workspace.isReadOnly ? [DRAFT, ...versions] : versions;
  const chosen = useSignal(choices[0]?.value ?? "1");
  const span = useSignal(String(HOUR_MS));
  const call = useSignal("");
  const summary = useSignal<ReplaySummaryBody | null>(null);
  const problem = useSignal<Error | null>(null);
  const isBusy = useSignal(false);
  const run = async (event: SubmitEvent) => {
    event.preventDefault();
    isBusy.value = true;
    problem.value = null;
    summary.value = null;
    const code = chosen.value === DRAFT.value ? { draft: workspace.source } : { version: Number(chosen.value) };
    try {
      summary.value =
        call.value.trim() === ""
          ? await replayMany(name, code, Number(span.value))
          : await replayOne(name, code, call.value.trim());
    } catch (error) {
      problem.value = error as Error;
    }
    isBusy.value = false;
  };
  return (
    <div class="stack">
      <section class="panel" aria-label="Replay">
        <header>
          <h2>Replay recorded calls</h2>
        </header>
        <div class="body stack">
          <p class="quiet">
            What the calls brought is given to another version, or to the draft: the same events, and the same answers
            to what it asks. Nothing is done.
          </p>
          <form class="scripts-form" onSubmit={(event) => void run(event)}>
            <SelectField
              label="Version"
              value={chosen.value}
              choices={choices}
              onChange={(value) => {
                chosen.value = value;
              }}
            />
            <SelectField
              label="Calls of"
              value={span.value}
              choices={SPANS}
              disabled={call.value.trim() !== ""}
              onChange={(value) => {
                span.value = value;
              }}
            />
            <TextField
              label="Or one call, by its id"
              value={call.value}
              onInput={(value) => {
                call.value = value;
              }}
            />
            <Button kind="primary" type="submit" isBusy={isBusy.value}>
              Replay
            </Button>
          </form>
          {problem.value !== null && <ProblemNotice error={problem.value} />}
          {summary.value !== null && <Summary summary={summary.value} onPlace={onPlace} />}
        </div>
      </section>
      <ShadowPanel name={name} standing={standing} onPlace={onPlace} />
    </div>
  );
}

function Summary({ summary, onPlace }: { readonly summary: ReplaySummaryBody; onPlace(jump: Jump): void }) {
  const { calls, same, different, skipped, isTruncated, version, differences } = summary;
  return (
    <div class="stack" role="status">
      <p>
        {calls === 0 ? (
          "No call was recorded then."
        ) : (
          <>
            <strong>
              {numberText(calls)} {calls === 1 ? "call" : "calls"} on {version === null ? "the draft" : `v${version}`}:
            </strong>{" "}
            <span class="good">{numberText(same)} the same</span>,{" "}
            <span class={different > 0 ? "bad" : ""}>{numberText(different)} different</span>
            {skipped > 0 && `, ${numberText(skipped)} not replayed`}
            {isTruncated && "; there are more calls"}.
          </>
        )}
      </p>
      {differences.map((one) => (
        <Comparisons key={one.call} call={one.call} events={one.events} onPlace={onPlace} />
      ))}
    </div>
  );
}

type Code = { readonly version: number } | { readonly draft: Workspace["source"] };

function replayMany(name: string, code: Code, spanMs: number): Promise<ReplaySummaryBody> {
  const since = new Date(Date.now() - spanMs).toISOString();
  return send("POST", path`/v1/scripts/${name}/replay`, { ...code, since, most: MOST_CALLS });
}

async function replayOne(name: string, code: Code, id: string): Promise<ReplaySummaryBody> {
  const replay = await send<ReplaySummaryBody["differences"][number]>("POST", path`/v1/calls/${id}/replay`, code);
  if (replay.script !== name) throw new Error(`This call ran on the script ${replay.script}, not on ${name}.`);
  const isSame = replay.result === "same";
  const counts = { calls: 1, same: isSame ? 1 : 0, different: isSame ? 0 : 1, skipped: 0, isTruncated: false };
  return { script: name, version: replay.version, ...counts, differences: isSame ? [] : [replay] };
}
