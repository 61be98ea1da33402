/** A call of the draft on a simulated switch: phones ring, somebody answers, time passes, and the script says what is done. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useResource } from "../../../api/resource.ts";
import { can } from "../../../app/session.ts";
import { Button } from "../../../components/button.tsx";
import { TextField } from "../../../components/field.tsx";
import { ProblemNotice } from "../../../components/notice.tsx";
import { showProblem } from "../code/check.ts";
import type { Jump, Workspace } from "../code/workspace.ts";
import { Moments } from "./moment-list.tsx";
import { Outcome } from "./outcome.tsx";
import { Session } from "./session.ts";
import { Steps } from "./steps.tsx";
import { readWorld } from "./world.ts";

interface SimulatorProps {
  readonly workspace: Workspace;
  onPlace(jump: Jump): void;
}

export function Simulator({ workspace, onPlace }: SimulatorProps) {
  const session = useRef(new Session(workspace.script)).current;
  const world = useResource((signal) => (can("users:read") ? readWorld(signal) : Promise.resolve({})), []);
  const showsSip = useSignal(false);
  useEffect(() => () => void session.end(), [session]);
  const loaded = world.loaded.value;
  const { version } = workspace.base.value;
  const triesDraft = !workspace.isReadOnly && workspace.isDirty.value;
  const begin = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [to, from] = [String(form.get("to")).trim(), String(form.get("from")).trim()];
    const what = triesDraft ? { draft: workspace.source } : { version: version ?? 1 };
    const call = { to, ...(from === "" ? {} : { from }) };
    const error = await session.begin({ ...what, call, world: loaded.state === "ready" ? loaded.body : {} });
    if (error !== null) showProblem(workspace, error);
  };
  const simulation = session.simulation.value;
  return (
    <section class="scripts-simulator" aria-label="Simulator">
      <form class="scripts-dial" onSubmit={(event) => void begin(event)}>
        <TextField label="Called" name="to" required placeholder="100" />
        <TextField label="Caller" name="from" placeholder="a stranger" />
        <Button kind="primary" type="submit" isBusy={session.isBusy.value}>
          {simulation === null ? "Call" : "Call again"}
        </Button>
      </form>
      {simulation === null && session.problem.value === null && (
        <p class="quiet">
          {triesDraft ? "The draft" : `Version ${version}`} is run on a simulated switch with the users of this one:
          nothing happens for real, and time passes only when you say so.
        </p>
      )}
      {session.problem.value !== null && <ProblemNotice error={session.problem.value} />}
      {simulation !== null && (
        <>
          <Outcome simulation={simulation} />
          <Steps simulation={simulation} isBusy={session.isBusy.value} onStep={(step) => void session.step(step)} />
          <Moments moments={session.moments.value} showsSip={showsSip} onPlace={onPlace} />
        </>
      )}
    </section>
  );
}
