/** `URLSearchParams` (WHATWG URL §6.2). */
import { decodeForm, encodeForm } from "./percent.ts";

type Pair = [name: string, value: string];

/** Connects the parameters of a URL with its query; known to `URL` alone. */
let connect: (params: SearchParams, onChange: (query: string) => void) => void;
let replace: (params: SearchParams, query: string) => void;

export class SearchParams {
  #pairs: Pair[] = [];
  #onChange: ((query: string) => void) | null = null;

  static {
    connect = (params, onChange) => {
      params.#onChange = onChange;
    };
    replace = (params, query) => {
      params.#pairs = parsePairs(query);
    };
  }

  constructor(init: unknown = "") {
    if (typeof init === "object" && init !== null) this.#pairs = toPairs(init);
    else this.#pairs = parsePairs(String(init).replace(/^\?/, ""));
  }

  get size(): number {
    return this.#pairs.length;
  }

  append(name: string, value: string): void {
    this.#pairs.push(toPair(name, value));
    this.#changed();
  }

  delete(name: string, value?: string): void {
    this.#pairs = this.#pairs.filter((pair) => !matches(pair, name, value));
    this.#changed();
  }

  get(name: string): string | null {
    return this.#pairs.find((pair) => matches(pair, name))?.[1] ?? null;
  }

  getAll(name: string): string[] {
    return this.#pairs.filter((pair) => matches(pair, name)).map(([, value]) => value);
  }

  has(name: string, value?: string): boolean {
    return this.#pairs.some((pair) => matches(pair, name, value));
  }

  set(name: string, value: string): void {
    const first = this.#pairs.findIndex((pair) => matches(pair, name));
    if (first < 0) this.#pairs.push(toPair(name, value));
    else {
      this.#pairs = this.#pairs.filter((pair, index) => index <= first || !matches(pair, name));
      this.#pairs[first] = toPair(name, value);
    }
    this.#changed();
  }

  /** By name; what has the same name stays in order. */
  sort(): void {
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#changed();
  }

  forEach(callback: (value: string, name: string, params: SearchParams) => void, thisArg?: unknown): void {
    for (const [name, value] of this) callback.call(thisArg, value, name, this);
  }

  *entries(): IterableIterator<Pair> {
    for (let index = 0; index < this.#pairs.length; index++) yield [...(this.#pairs[index] as Pair)];
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): IterableIterator<Pair> {
    return this.entries();
  }

  get [Symbol.toStringTag](): string {
    return "URLSearchParams";
  }

  toString(): string {
    return this.#pairs.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join("&");
  }

  #changed(): void {
    this.#onChange?.(this.toString());
  }
}

export { connect as connectParams, replace as replaceParams };

function parsePairs(query: string): Pair[] {
  return query
    .toWellFormed()
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const equals = part.indexOf("=");
      if (equals < 0) return [decodeForm(part), ""];
      return [decodeForm(part.slice(0, equals)), decodeForm(part.slice(equals + 1))];
    });
}

function toPairs(init: object): Pair[] {
  if (!(Symbol.iterator in init)) return Object.entries(init).map(([name, value]) => toPair(name, value));
  return Array.from(init as Iterable<unknown>, (item) => {
    const pair = Array.from(item as Iterable<unknown>);
    if (pair.length !== 2) throw new TypeError("Each parameter is a pair of a name and a value");
    return toPair(pair[0], pair[1]);
  });
}

function toPair(name: unknown, value: unknown): Pair {
  return [String(name).toWellFormed(), String(value).toWellFormed()];
}

function matches(pair: Pair, name: string, value?: string): boolean {
  return pair[0] === String(name) && (value === undefined || pair[1] === String(value));
}
