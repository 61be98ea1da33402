/** `call.headers`: the header lines of the INVITE, split when a script first asks (RFC 3261 §7.3.1, §7.3.3). */
import { apply, charCodeAt, indexOf, slice, split, toLowerCase, toText, trim } from "./primordials.ts";

/** Compact forms: RFC 3261 §20, RFC 6665, 3515, 3892, 4028, 3841, 8224. */
const LONG_NAMES: Record<string, string> = {
  __proto__: null as unknown as string,
  a: "accept-contact",
  b: "referred-by",
  c: "content-type",
  d: "request-disposition",
  e: "content-encoding",
  f: "from",
  i: "call-id",
  j: "reject-contact",
  k: "supported",
  l: "content-length",
  m: "contact",
  o: "event",
  r: "refer-to",
  s: "subject",
  t: "to",
  u: "allow-events",
  v: "via",
  x: "session-expires",
  y: "identity",
};

interface Field {
  readonly name: string;
  value: string;
}

export class CallHeaders {
  #head: string;
  #fields: Field[] | null = null;

  constructor(head: unknown) {
    this.#head = typeof head === "string" ? head : "";
  }

  get(name: string): string | undefined {
    const wanted = longName(toText(name));
    const fields = this.#split();
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as Field;
      if (field.name === wanted) return field.value;
    }
    return undefined;
  }

  all(name: string): readonly string[] {
    const wanted = longName(toText(name));
    const fields = this.#split();
    const values: string[] = [];
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as Field;
      if (field.name === wanted) values[values.length] = field.value;
    }
    return values;
  }

  #split(): Field[] {
    this.#fields ??= splitFields(this.#head);
    this.#head = "";
    return this.#fields;
  }
}

function longName(name: string): string {
  const lower = apply(toLowerCase, apply(trim, name, []), []);
  return LONG_NAMES[lower] ?? lower;
}

function splitFields(head: string): Field[] {
  // The second argument makes the type checker choose the split by text.
  const lines: string[] = apply(split, head, ["\n", undefined]);
  const fields: Field[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] as string;
    const first = apply(charCodeAt, line, [0]);
    const last = fields[fields.length - 1];
    if ((first === 32 || first === 9) && last !== undefined) {
      // A line that begins with white space goes on with the one before; the fold reads as one space.
      last.value = apply(trim, `${last.value} ${apply(trim, line, [])}`, []);
      continue;
    }
    const colon = apply(indexOf, line, [":"]);
    if (colon <= 0) continue;
    fields[fields.length] = {
      name: longName(apply(slice, line, [0, colon])),
      value: apply(trim, apply(slice, line, [colon + 1]), []),
    };
  }
  return fields;
}
