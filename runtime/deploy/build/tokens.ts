/**
 * Splits JavaScript or TypeScript into tokens, without recursion: enough to find imports, names and nesting with their
 * places. It is not a parser; what decides is V8, and this says where. Types are no trouble, JSX is not known.
 */
export interface Token {
  readonly type: "name" | "punctuator" | "string" | "template" | "number" | "regex";
  /** The source text; of a string what is between its quotes. */
  readonly text: string;
  readonly start: number;
  /** How many brackets are open around it. */
  readonly depth: number;
}

export interface Tokens {
  readonly list: readonly Token[];
  /** Where the source is nested deeper than the limit, or `null`. */
  readonly tooDeepAt: number | null;
}

const SPACE = /[\s\ufeff]+/y;
const COMMENT = /\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?(?:\*\/|$)|^#![^\n]*/y;
const NAME = /[\p{ID_Start}$_#\\][\p{ID_Continue}$\\]*/uy;
const NUMBER = /\.?\d(?:[\w.]|(?<=[eE])[+-])*/y;
const STRING = /"(?:[^"\\\n\r]|\\[\s\S])*"?|'(?:[^'\\\n\r]|\\[\s\S])*'?/y;
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y;
const REGEX = /\/(?:[^/\\[\n\r]|\\.|\[(?:[^\]\\\n\r]|\\.)*\])+\/\w*/y;

const PATTERNS = [
  ["number", NUMBER],
  ["name", NAME],
  ["regex", REGEX],
] as const;

const CLOSERS = new Set([")", "]", "}"]);
const UNARY = new Set(["!", "~", "+", "-", "await", "new", "typeof", "void", "delete"]);
/** After these words a slash begins a regular expression, after other names it divides. */
const BEFORE_VALUE = new Set(
  "return typeof case in of delete void throw new do else yield await instanceof".split(" "),
);
/** The parenthesis after these words does not end a value. */
const STATEMENT_HEADS = new Set(["if", "while", "for", "with"]);

export function tokenize(source: string, maxDepth: number): Tokens {
  return new Tokenizer(source, maxDepth).run();
}

class Tokenizer {
  readonly #source: string;
  readonly #maxDepth: number;
  readonly #list: Token[] = [];
  /** Open brackets; `${` for the hole of a template, `h(` for the head of a statement. */
  readonly #open: string[] = [];
  #at = 0;
  /** Unary operators in a row: each nests what follows. */
  #unaries = 0;
  #closedHead = false;

  constructor(source: string, maxDepth: number) {
    this.#source = source;
    this.#maxDepth = maxDepth;
  }

  run(): Tokens {
    while (this.#at < this.#source.length) {
      if (this.#match(SPACE) !== "" || this.#match(COMMENT) !== "") continue;
      this.#step();
      if (this.#open.length > this.#maxDepth || this.#unaries > this.#maxDepth) {
        return { list: this.#list, tooDeepAt: this.#list.at(-1)?.start ?? 0 };
      }
    }
    return { list: this.#list, tooDeepAt: null };
  }

  #step(): void {
    const start = this.#at;
    const first = this.#source.charAt(start);
    if (first === "`") {
      this.#at++;
      this.#template(start);
      return;
    }
    const string = this.#match(STRING);
    if (string !== "") {
      this.#push("string", string.slice(1, string.length > 1 && string.endsWith(first) ? -1 : undefined), start);
      return;
    }
    for (const [type, pattern] of PATTERNS) {
      const text = type === "regex" && !(first === "/" && this.#valueMayStart()) ? "" : this.#match(pattern);
      if (text === "") continue;
      this.#push(type, text, start);
      return;
    }
    this.#punctuator(first, start);
  }

  #punctuator(text: string, start: number): void {
    this.#at++;
    if (CLOSERS.has(text)) {
      const opener = this.#open.pop();
      if (opener === "${") {
        this.#template(start);
        return;
      }
      this.#push("punctuator", text, start);
      this.#closedHead = opener === "h(";
      return;
    }
    const before = this.#list.at(-1);
    this.#push("punctuator", text, start);
    if (text === "[" || text === "{") this.#open.push(text);
    if (text === "(") this.#open.push(before?.type === "name" && STATEMENT_HEADS.has(before.text) ? "h(" : "(");
  }

  /** The text of a template up to its end or its next hole. */
  #template(start: number): void {
    const text = this.#match(TEMPLATE);
    const hole = this.#source.startsWith("${", this.#at);
    this.#push("template", text, start);
    this.#at += hole ? 2 : 1;
    if (hole) this.#open.push("${");
  }

  /** Whether a value may begin here, so that a slash begins a regular expression. */
  #valueMayStart(): boolean {
    const before = this.#list.at(-1);
    if (before === undefined) return true;
    if (before.type === "name") return BEFORE_VALUE.has(before.text);
    // The hole of a template has just begun, or else its end was the end of a value.
    if (before.type === "template") return this.#source.startsWith("${", before.start + 1 + before.text.length);
    if (before.type !== "punctuator") return false;
    if (before.text === ")") return this.#closedHead;
    return before.text !== "]";
  }

  #push(type: Token["type"], text: string, start: number): void {
    this.#unaries = UNARY.has(text) && type !== "string" ? this.#unaries + 1 : 0;
    this.#list.push({ type, text, start, depth: this.#open.length });
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#source)?.[0] ?? "";
    this.#at += text.length;
    return text;
  }
}
