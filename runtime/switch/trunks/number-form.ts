/**
 * Numbers as a carrier writes them, and as the switch knows them: E.164 with +. What is no number of the telephone network,
 * such as 112 or *31#, passes as it is, unless a rule takes it.
 */
import { InvariantError } from "../../base/errors.ts";
import { matchesNumber, type NumberPattern, parseNumberPattern } from "../../contract/number-pattern.ts";
import type { NumberForm } from "../../contract/trunk.ts";

/** The numbering plans of all countries, kept elsewhere. */
export interface NumberPlan {
  /** A number as it is dialled in a country, in E.164; `null`: it is no number of the telephone network. */
  toE164(number: string, country: string): string | null;
  /** A number in E.164 as it is dialled in a country, with digits alone; `null`: it is none. */
  toNational(number: string, country: string): string | null;
}

interface Rule {
  readonly match?: string | undefined;
  readonly strip?: number | undefined;
  readonly prefix?: string | undefined;
}

export const E164 = /^\+[1-9][0-9]{1,14}$/;
/** Separators that people write into numbers (RFC 3966 §3). */
const SEPARATORS = /[-.()]/g;
const DIALLED = /^\+?[0-9A-Da-d*#]{1,32}$/;

/** A number as it is dialled, without its separators; `undefined`: the text is none. */
export function dialledNumber(text: string): string | undefined {
  const plain = /^[+0-9*#(]/.test(text) ? text.replace(SEPARATORS, "") : "";
  return DIALLED.test(plain) ? plain : undefined;
}

/** A number of ours, as the carrier wants it. */
export function writeNumber(number: string, form: NumberForm, country: string | null, plan: NumberPlan): string {
  if (form === "e164") return number;
  if (form === "digits") return E164.test(number) ? number.slice(1) : number;
  if (form !== "national") return byRules(number, form);
  return (E164.test(number) && country !== null ? plan.toNational(number, country) : null) ?? number;
}

/** A number of the carrier, as the switch knows it. */
export function readNumber(text: string, form: NumberForm, country: string | null, plan: NumberPlan): string {
  const number = dialledNumber(text) ?? text;
  if (form === "e164") return number;
  if (form === "digits") return /^[1-9][0-9]{4,14}$/.test(number) ? `+${number}` : number;
  if (form !== "national") return byRules(number, form);
  if (E164.test(number) || country === null) return number;
  return (/^[0-9]{3,}$/.test(number) ? plan.toE164(number, country) : null) ?? number;
}

/** The first rule that fits is done. */
function byRules(number: string, rules: readonly Rule[]): string {
  for (const { match, strip = 0, prefix = "" } of rules) {
    if (match === undefined || matchesNumber(patternOf(match), number)) return prefix + number.slice(strip);
  }
  return number;
}

const patterns = new Map<string, NumberPattern>();
/** More than the rules of any configuration. */
const MOST_PATTERNS = 10_000;

/** Rules are read once, and asked for each call. */
function patternOf(text: string): NumberPattern {
  const known = patterns.get(text);
  if (known !== undefined) return known;
  const parsed = parseNumberPattern(text);
  if (!parsed.ok) throw new InvariantError(`The pattern ${JSON.stringify(text)} has passed the schema`);
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  patterns.set(text, parsed.value);
  return parsed.value;
}
