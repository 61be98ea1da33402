import { useSignal } from "@preact/signals";
import { send } from "../../api/client.ts";
import { FormDialog } from "../../components/dialog.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { say } from "../../components/toast.tsx";
import { BAN_TIMES, secondsOf } from "./time-left.ts";

interface SourceDialogProps {
  readonly what: "ban" | "allow";
  onDone(): Promise<void>;
  onClose(): void;
}

/** Bans a source, or makes sure that it never is. */
export function SourceDialog({ what, onDone, onClose }: SourceDialogProps) {
  const isBan = what === "ban";
  const time = useSignal<string>(BAN_TIMES[0].value);
  const submit = async (form: FormData) => {
    const source = String(form.get("source") ?? "").trim();
    const reason = String(form.get("reason") ?? "").trim();
    if (isBan) await send("POST", "/v1/guard/bans", { source, reason, seconds: secondsOf(time.value) });
    else await send("POST", "/v1/guard/allowed", { source, reason });
    say(isBan ? `Nothing of ${source} is heard any more.` : `${source} is never banned.`);
    await onDone();
  };
  return (
    <FormDialog
      title={isBan ? "Ban a source" : "Never ban a source"}
      action={isBan ? "Ban" : "Allow"}
      isDangerous={isBan}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField
        name="source"
        label="Source"
        required
        maxLength={64}
        placeholder="192.0.2.4"
        hint="An address, or a network: 192.0.2.0/24. An IPv6 address stands for its /64."
      />
      {isBan && <BanTime time={time} />}
      <TextField name="reason" label="Reason" maxLength={200} hint="For whoever reads this later." />
    </FormDialog>
  );
}

/** On its own: what is typed into the other fields stays as this one is drawn anew. */
function BanTime({ time }: { readonly time: { value: string } }) {
  return (
    <SelectField
      label="For how long"
      value={time.value}
      choices={BAN_TIMES}
      onChange={(value) => {
        time.value = value;
      }}
    />
  );
}
