/** Asks for wrong types once somebody has stopped typing for a moment. */
import { effect } from "@preact/signals";
import type { Checker } from "../check/checker.ts";
import type { Workspace } from "./workspace.ts";

const SETTLE_MS = 350;

/** Returns what ends it. */
export function watchTypes(workspace: Workspace, checker: Checker): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFirst = true;
  const ask = async () => {
    const files = workspace.files.peek();
    try {
      const findings = await checker.ask({ type: "findings" });
      if (workspace.files.peek() !== files) return;
      workspace.typeFindings.value = findings;
      workspace.types.value = "known";
    } catch {
      workspace.typeFindings.value = [];
      workspace.types.value = "unknown";
    }
  };
  const end = effect(() => {
    void workspace.files.value;
    clearTimeout(timer);
    timer = setTimeout(ask, isFirst ? 0 : SETTLE_MS);
    isFirst = false;
  });
  return () => {
    end();
    clearTimeout(timer);
  };
}
