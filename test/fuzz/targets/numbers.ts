/** Numbers that callers dial, and the patterns that operators write for them. */
import fc from "fast-check";
import { RequestError } from "../../../runtime/base/errors.ts";
import { matchesNumber, parseNumberPattern } from "../../../runtime/contract/number-pattern.ts";
import type { NumberForm } from "../../../runtime/contract/trunk.ts";
import {
  countryOfNumber,
  dialledNumber,
  internationalNumber,
  parsePhoneNumber,
} from "../../../runtime/numbers/phone-numbers.ts";
import { readNumber, writeNumber } from "../../../runtime/switch/trunks/number-form.ts";
import { word } from "../grammar/odd.ts";
import { mutated } from "../mutate/bytes.ts";
import { holds, type Target } from "../runner/target.ts";

const OWN = [
  "+4930123456",
  "tel:+1-555-1234;ext=5",
  "0XX[2-9]{2,8}*",
  "(030) 12 34",
  "911",
  "\\*31#",
  "+1 (212) 555-0123 x5",
  "X{128}",
  "[a-f0-9]",
  "*",
];
const words = ["+", "00", "X", "[2-9]", "{2}", "{1,128}", "*", "\\", "#", "ext.", ";ext=", "٣", "(", " ", "-", "tel:"];
const FORMS: readonly NumberForm[] = ["e164", "digits", "national", [{ match: "0*", strip: 1, prefix: "+49" }]];
const plan = {
  toE164: (number: string, country: string) => internationalNumber(number, country),
  toNational: (number: string, country: string) => dialledNumber(number, country),
};

export const numbers: Target = {
  samples: OWN,
  inputs: (seeds) =>
    fc.oneof(
      { weight: 2, arbitrary: mutated(seeds, { words, mostOctets: 2000 }) },
      { weight: 1, arbitrary: word("0123456789+X[]{},-*\\#() ", 30) },
    ),
  run(input) {
    const pattern = parseNumberPattern(input);
    const text = input.slice(0, 140);
    if (pattern.ok) {
      for (const number of [text, "100", "0".repeat(128), ""]) matchesNumber(pattern.value, number);
    } else holds(pattern.problem.length > 0, "A problem without a word.");
    for (const country of ["DE", "US", "zz"]) numberIn(text, country);
    countryOfNumber(text);
    for (const form of FORMS) {
      readNumber(text, form, "DE", plan);
      writeNumber(text, form, "DE", plan);
    }
  },
};

function numberIn(text: string, country: string): void {
  try {
    const number = parsePhoneNumber(text, country);
    holds(number === null || /^\+\d{2,20}$/.test(number.e164), `A number that is none: ${number?.e164}`);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
  }
}
