import { ApiError } from "../../../api/problem.ts";
import { say, sayProblem } from "../../../components/toast.tsx";
import { checkSource } from "../api.ts";
import { findingsOfSwitch } from "./findings.ts";
import type { Workspace } from "./workspace.ts";

/** Asks the switch what it has against the draft; nothing is stored. */
export async function check(workspace: Workspace): Promise<void> {
  if (workspace.isReadOnly) return;
  try {
    const { source } = workspace;
    const { diagnostics, handlers } = await checkSource(workspace.script, source);
    workspace.switchFindings.value = findingsOfSwitch(diagnostics, source.files);
    const count = workspace.findings.value.length;
    if (count === 0) say(`Nothing is wrong. Handlers: ${handlers.join(", ")}.`);
    else showFirst(workspace);
  } catch (error) {
    if (!showProblem(workspace, error)) sayProblem(error);
  }
}

/** Shows in the editor what the switch has refused a draft for. Returns whether it has named a place. */
export function showProblem(workspace: Workspace, error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const found = findingsOfSwitch(error.errors, workspace.files.value);
  workspace.switchFindings.value = found;
  return showFirst(workspace, found[0]);
}

function showFirst(workspace: Workspace, first = workspace.findings.value[0]): boolean {
  if (first === undefined) return false;
  return workspace.goToOffset(first.file, first.from);
}
