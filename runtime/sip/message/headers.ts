/** The header block of a received message: indexed by offset, a value is cut out, unfolded and trimmed when asked for. */
import { type Head, LINE_STRIDE, NAME_END, NAME_START, unfold, VALUE_END, VALUE_START } from "./head.ts";
import { splitList } from "./header/list.ts";
import { idOf, longName, type NameSet, UNKNOWN_HEADER } from "./header-name.ts";
import { matchesIgnoringCase } from "./token.ts";

export type HeaderField = readonly [name: string, value: string];

const NONE: readonly string[] = [];

/** Names are asked for in lower case and in their long form ("via", "call-id"); compact forms are found under it. */
export class Headers {
  readonly #source: string;
  readonly #head: Head;
  /** Of a message that is refused values may hold stray line ends and NUL: all are cleaned. */
  readonly #isDirty: boolean;

  constructor(source: string, head: Head) {
    this.#source = source;
    this.#head = head;
    this.#isDirty = head.problem !== undefined;
  }

  /** The raw header lines as received, without the start line and the empty line. */
  get text(): string {
    return this.#source.slice(this.#head.fieldsStart, this.#head.fieldsEnd);
  }

  /** The value of the first line of that name. */
  get(name: string): string | undefined {
    const at = this.#find(idOf(name), name, 0);
    return at < 0 ? undefined : this.valueAt(at);
  }

  has(name: string): boolean {
    return this.#find(idOf(name), name, 0) >= 0;
  }

  /** The value of each line of that name, in order. */
  all(name: string): readonly string[] {
    const id = idOf(name);
    let at = this.#find(id, name, 0);
    if (at < 0) return NONE;
    const values: string[] = [];
    for (; at >= 0; at = this.#find(id, name, at + LINE_STRIDE)) values.push(this.valueAt(at));
    return values;
  }

  /** The comma-separated elements over all lines of that name, in order. */
  list(name: string): readonly string[] {
    const lines = this.all(name);
    if (lines.length === 0) return NONE;
    if (lines.length === 1 && lines[0]?.includes(",") === false) return lines[0] === "" ? NONE : lines;
    return lines.flatMap(splitList);
  }

  /** Every line whose canonical name is not in `owned`, in order: compact names made long, others as written. */
  fieldsExcept(owned: NameSet): HeaderField[] {
    const fields: HeaderField[] = [];
    const { lines } = this.#head;
    for (let at = 0; at < lines.length; at += LINE_STRIDE) {
      const id = lines[at] ?? UNKNOWN_HEADER;
      if (id !== UNKNOWN_HEADER && owned.hasKnown(id)) continue;
      const written = this.#nameAt(id, lines[at + NAME_START] ?? 0, lines[at + NAME_END] ?? 0);
      if (id === UNKNOWN_HEADER && owned.hasUnknown(written.toLowerCase())) continue;
      fields.push([written, this.valueAt(at)]);
    }
    return fields;
  }

  /** The value of the line at this position of the index (`Head.lines`). */
  valueAt(at: number): string {
    const { lines } = this.#head;
    const start = lines[at + VALUE_START] ?? 0;
    const end = lines[at + VALUE_END] ?? 0;
    if (this.#isDirty) return unfold(this.#source, start, Math.abs(end)).replaceAll("\0", " ");
    if (end < 0) return unfold(this.#source, start, -end);
    return this.#source.slice(start, end);
  }

  /** The name as written, a compact one made long. The usual spelling makes no new string. */
  #nameAt(id: number, start: number, end: number): string {
    const long = longName(id);
    const isLong = id !== UNKNOWN_HEADER && (end - start === 1 || this.#source.startsWith(long, start));
    return isLong ? long : this.#source.slice(start, end);
  }

  #find(id: number, name: string, from: number): number {
    const { lines } = this.#head;
    for (let at = from; at < lines.length; at += LINE_STRIDE) {
      if (lines[at] !== id) continue;
      if (id !== UNKNOWN_HEADER) return at;
      if (matchesIgnoringCase(this.#source, lines[at + NAME_START] ?? 0, lines[at + NAME_END] ?? 0, name)) return at;
    }
    return -1;
  }
}
