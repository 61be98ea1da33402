import { useSignal } from "@preact/signals";
import { Button } from "../../../components/button.tsx";
import { FormDialog } from "../../../components/dialog.tsx";
import { showDialog } from "../../../components/dialog-host.tsx";
import { SelectField } from "../../../components/field.tsx";
import { say, sayProblem } from "../../../components/toast.tsx";
import type { Standing } from "../api.ts";
import { PercentField } from "../percent-field.tsx";
import { release, rollBack } from "./release.ts";
import { leaderOf, type Share, sharesText, splitOf } from "./split.ts";

interface SplitFormProps {
  readonly name: string;
  readonly standing: Standing;
  changed(): Promise<void>;
}

const FIRST_PERCENT = 10;
const ALL = 100;

/** Shares the calls between the version that has most and another one; promotes it, or goes back. */
export function SplitForm({ name, standing, changed }: SplitFormProps) {
  const live = standing.summary.active;
  const leader = leaderOf(live);
  const others = standing.versions.filter(({ version }) => version !== leader);
  const shared = live.find(({ version }) => version !== leader);
  const chosen = useSignal<number | null>(null);
  const moved = useSignal<number | null>(null);
  const isBusy = useSignal(false);
  const candidate = chosen.value ?? shared?.version ?? others[0]?.version ?? null;
  const percent = moved.value ?? live.find(({ version }) => version === candidate)?.percent ?? FIRST_PERCENT;
  if (leader === null && candidate === null) return null;

  const run = async (work: () => Promise<void>, done: string) => {
    isBusy.value = true;
    try {
      await work();
      chosen.value = null;
      moved.value = null;
      say(done);
    } catch (error) {
      sayProblem(error);
    }
    isBusy.value = false;
  };
  const make = (shares: readonly Share[]) =>
    run(() => release(name, shares, standing, changed), `Live: ${sharesText(shares)}.`);
  const before = standing.history[1];
  const askToRollBack = () =>
    showDialog((close) => (
      <FormDialog
        title="Roll back?"
        action="Roll back"
        isDangerous
        onClose={close}
        onSubmit={async () => {
          await rollBack(name, changed);
          say("It is rolled back.");
        }}
      >
        <p>
          {before === undefined
            ? "What was live before gets the calls again."
            : `${sharesText(before.versions)} gets the calls again, as before.`}{" "}
          Calls that are up stay with their version.
        </p>
      </FormDialog>
    ));
  return (
    <div class="scripts-split">
      {leader !== null && candidate !== null && (
        <>
          <SelectField
            label="Version to try"
            value={String(candidate)}
            choices={others.map(({ version, message }) => ({
              value: String(version),
              title: `v${version}${message === null ? "" : ` · ${message.slice(0, 40)}`}`,
            }))}
            onChange={(value) => {
              chosen.value = Number(value);
            }}
          />
          <PercentField
            label={`Share of version ${candidate}`}
            value={percent}
            onInput={(value) => {
              moved.value = value;
            }}
          />
        </>
      )}
      <div class="row">
        {leader !== null && candidate !== null && (
          <>
            <Button isBusy={isBusy.value} onClick={() => make(splitOf(leader, candidate, percent))}>
              Share calls
            </Button>
            <Button isBusy={isBusy.value} onClick={() => make([{ version: candidate, percent: ALL }])}>
              Promote v{candidate}
            </Button>
          </>
        )}
        {standing.history.length > 1 && <Button onClick={askToRollBack}>Roll back …</Button>}
      </div>
    </div>
  );
}
