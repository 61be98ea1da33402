import { useSignal } from "@preact/signals";
import type { MailboxBody, VoicemailBody } from "../../../contract/voicemail-api.ts";
import { send } from "../../api/client.ts";
import { ConfirmDialog, FormDialog } from "../../components/dialog.tsx";
import { SelectField } from "../../components/field.tsx";
import { say } from "../../components/toast.tsx";
import { doneText } from "./folders.ts";
import { messagePath } from "./messages.ts";

interface MessageDialogProps {
  readonly message: VoicemailBody;
  onDone(): Promise<void>;
  onClose(): void;
}

export function EraseDialog({ message, who, onDone, onClose }: MessageDialogProps & { readonly who: string }) {
  const erase = async () => {
    await send("DELETE", messagePath(message), undefined, { query: { erase: true } });
    say(doneText("erased"));
    await onDone();
  };
  return (
    <ConfirmDialog title="Erase a message" action="Erase" onClose={onClose} onConfirm={erase}>
      <p class="wrap">The message of {who} is gone for good: nobody can restore it.</p>
    </ConfirmDialog>
  );
}

interface SendCopyDialogProps extends MessageDialogProps {
  readonly others: readonly MailboxBody[];
}

export function SendCopyDialog({ message, others, onDone, onClose }: SendCopyDialogProps) {
  const to = useSignal(others[0]?.mailbox ?? "");
  const copy = async () => {
    await send("POST", `${messagePath(message)}/copy`, { to: to.value });
    say(`${to.value} has a copy.`);
    await onDone();
  };
  return (
    <FormDialog title="Send a copy" action="Send" onClose={onClose} onSubmit={copy}>
      <SelectField
        label="Mailbox"
        value={to.value}
        choices={others.map(({ mailbox }) => ({ value: mailbox, title: mailbox }))}
        onChange={(value) => {
          to.value = value;
        }}
      />
    </FormDialog>
  );
}
