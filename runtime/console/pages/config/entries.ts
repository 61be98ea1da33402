/** The values of the configuration as they are shown and searched. Pure. */
import type { ConfigBody } from "../../../contract/config-api.ts";
import { visibleLine } from "../../components/visible-text.ts";

export type ConfigValue = ConfigBody["values"][number];

export interface Entry {
  readonly path: string;
  /** On one line, as JSON where it is no text. */
  readonly text: string;
  /** "strowger.yaml:12", "default". */
  readonly source: string;
  readonly isSet: boolean;
}

/** `null`: there is no file. */
export function entriesOf({ file, values }: Pick<ConfigBody, "file" | "values">): readonly Entry[] {
  const name = file?.split(/[\\/]/).at(-1) ?? "file";
  return values.map(({ path, value, source }) => ({
    path: visibleLine(path),
    text: valueText(value),
    source: source.type === "file" ? `${name}:${source.line}` : "default",
    isSet: source.type === "file",
  }));
}

function valueText(value: unknown): string {
  return visibleLine(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
}

export interface Search {
  /** Every word of it must be in the path, the value or the source. */
  readonly text: string;
  /** Leaves out what is by default. */
  readonly isSetOnly: boolean;
}

export function found(entries: readonly Entry[], { text, isSetOnly }: Search): readonly Entry[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return entries.filter((entry) => {
    const all = `${entry.path} ${entry.text} ${entry.source}`.toLowerCase();
    return (entry.isSet || !isSetOnly) && words.every((word) => all.includes(word));
  });
}
