import { visibleText } from "../../../components/visible-text.ts";
import { placeOf } from "./place.ts";
import type { Workspace } from "./workspace.ts";

const SAID = {
  awaited: "The types are being looked at …",
  known: "Nothing is wrong. Ctrl-S asks the switch as well.",
  unknown: "The types cannot be looked at in this browser; Ctrl-S asks the switch.",
};

/** What is wrong with the files; each leads to its place. */
export function FindingList({ workspace }: { readonly workspace: Workspace }) {
  const findings = workspace.findings.value;
  const files = workspace.files.value;
  return (
    <div class="scripts-findings" role="status" aria-live="polite">
      {findings.length === 0 ? (
        <p class="quiet small">{SAID[workspace.types.value]} Escape, then Tab leaves the editor.</p>
      ) : (
        <ul aria-label="Problems">
          {findings.map((finding, index) => {
            const { line, column } = placeOf(files[finding.file] ?? "", finding.from);
            return (
              <li key={index}>
                <button type="button" onClick={() => workspace.goToOffset(finding.file, finding.from)}>
                  <span class={finding.severity === "error" ? "bad" : "warn"}>{finding.severity}</span>{" "}
                  <span class="mono">
                    {finding.file}:{line}:{column}
                  </span>{" "}
                  {visibleText(finding.message)} <span class="quiet small">{finding.code}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
