/** What a command prints: for people, or (`--json`) for programs, who get JSON on stdout and nothing else there. */
import { styleText } from "node:util";
import type { Problem } from "../contract/problem.ts";
import { type Cell, formatTable, printable } from "./table.ts";

type Style = Parameters<typeof styleText>[0];

export class Output {
  readonly #json: boolean;

  constructor(json: boolean) {
    this.#json = json;
  }

  get json(): boolean {
    return this.#json;
  }

  /** The result of a command: `value` for programs, the lines of `text` for people. */
  result(value: unknown, text: () => string): void {
    process.stdout.write(`${this.#json ? JSON.stringify(value, null, 2) : text()}\n`);
  }

  /** The result of a command that lists. */
  list<Item>(
    items: readonly Item[],
    heads: readonly string[],
    row: (item: Item) => readonly Cell[],
    none: string,
  ): void {
    this.result(items, () => (items.length === 0 ? none : formatTable(heads, items.map(row))));
  }

  /** One line of an endless result: a line of JSON for programs. */
  line(value: unknown, text: () => string): void {
    process.stdout.write(`${this.#json ? JSON.stringify(value) : text()}\n`);
  }

  /** Something said beside the result. */
  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** Why the command failed: in words on stderr, with `--json` also as JSON on stdout. */
  failure(message: string, problem: Problem | undefined): void {
    if (this.#json) process.stdout.write(`${JSON.stringify({ error: problem ?? { detail: message } }, null, 2)}\n`);
    process.stderr.write(`${paint("red", "strowger:", process.stderr)} ${printable(message)}\n`);
  }
}

/** Colours text where the stream is a terminal that wants colours (`NO_COLOR`, `FORCE_COLOR`). */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream, validateStream: true });
}
