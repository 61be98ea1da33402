/** The lines of a session description (RFC 8866 §5), and the attributes among them. */

/** `type=value`, and where it stands, counted from 1. */
export interface Line {
  readonly type: string;
  readonly value: string;
  readonly number: number;
}

/** The values of each attribute, in their order; one without a value has "". */
export type Attributes = ReadonlyMap<string, readonly string[]>;

const LINE_END = /\r\n|\n|\r/;

/** Deviation: RFC 8866 §5 drops a description that holds an unknown line; we drop the line, as phones send odd ones. */
export function readLines(text: string): Line[] {
  const lines: Line[] = [];
  for (const [index, line] of text.split(LINE_END).entries()) {
    if (line.charAt(1) === "=") lines.push({ type: line.charAt(0), value: line.slice(2), number: index + 1 });
  }
  return lines;
}

export function attributesOf(lines: readonly Line[]): Attributes {
  const attributes = new Map<string, string[]>();
  for (const { type, value } of lines) {
    if (type !== "a") continue;
    const colon = value.indexOf(":");
    const name = colon === -1 ? value.trimEnd() : value.slice(0, colon);
    const values = attributes.get(name);
    const own = colon === -1 ? "" : value.slice(colon + 1);
    if (values === undefined) attributes.set(name, [own]);
    else values.push(own);
  }
  return attributes;
}
