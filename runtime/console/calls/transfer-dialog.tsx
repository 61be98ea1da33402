import { useSignal } from "@preact/signals";
import { FormDialog } from "../components/dialog.tsx";
import { SelectField, TextField } from "../components/field.tsx";
import { say } from "../components/toast.tsx";
import { decide } from "./decide.ts";
import type { CallDialogProps } from "./hang-up-dialog.tsx";

export function TransferDialog({ call, onClose }: CallDialogProps) {
  const who = useSignal<"caller" | "callee">("caller");
  const transfer = async (form: FormData) => {
    const target = String(form.get("target") ?? "").trim();
    await decide(call.id, { type: "transfer", who: who.value, targets: [target] });
    say(`${target} is being called.`);
  };
  return (
    <FormDialog title="Transfer" action="Transfer" onClose={onClose} onSubmit={transfer}>
      <SelectField
        label="Who gets somebody else to talk to"
        value={who.value}
        choices={[
          { value: "caller", title: `The caller, ${call.from}` },
          { value: "callee", title: `The called side, ${call.to}` },
        ]}
        onChange={(value) => {
          who.value = value === "callee" ? "callee" : "caller";
        }}
      />
      <TextField
        name="target"
        label="Target"
        required
        autoFocus
        hint="A user, an extension, a number, or a SIP URI. Where nobody answers, both stay connected."
      />
    </FormDialog>
  );
}
