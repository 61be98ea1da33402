/** What is done with a user. */
import { useSignal } from "@preact/signals";
import type { UserBody, UserInputBody } from "../../../contract/resource-api.ts";
import { getTagged, send } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { ApiError } from "../../api/problem.ts";
import { ConfirmDialog, FormDialog } from "../../components/dialog.tsx";
import { CheckField, TextField } from "../../components/field.tsx";
import { say } from "../../components/toast.tsx";

const CHANGED = "Somebody else has changed this user meanwhile. Cancel, look at what it is now, and edit it again.";
const PASSWORD = { type: "password", autocomplete: "new-password", minLength: 8, maxLength: 128 } as const;

interface DialogProps {
  /** It is done: what is shown is to be read again. */
  onDone(name: string): void;
  onClose(): void;
}

export interface UserDialogProps extends DialogProps {
  readonly user: UserBody;
}

export function AddUserDialog({ onDone, onClose }: DialogProps) {
  const add = async (form: FormData) => {
    const name = textOf(form, "name") ?? "";
    const body: UserInputBody = { password: String(form.get("password")), ...detailsOf(form) };
    await unlessChanged(
      send("PUT", path`/v1/users/${name}`, body, { ifNoneMatch: "*" }),
      `There is a user "${name}" already. Choose another name, or edit that one.`,
    );
    say(`${name} can register now.`);
    onDone(name);
  };
  return (
    <FormDialog title="Add a user" action="Add" onClose={onClose} onSubmit={add}>
      <TextField
        name="name"
        label="Name"
        required
        maxLength={64}
        hint="What a phone signs on with, and what scripts call."
      />
      <TextField name="password" label="Password" required hint="At least 8 characters." {...PASSWORD} />
      <Details />
    </FormDialog>
  );
}

export function EditUserDialog({ user, onDone, onClose }: UserDialogProps) {
  const save = async (form: FormData) => {
    // Its ETag changes with each registration, too: what counts is what was shown.
    const { body: now, etag } = await getTagged<UserBody>(path`/v1/users/${user.name}`);
    if (now.extension !== user.extension || now.displayName !== user.displayName) {
      onDone(user.name);
      throw new Error(CHANGED);
    }
    const options = etag === null ? {} : { ifMatch: etag };
    await unlessChanged(send("PUT", path`/v1/users/${user.name}`, detailsOf(form), options), CHANGED);
    say("Saved.");
    onDone(user.name);
  };
  return (
    <FormDialog title={`Edit ${user.name}`} action="Save" onClose={onClose} onSubmit={save}>
      <Details user={user} />
    </FormDialog>
  );
}

function Details({ user }: { readonly user?: UserBody }) {
  return (
    <>
      <TextField
        name="extension"
        label="Extension"
        maxLength={32}
        value={user?.extension ?? ""}
        hint="The number that others dial."
      />
      <TextField
        name="displayName"
        label="Display name"
        maxLength={128}
        value={user?.displayName ?? ""}
        hint="What others see when this user calls."
      />
    </>
  );
}

export function PasswordDialog({ user, onDone, onClose }: UserDialogProps) {
  const set = async (form: FormData) => {
    await send("PUT", path`/v1/users/${user.name}`, { password: String(form.get("password")) } satisfies UserInputBody);
    say("The password is set.");
    onDone(user.name);
  };
  return (
    <FormDialog title={`Set the password of ${user.name}`} action="Set password" onClose={onClose} onSubmit={set}>
      <p>Phones of {user.name} need the new one at their next registration. The old one is shown nowhere.</p>
      <TextField name="password" label="New password" required hint="At least 8 characters." {...PASSWORD} />
    </FormDialog>
  );
}

export function RemoveUserDialog({ user, onDone, onClose }: UserDialogProps) {
  const erases = useSignal(false);
  const remove = async () => {
    await send("DELETE", path`/v1/users/${user.name}`, undefined, { query: { erase: erases.value } });
    say(`${user.name} is removed.`);
    onDone(user.name);
  };
  return (
    <ConfirmDialog title={`Remove ${user.name}`} action="Remove" onClose={onClose} onConfirm={remove}>
      <p>
        Phones of {user.name} are registered no longer. The voicemail is kept for a week, in case that the user comes
        back.
      </p>
      <CheckField
        label="Erase the voicemail now"
        checked={erases.value}
        onChange={(isChecked) => {
          erases.value = isChecked;
        }}
      />
    </ConfirmDialog>
  );
}

export function UnregisterDialog({ user, onDone, onClose }: UserDialogProps) {
  const remove = async () => {
    await send("DELETE", path`/v1/registrations/${user.name}`);
    say("The registrations are removed.");
    onDone(user.name);
  };
  return (
    <ConfirmDialog
      title={`Remove the registrations of ${user.name}`}
      action="Remove"
      onClose={onClose}
      onConfirm={remove}
    >
      <p>
        No phone of {user.name} rings until it registers again, which phones do by themselves at their next refresh. To
        keep one out, set another password as well.
      </p>
    </ConfirmDialog>
  );
}

/** Says `text` where a precondition (If-Match, If-None-Match) does not hold. */
async function unlessChanged(sent: Promise<unknown>, text: string): Promise<void> {
  try {
    await sent;
  } catch (error) {
    throw error instanceof ApiError && error.status === 412 ? new Error(text) : error;
  }
}

/** What is left empty is taken away. */
function detailsOf(form: FormData): UserInputBody {
  return { extension: textOf(form, "extension"), displayName: textOf(form, "displayName") };
}

function textOf(form: FormData, name: string): string | null {
  const text = String(form.get(name) ?? "").trim();
  return text === "" ? null : text;
}
