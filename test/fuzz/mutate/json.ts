/** Mutation of JSON by its structure: what is valid in form and means something nobody has thought of. */
import fc from "fast-check";
import { Chance } from "./chance.ts";

/** As long as a decision may be. */
const MOST_OCTETS = 65_536;
const MOST_CHANGES = 6;
const DEEP = 3000;
const ODD_KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "length",
  "then",
  "toJSON",
  "",
  "0",
  "type",
  "é",
];
const ODD_TEXTS = [
  "",
  " ",
  "\0",
  "\r\n",
  "\u2028",
  "\ud800",
  "\udfff",
  "😀",
  "null",
  "__proto__",
  "NaN",
  "<>",
  "%00",
  "../..",
];
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1e308,
  1e-308,
  2 ** 53,
  0.1,
  4e9,
  [],
  {},
  [[]],
  [null],
];

/**
 * One of the texts, which are JSON, with up to six changes; as JSON text in UTF-8, one character per octet. What would be
 * larger than `mostOctets` is left as it was.
 */
export function mutatedJson(seeds: readonly string[], mostOctets: number = MOST_OCTETS): fc.Arbitrary<string> {
  const change = fc.integer({ min: 0, max: 0xffffffff });
  const plan = fc.tuple(fc.nat(seeds.length - 1), fc.array(change, { maxLength: MOST_CHANGES }));
  return fc.noBias(plan).map(([seed, numbers]) => {
    const text = changedJson(fromOctets(seeds[seed] ?? ""), numbers, seeds, mostOctets);
    const octets = text === null ? null : toOctets(text);
    return octets === null || octets.length > mostOctets ? (seeds[seed] ?? "") : octets;
  });
}

/** A value with the changes that numbers stand for, as JSON text; `null`: it would be too long. */
export function changedJson(
  value: unknown,
  numbers: readonly number[],
  seeds: readonly string[],
  mostCharacters: number = MOST_OCTETS,
): string | null {
  const changed = numbers.reduce((other, number) => changedValue(other, new Chance(number), seeds), value);
  const writer = new Writer(mostCharacters);
  return writer.write(changed) ? writer.text : null;
}

/** The value of JSON text in UTF-8, or the text itself where it is none. */
export function fromOctets(text: string): unknown {
  const read = Buffer.from(text, "latin1").toString("utf8");
  try {
    return JSON.parse(read);
  } catch {
    return read;
  }
}

export function toOctets(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** A key of any name, also one that `{}` would take for its prototype. */
class Entries {
  readonly entries: [key: string, value: unknown][];

  constructor(entries: [string, unknown][]) {
    this.entries = entries;
  }
}

function changedValue(value: unknown, chance: Chance, seeds: readonly string[]): unknown {
  if (chance.oneIn(3) || typeof value !== "object" || value === null) return otherValue(value, chance, seeds);
  if (Array.isArray(value)) {
    const items: unknown[] = [...value];
    const at = chance.below(items.length + 1);
    if (items.length > 0 && chance.oneIn(4)) items.splice(chance.below(items.length), 1);
    else if (items.length === 0 || chance.oneIn(4)) items.splice(at, 0, otherValue(items[0], chance, seeds));
    else items[at % items.length] = changedValue(items[at % items.length], chance, seeds);
    return items;
  }
  const entries = value instanceof Entries ? [...value.entries] : Object.entries(value);
  const at = chance.below(entries.length);
  const [key, inner] = entries[at] ?? ["", null];
  const action = entries.length === 0 ? 0 : chance.below(6);
  if (action === 0) entries.push([chance.pick(ODD_KEYS), otherValue(inner, chance, seeds)]);
  else if (action === 1) entries.splice(at, 1);
  else if (action === 2) entries[at] = [chance.pick(ODD_KEYS), inner];
  else entries[at] = [key, changedValue(inner, chance, seeds)];
  return new Entries(entries);
}

function otherValue(value: unknown, chance: Chance, seeds: readonly string[]): unknown {
  switch (chance.below(9)) {
    case 0:
      return chance.pick(ODD_VALUES);
    case 1:
      return chance.pick(ODD_TEXTS);
    case 2:
      return typeof value === "string" ? value + chance.pick(ODD_TEXTS) : String(value);
    case 3:
      return typeof value === "string" ? value.slice(0, chance.below(value.length + 1)) : [value];
    case 4:
      return typeof value === "number" ? value * chance.pick([-1, 0.5, 10, 1e9, 1e300]) : chance.below(2 ** 31);
    case 5:
      return chance.pick(["a", "+1", "sip:", "ä", "\0"]).repeat(1 + chance.fewBelow(4096));
    case 6:
      return Array.from({ length: 1 + chance.fewBelow(512) }, () => value ?? null);
    case 7:
      return chance.oneIn(4) ? new Nested(chance.fewBelow(DEEP), chance.oneIn(2)) : new Nested(chance.below(8), true);
    default:
      return fromOctets(chance.pick(seeds));
  }
}

/** So many lists, or objects, in each other. */
class Nested {
  readonly depth: number;
  readonly isList: boolean;

  constructor(depth: number, isList: boolean) {
    this.depth = depth;
    this.isList = isList;
  }
}

/** Stops where the text gets too long: lists of lists of lists are soon larger than any memory. */
class Writer {
  text = "";
  readonly #most: number;

  constructor(mostCharacters: number) {
    this.#most = mostCharacters;
  }

  /** `false`: too long. */
  write(value: unknown): boolean {
    if (value instanceof Nested) {
      const [open, close] = value.isList ? ["[", "]"] : ['{"a":', "}"];
      return this.#add(`${open.repeat(value.depth)}1${close.repeat(value.depth)}`);
    }
    if (typeof value !== "object" || value === null) return this.#add(JSON.stringify(value) ?? "null");
    if (Array.isArray(value)) {
      const isWhole = value.every((item, at) => this.#add(at === 0 ? "[" : ",") && this.write(item));
      return isWhole && this.#add(value.length === 0 ? "[]" : "]");
    }
    const entries = value instanceof Entries ? value.entries : Object.entries(value);
    const isWhole = entries.every(
      ([key, inner], at) => this.#add(`${at === 0 ? "{" : ","}${JSON.stringify(key)}:`) && this.write(inner),
    );
    return isWhole && this.#add(entries.length === 0 ? "{}" : "}");
  }

  #add(text: string): boolean {
    this.text += text;
    return this.text.length <= this.#most;
  }
}
