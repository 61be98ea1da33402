import { useSignal } from "@preact/signals";
import type { MailboxBody } from "../../../contract/voicemail-api.ts";
import { send } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { FormDialog } from "../../components/dialog.tsx";
import { CheckField, TextField } from "../../components/field.tsx";
import { say } from "../../components/toast.tsx";
import { changeOf } from "./mailbox-change.ts";

interface MailboxDialogProps {
  readonly box: MailboxBody;
  onDone(): void;
  onClose(): void;
}

export function MailboxDialog({ box, onDone, onClose }: MailboxDialogProps) {
  const removesPin = useSignal(false);
  const save = async (form: FormData) => {
    const typed = (name: string) => String(form.get(name) ?? "");
    const change = changeOf(box, {
      pin: typed("pin"),
      removesPin: removesPin.value,
      email: typed("email"),
      maxMessages: typed("maxMessages"),
      maxSeconds: typed("maxSeconds"),
      retentionDays: typed("retentionDays"),
    });
    await send("PATCH", path`/v1/voicemail/${box.mailbox}`, change);
    say("Saved.");
    onDone();
  };
  /** What the configuration declares is changed there. */
  const declared = (name: string) =>
    box.managed.includes(name) ? { disabled: true, hint: "Declared in strowger.yaml." } : {};
  return (
    <FormDialog title={`Voicemail of ${box.mailbox}`} action="Save" onClose={onClose} onSubmit={save}>
      <TextField
        name="pin"
        type="password"
        label="New PIN"
        autocomplete="new-password"
        pattern="[0-9]{4,10}"
        hint="4 to 10 digits, for those who listen from elsewhere. Left empty, it stays as it is."
        {...declared("pin")}
        {...(removesPin.value ? { disabled: true } : {})}
      />
      {box.hasPin && !box.managed.includes("pin") && (
        <CheckField
          label="Remove the PIN"
          checked={removesPin.value}
          onChange={(isChecked) => {
            removesPin.value = isChecked;
          }}
        />
      )}
      <TextField
        name="email"
        type="email"
        label="Mail messages to"
        value={box.email ?? ""}
        maxLength={254}
        {...declared("email")}
      />
      <TextField
        name="maxMessages"
        type="number"
        min={1}
        label="Messages at most"
        value={String(box.maxMessages)}
        hint="Empty: as it is by default."
        {...declared("maxMessages")}
      />
      <TextField
        name="maxSeconds"
        type="number"
        min={5}
        label="Seconds of a message at most"
        value={String(box.maxSeconds)}
        hint="Empty: as it is by default."
        {...declared("maxSeconds")}
      />
      <TextField
        name="retentionDays"
        type="number"
        min={1}
        label="Days that a saved message is kept"
        value={box.retentionDays === null ? "" : String(box.retentionDays)}
        hint="Empty: as it is by default."
        {...declared("retentionDays")}
      />
    </FormDialog>
  );
}
