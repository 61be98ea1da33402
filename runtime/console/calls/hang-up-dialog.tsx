import type { CallBody } from "../../contract/call-api.ts";
import { send } from "../api/client.ts";
import { path } from "../api/path.ts";
import { FormDialog } from "../components/dialog.tsx";
import { TextField } from "../components/field.tsx";
import { say } from "../components/toast.tsx";

export interface CallDialogProps {
  readonly call: CallBody;
  onClose(): void;
}

export function HangUpDialog({ call, onClose }: CallDialogProps) {
  const hangUp = async (form: FormData) => {
    const reason = String(form.get("reason") ?? "");
    await send("DELETE", path`/v1/calls/${call.id}`, undefined, { query: { reason } });
    say("Hung up.");
  };
  return (
    <FormDialog title="Hang up" action="Hang up" isDangerous onClose={onClose} onSubmit={hangUp}>
      <p class="wrap">
        The call from <strong>{call.from}</strong> to <strong>{call.to}</strong> ends for both sides.
      </p>
      <TextField name="reason" label="Reason" maxLength={128} hint="Said to both phones (RFC 3326)." />
    </FormDialog>
  );
}
