/** The files of a script; one is shown. */
import { Button } from "../../../components/button.tsx";
import { ConfirmDialog } from "../../../components/dialog.tsx";
import { showDialog } from "../../../components/dialog-host.tsx";
import { Menu } from "../../../components/menu.tsx";
import { visibleLine } from "../../../components/visible-text.ts";
import { FileNameDialog } from "./file-name-dialog.tsx";
import type { Workspace } from "./workspace.ts";

export function FileBar({ workspace }: { readonly workspace: Workspace }) {
  const { active, entry, isReadOnly } = workspace;
  const files = Object.keys(workspace.files.value).sort();
  const broken = new Set(
    workspace.findings.value.filter(({ severity }) => severity === "error").map(({ file }) => file),
  );
  const isEntry = active.value === entry.value;
  return (
    <div class="scripts-files">
      <ul aria-label="Files">
        {files.map((file) => (
          <li key={file}>
            <button
              type="button"
              class={broken.has(file) ? "bad" : ""}
              aria-current={file === active.value}
              onClick={() => {
                active.value = file;
              }}
            >
              {visibleLine(file)}
              {file === entry.value && files.length > 1 && <span class="quiet small"> entry</span>}
            </button>
          </li>
        ))}
      </ul>
      {!isReadOnly && (
        <div class="row push">
          <Button
            kind="quiet"
            onClick={() => showDialog((close) => <FileNameDialog workspace={workspace} onClose={close} />)}
          >
            Add file
          </Button>
          <Menu
            label={`Actions for ${active.value}`}
            items={[
              {
                title: "Rename",
                onSelect: () =>
                  showDialog((close) => (
                    <FileNameDialog workspace={workspace} renamed={active.value} onClose={close} />
                  )),
              },
              ...(isEntry
                ? []
                : [
                    { title: "Begin with this file", onSelect: () => workspace.begin(active.value) },
                    { title: "Remove", isDangerous: true, onSelect: () => askToRemove(workspace, active.value) },
                  ]),
            ]}
          />
        </div>
      )}
    </div>
  );
}

function askToRemove(workspace: Workspace, file: string): void {
  showDialog((close) => (
    <ConfirmDialog
      title="Remove the file?"
      action="Remove"
      onClose={close}
      onConfirm={async () => workspace.remove(file)}
    >
      <p class="wrap">{visibleLine(file)} will be gone from the draft.</p>
    </ConfirmDialog>
  ));
}
