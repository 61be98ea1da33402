import { visibleText } from "../../../components/visible-text.ts";
import type { DiffLine, FileDiff } from "./diff.ts";

const SIGNS = { same: " ", added: "+", removed: "−" };
const WORDS = { same: "", added: "added", removed: "removed" };

export function DiffView({ files }: { readonly files: readonly FileDiff[] }) {
  if (files.length === 0) return <p class="body quiet">They are the same.</p>;
  return (
    <div class="scripts-diff">
      {files.map(({ file, change, lines }) => (
        <figure key={file} aria-label={`Difference in ${file}`}>
          <figcaption>
            <strong class="wrap">{file}</strong> <span class="quiet">{change}</span>
          </figcaption>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
          <section class="scripts-lines" tabIndex={0} aria-label={`Lines of ${file}`}>
            <table>
              <tbody>
                {lines.map((line, index) => (
                  <Line key={index} line={line} />
                ))}
              </tbody>
            </table>
          </section>
        </figure>
      ))}
    </div>
  );
}

function Line({ line }: { readonly line: DiffLine }) {
  if (line.type === "skipped") {
    return (
      <tr class="skipped">
        <td colSpan={4}>{line.count === 1 ? "1 line" : `${line.count} lines`}</td>
      </tr>
    );
  }
  return (
    <tr class={line.type}>
      <td class="at">{"before" in line ? line.before : ""}</td>
      <td class="at">{"after" in line ? line.after : ""}</td>
      <td class="sign">
        <span aria-hidden="true">{SIGNS[line.type]}</span>
        <span class="aloud">{WORDS[line.type]}</span>
      </td>
      <td>
        <code>{visibleText(line.text)}</code>
      </td>
    </tr>
  );
}
