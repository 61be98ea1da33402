/** Somebody gives themselves another password. */
import { useSignal } from "@preact/signals";
import { send } from "../api/client.ts";
import { fieldErrors } from "../api/problem.ts";
import { FormDialog, WrongFields } from "../components/dialog.tsx";
import { TextField } from "../components/field.tsx";
import { say } from "../components/toast.tsx";
import { FEWEST_CHARACTERS, MOST_CHARACTERS, wrongWith } from "./own-password.ts";

interface OwnPasswordDialogProps {
  /** Who is signed in. */
  readonly name: string;
  onClose(): void;
}

const NEW = { type: "password", autocomplete: "new-password", required: true } as const;

export function OwnPasswordDialog({ name, onClose }: OwnPasswordDialogProps) {
  const wrong = useSignal<ReadonlyMap<string, string>>(new Map());
  const change = async (form: FormData) => {
    const text = (field: string) => String(form.get(field) ?? "");
    const password = text("password");
    wrong.value = wrongWith({ password, again: text("again") });
    if (wrong.value.size > 0) throw new WrongFields();
    try {
      await send("PUT", "/v1/session/password", { current: text("current"), password });
    } catch (error) {
      wrong.value = fieldErrors(error);
      throw wrong.value.has("current") || wrong.value.has("password") ? new WrongFields() : error;
    }
    say("Your password is changed. Your other sessions have ended.");
  };
  return (
    <FormDialog title="Change your password" action="Change password" onClose={onClose} onSubmit={change}>
      <p>You stay signed in here, and nowhere else.</p>
      <TextField
        name="current"
        label="Current password"
        type="password"
        autocomplete="current-password"
        required
        problem={wrong.value.get("current")}
      />
      <TextField
        name="password"
        label="New password"
        hint={`${FEWEST_CHARACTERS} to ${MOST_CHARACTERS} characters.`}
        problem={wrong.value.get("password")}
        {...NEW}
      />
      <TextField name="again" label="New password, again" problem={wrong.value.get("again")} {...NEW} />
      {/* Tells a password manager whose password this is. */}
      <input type="text" name="username" autocomplete="username" value={name} readOnly hidden />
    </FormDialog>
  );
}
