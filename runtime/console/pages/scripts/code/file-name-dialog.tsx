import { FormDialog } from "../../../components/dialog.tsx";
import { TextField } from "../../../components/field.tsx";
import type { Workspace } from "./workspace.ts";

interface FileNameDialogProps {
  readonly workspace: Workspace;
  /** The file that gets another name. @default a new one is made */
  readonly renamed?: string;
  onClose(): void;
}

export function FileNameDialog({ workspace, renamed, onClose }: FileNameDialogProps) {
  const submit = async (form: FormData) => {
    const name = String(form.get("name")).trim();
    if (name === renamed) return;
    if (Object.hasOwn(workspace.files.value, name)) throw new Error(`There is a file ${name} already.`);
    if (renamed === undefined) workspace.add(name);
    else workspace.rename(renamed, name);
  };
  return (
    <FormDialog
      title={renamed === undefined ? "Add a file" : `Rename ${renamed}`}
      action={renamed === undefined ? "Add" : "Rename"}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField
        label="Name"
        name="name"
        required
        autoFocus
        maxLength={200}
        value={renamed ?? ""}
        pattern="[A-Za-z0-9._\-\/]+\.(ts|js)"
        hint={'Ends with .ts or .js; other files import it as "./NAME".'}
      />
    </FormDialog>
  );
}
