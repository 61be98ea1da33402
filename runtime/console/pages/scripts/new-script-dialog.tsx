import { path } from "../../api/path.ts";
import { navigate } from "../../app/router.ts";
import { FormDialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { SCRIPT_NAME, SCRIPT_NAME_HINT } from "./code/new-script.ts";

/** Nothing is on the switch before it is deployed: the name leads to its editor. */
export function NewScriptDialog({ onClose }: { onClose(): void }) {
  const begin = async (form: FormData) => {
    void navigate(`${path`/scripts/${String(form.get("name"))}`}?new=1`);
  };
  return (
    <FormDialog title="New script" action="Write it" onClose={onClose} onSubmit={begin}>
      <TextField label="Name" name="name" required autoFocus pattern={SCRIPT_NAME} hint={SCRIPT_NAME_HINT} />
    </FormDialog>
  );
}
