import { useSignal } from "@preact/signals";
import type { ShadowBody } from "../../../../contract/journal-api.ts";
import { get, send } from "../../../api/client.ts";
import { path } from "../../../api/path.ts";
import { ApiError } from "../../../api/problem.ts";
import { useResource } from "../../../api/resource.ts";
import { canAll } from "../../../app/session.ts";
import { Button } from "../../../components/button.tsx";
import { SelectField } from "../../../components/field.tsx";
import { numberText } from "../../../components/format.ts";
import { LoadedView } from "../../../components/loading.tsx";
import { say, sayProblem } from "../../../components/toast.tsx";
import type { Standing } from "../api.ts";
import type { Jump } from "../code/workspace.ts";
import { PercentField } from "../percent-field.tsx";
import { Comparisons } from "./comparisons.tsx";

interface ShadowPanelProps {
  readonly name: string;
  readonly standing: Standing;
  onPlace(jump: Jump): void;
}

const REFRESH_MS = 5_000;

/** A candidate that gets the events of live calls beside the version that answers them. */
export function ShadowPanel({ name, standing, onPlace }: ShadowPanelProps) {
  const to = path`/v1/scripts/${name}/shadow`;
  const shadow = useResource((signal) => readShadow(to, signal), [to], { everyMs: REFRESH_MS });
  const mayChange = canAll(["scripts:write", "deploy"]);
  const act = async (work: () => Promise<unknown>, done: string) => {
    try {
      await work();
      await shadow.reload();
      say(done);
    } catch (error) {
      sayProblem(error);
    }
  };
  return (
    <section class="panel" aria-label="Shadow">
      <header>
        <h2>Shadow</h2>
      </header>
      <div class="body stack">
        <LoadedView loaded={shadow.loaded.value}>
          {(body) =>
            body === null ? (
              <>
                <p class="quiet">
                  A version that is in the shadow gets the events of live calls as well. What it decides is compared and
                  not done.
                </p>
                {mayChange && (
                  <Begin
                    standing={standing}
                    onBegin={(input) => void act(() => send("PUT", to, input), `v${input.version} is in the shadow.`)}
                  />
                )}
              </>
            ) : (
              <>
                <Counts shadow={body} />
                {mayChange && (
                  <div class="row">
                    <Button onClick={() => void act(() => send("DELETE", to), "The shadow has ended.")}>
                      End the shadow
                    </Button>
                  </div>
                )}
                {body.differences.map((one) => (
                  <Comparisons key={`${one.call} ${one.event}`} call={one.call} events={[one]} onPlace={onPlace} />
                ))}
              </>
            )
          }
        </LoadedView>
      </div>
    </section>
  );
}

interface BeginProps {
  readonly standing: Standing;
  onBegin(input: { readonly version: number; readonly percent: number }): void;
}

function Begin({ standing, onBegin }: BeginProps) {
  const versions = standing.versions.map(({ version }) => ({ value: String(version), title: `v${version}` }));
  const version = useSignal(versions[0]?.value ?? "1");
  const percent = useSignal(100);
  return (
    <div class="scripts-form">
      <SelectField
        label="Candidate"
        value={version.value}
        choices={versions}
        onChange={(value) => {
          version.value = value;
        }}
      />
      <PercentField
        label="Share of the calls"
        value={percent.value}
        onInput={(value) => {
          percent.value = value;
        }}
      />
      <Button onClick={() => onBegin({ version: Number(version.value), percent: percent.value })}>Begin</Button>
    </div>
  );
}

function Counts({ shadow: { version, percent, calls, events } }: { readonly shadow: ShadowBody }) {
  return (
    <p>
      <strong>
        v{version} on {percent} % of the calls:
      </strong>{" "}
      {numberText(calls)} {calls === 1 ? "call" : "calls"}; of its events{" "}
      <span class="good">{numberText(events.same)} the same</span>,{" "}
      <span class={events.different > 0 ? "bad" : ""}>{numberText(events.different)} different</span>,{" "}
      <span class={events.faults > 0 ? "bad" : ""}>{numberText(events.faults)} faults</span>
      {events.skipped + events.dropped > 0 && `, ${numberText(events.skipped + events.dropped)} left out`}.
    </p>
  );
}

/** `null`: there is none. */
async function readShadow(to: string, signal: AbortSignal): Promise<ShadowBody | null> {
  try {
    return await get<ShadowBody>(to, { signal });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
