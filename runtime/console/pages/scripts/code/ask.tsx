/** Questions about a draft: whether it may be left, and whether it may be thrown away. */
import type { ComponentChildren } from "preact";
import { FormDialog } from "../../../components/dialog.tsx";
import { showDialog } from "../../../components/dialog-host.tsx";
import type { Workspace } from "./workspace.ts";

/** Whether somebody may leave the page; the draft stays in this browser, where it can be kept. */
export function askToLeave({ script, isKept }: Workspace): Promise<boolean> {
  return ask(
    "Leave the draft?",
    "Leave",
    !isKept.value,
    isKept.value
      ? `What you have changed in ${script} is not deployed. This browser keeps it until you deploy or discard it.`
      : `What you have changed in ${script} is not deployed, and this browser keeps no draft: it will be lost.`,
  );
}

/** Whether the draft may be thrown away; at once where there is none. */
export async function askToDiscard({ script, isChanged }: Workspace): Promise<boolean> {
  if (!isChanged.value) return true;
  return await ask("Discard the draft?", "Discard", true, `What you have changed in ${script} will be gone.`);
}

function ask(title: string, action: string, isDangerous: boolean, text: ComponentChildren): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = false;
    showDialog((close) => (
      <FormDialog
        title={title}
        action={action}
        isDangerous={isDangerous}
        onClose={() => {
          close();
          resolve(answer);
        }}
        onSubmit={async () => {
          answer = true;
        }}
      >
        <p class="wrap">{text}</p>
      </FormDialog>
    ));
  });
}
