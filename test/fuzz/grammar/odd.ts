/** What is put in the place of something valid, now and then. */
import fc from "fast-check";
import { octets } from "../mutate/bytes.ts";

const ODD_TEXTS = [
  "",
  " ",
  "\t",
  "\0",
  '"',
  '"a',
  "<",
  ">",
  "<>",
  ";",
  ",",
  "=",
  "%",
  "%0",
  "%00",
  "%0d%0a",
  "\\",
  "\x7f",
  "\xff",
  "é",
];
const LONG_TEXTS = ["a", ";a", ";a=b", ",", "%41", "(", ".", ":", "1", "\xc3\xa9", "a.", "&a=b"].map((text) =>
  text.repeat(700),
);

const odd: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 2, arbitrary: octets(12) },
  { weight: 1, arbitrary: fc.constantFrom(...LONG_TEXTS) },
);

/** The valid one, and once in a while something odd. */
export function mostly(valid: fc.Arbitrary<string>, every = 40): fc.Arbitrary<string> {
  return fc.oneof({ weight: every - 1, arbitrary: valid }, { weight: 1, arbitrary: odd });
}

/** Those of the parts, one after the other. */
export function joined(...parts: readonly (fc.Arbitrary<string> | string)[]): fc.Arbitrary<string> {
  const arbitraries = parts.map((part) => (typeof part === "string" ? fc.constant(part) : part));
  return fc.tuple(...arbitraries).map((texts) => texts.join(""));
}

export function listed(item: fc.Arbitrary<string>, separator: string, most: number, least = 0): fc.Arbitrary<string> {
  return fc.array(item, { minLength: least, maxLength: most }).map((items) => items.join(separator));
}

/** There, or nothing. */
export function maybe(item: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(fc.constant(""), item);
}

export function word(characters: string, most: number, least = 1): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters), minLength: least, maxLength: most });
}
