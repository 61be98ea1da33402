import { useSignal } from "@preact/signals";
import { can } from "../../../app/session.ts";
import { FormDialog } from "../../../components/dialog.tsx";
import { CheckField, TextField } from "../../../components/field.tsx";
import { Notice } from "../../../components/notice.tsx";
import { say, sayProblem } from "../../../components/toast.tsx";
import { deploySource, isConflict, type Standing, storeSource } from "../api.ts";
import { PercentField } from "../percent-field.tsx";
import { leaderOf } from "../versions/split.ts";
import { showProblem } from "./check.ts";
import type { Workspace } from "./workspace.ts";

interface DeployDialogProps {
  readonly workspace: Workspace;
  readonly standing: Standing | null;
  reload(): Promise<void>;
  /** The script as it was read last. */
  read(): Standing | null;
  onClose(): void;
}

const ALL = 100;

/** Makes a version of the draft, and gives it its share of the calls. */
export function DeployDialog({ workspace, standing, reload, read, onClose }: DeployDialogProps) {
  const leader = leaderOf(standing?.summary.active ?? []);
  const percent = useSignal(can("deploy") ? ALL : 0);
  const autoRollback = useSignal(true);
  /** What somebody else has done meanwhile, once it was told of. */
  const seen = useSignal<Standing | null | undefined>(undefined);
  const errors = workspace.findings.value.filter(({ severity }) => severity === "error").length;
  const isStored = percent.value === 0;

  const submit = async (form: FormData) => {
    const { script, source } = workspace;
    const message = String(form.get("message") ?? "").trim();
    try {
      const version = isStored
        ? (await storeSource(script, source, message)).version
        : (await deploySource(script, source, options(message))).version;
      await reload();
      workspace.stored(version, read()?.etag ?? null, source);
      say(isStored ? `Version ${version} is stored; no call gets it.` : `Version ${version} is live.`);
    } catch (error) {
      if (isConflict(error)) throw await conflict();
      if (!showProblem(workspace, error)) throw error;
      sayProblem(error);
    }
  };
  const options = (message: string) => ({
    percent: percent.value,
    message,
    autoRollback: autoRollback.value,
    etag: seen.value === undefined ? workspace.base.value.etag : (seen.value?.etag ?? null),
  });
  /** In plain words; the next press is meant to replace it. */
  const conflict = async () => {
    await reload();
    seen.value = read();
    return new Error(conflictText(seen.value, workspace.base.value.version));
  };

  return (
    <FormDialog
      title={can("deploy") ? `Deploy ${workspace.script}` : `Store a version of ${workspace.script}`}
      action={isStored ? "Store" : "Deploy"}
      onClose={onClose}
      onSubmit={submit}
    >
      {errors > 0 && (
        <Notice kind="warn">
          There {errors === 1 ? "is 1 error" : `are ${errors} errors`}. Wrong types do not keep the switch from running
          it; what cannot be run is refused.
        </Notice>
      )}
      <TextField label="What has changed" name="message" maxLength={500} autoFocus />
      {can("deploy") && leader !== null && (
        <PercentField
          label="Share of the calls"
          value={percent.value}
          least={0}
          hint={shareHint(percent.value, leader)}
          onInput={(value) => {
            percent.value = value;
          }}
        />
      )}
      {can("deploy") && !isStored && leader !== null && (
        <CheckField
          label="Go back by itself where it does badly"
          checked={autoRollback.value}
          onChange={(isOn) => {
            autoRollback.value = isOn;
          }}
        />
      )}
    </FormDialog>
  );
}

function shareHint(percent: number, leader: number): string {
  if (percent === 0) return "It is only stored: no call gets it.";
  if (percent === ALL) return "Every new call. Those that are up stay with their version.";
  return `The rest stays with version ${leader}.`;
}

function conflictText(now: Standing | null, base: number | null): string {
  if (now === null) return "Somebody has removed this script meanwhile. Press Deploy again to make it anew.";
  const newest = now.versions[0];
  const began = base === null ? "as a new script" : `with version ${base}`;
  if (newest === undefined || newest.version === base) {
    return "Somebody has changed what is live meanwhile. Nothing of yours was deployed. Look at Versions, or press Deploy again to go over it.";
  }
  return `${newest.author} has made version ${newest.version} since you began ${began}. Nothing of yours was deployed. Compare the two under Versions, or press Deploy again to replace it.`;
}
