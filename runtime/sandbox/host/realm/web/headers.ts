/** `Headers` (WHATWG Fetch §5.1): fields by names without regard to case. */

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
const BAD_VALUE = /[\0\r\n]|[^\0-\xff]/;

export class WebHeaders {
  /** By names in lower case; several values stand for several fields. */
  readonly #fields = new Map<string, string[]>();

  constructor(init: unknown = {}) {
    if (typeof init !== "object" || init === null) throw new TypeError("Headers are made of an object, or of pairs");
    if (!(Symbol.iterator in init)) {
      for (const [name, value] of Object.entries(init)) this.append(name, value);
      return;
    }
    for (const item of init as Iterable<unknown>) {
      const pair = Array.from(item as Iterable<unknown>);
      if (pair.length !== 2) throw new TypeError("Each header is a pair of a name and a value");
      this.append(pair[0], pair[1]);
    }
  }

  append(name: unknown, value: unknown): void {
    const key = toName(name);
    const values = this.#fields.get(key);
    if (values === undefined) this.#fields.set(key, [toValue(key, value)]);
    else values.push(toValue(key, value));
  }

  set(name: unknown, value: unknown): void {
    const key = toName(name);
    this.#fields.set(key, [toValue(key, value)]);
  }

  get(name: unknown): string | null {
    return this.#fields.get(toName(name))?.join(", ") ?? null;
  }

  has(name: unknown): boolean {
    return this.#fields.has(toName(name));
  }

  delete(name: unknown): void {
    this.#fields.delete(toName(name));
  }

  getSetCookie(): string[] {
    return [...(this.#fields.get("set-cookie") ?? [])];
  }

  forEach(callback: (value: string, name: string, headers: WebHeaders) => void, thisArg?: unknown): void {
    for (const [name, value] of this) callback.call(thisArg, value, name, this);
  }

  /** Sorted by name; only `set-cookie` comes more than once. */
  *entries(): IterableIterator<[string, string]> {
    for (const name of [...this.#fields.keys()].sort()) {
      const values = this.#fields.get(name) ?? [];
      if (name === "set-cookie") for (const value of values) yield [name, value];
      else yield [name, values.join(", ")];
    }
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  get [Symbol.toStringTag](): string {
    return "Headers";
  }
}

function toName(name: unknown): string {
  const text = String(name);
  if (!NAME.test(text)) throw new TypeError(`"${text.slice(0, 100)}" is not the name of a header`);
  return text.toLowerCase();
}

function toValue(name: string, value: unknown): string {
  const text = String(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");
  if (BAD_VALUE.test(text)) throw new TypeError(`The value of "${name}" has a line break or a character past U+00FF`);
  return text;
}
