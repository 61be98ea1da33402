/**
 * Number patterns of routes: literals, `X` a digit, `[2-9]` a class, `{2}` or `{2,8}` a count of what stands before it,
 * `*` at the end the rest, `\` before a character that is meant as itself. Matching takes the text once, whatever the
 * pattern: callers choose the text, so there is no regular expression and no going back.
 */
import { fail, ok, type Result } from "../base/result.ts";

export interface NumberPattern {
  readonly text: string;
  /** One per character of the longest text that matches, without the rest. */
  readonly steps: readonly Step[];
  /** Whether any text may follow (`*`). */
  readonly open: boolean;
}

interface Step {
  /** The characters that fit here. */
  readonly fits: string;
  readonly optional: boolean;
}

/** A user part that is longer matches no pattern. */
export const MAX_USER_CHARACTERS = 128;
const MAX_PATTERN_CHARACTERS = 256;
const DIGITS = "0123456789";
const SPECIAL = "[]{}*\\";

interface Atom {
  readonly fits: string;
  /** Where the next atom begins. */
  readonly end: number;
}

/** Reads a pattern; the problem is a sentence. */
export function parseNumberPattern(text: string): Result<NumberPattern, string> {
  if (text === "") return fail("a pattern may not be empty");
  if (text.length > MAX_PATTERN_CHARACTERS) return fail(`a pattern has at most ${MAX_PATTERN_CHARACTERS} characters`);
  const steps: Step[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === "*") {
      if (at === text.length - 1) return ok({ text, steps, open: true });
      return fail(`"*" stands for the rest and must be last; write "\\*" for the key`);
    }
    const atom = readAtom(text, at);
    if (!atom.ok) return atom;
    const count = readCount(text, atom.value.end);
    if (!count.ok) return count;
    const { least, most, end } = count.value;
    for (let copy = 0; copy < most; copy++) steps.push({ fits: atom.value.fits, optional: copy >= least });
    if (steps.length > MAX_USER_CHARACTERS)
      return fail(`a pattern may stand for at most ${MAX_USER_CHARACTERS} characters`);
    at = end;
  }
  return ok({ text, steps, open: false });
}

/** Whether the whole text fits the pattern. Case counts, as it does in user parts (RFC 3261 §19.1.4). */
export function matchesNumber(pattern: NumberPattern, text: string): boolean {
  if (text.length > MAX_USER_CHARACTERS) return false;
  const { steps, open } = pattern;
  // live[n]: the text so far can be what the first n steps stand for.
  let live = new Uint8Array(steps.length + 1);
  live[0] = 1;
  skipOptional(live, steps);
  for (const character of text) {
    if (open && live[steps.length] === 1) return true;
    const next = new Uint8Array(steps.length + 1);
    let any = false;
    for (let step = 0; step < steps.length; step++) {
      if (live[step] === 1 && steps[step]?.fits.includes(character)) {
        next[step + 1] = 1;
        any = true;
      }
    }
    if (!any) return false;
    skipOptional(next, steps);
    live = next;
  }
  return live[steps.length] === 1;
}

function skipOptional(live: Uint8Array, steps: readonly Step[]): void {
  for (let step = 0; step < steps.length; step++) if (live[step] === 1 && steps[step]?.optional) live[step + 1] = 1;
}

function readAtom(text: string, at: number): Result<Atom, string> {
  const character = text[at] ?? "";
  if (character === "X") return ok({ fits: DIGITS, end: at + 1 });
  if (character === "[") return readClass(text, at);
  if (character === "\\") {
    const escaped = text[at + 1];
    return escaped === undefined ? fail(`"\\" must stand before a character`) : ok({ fits: escaped, end: at + 2 });
  }
  if (SPECIAL.includes(character)) return fail(`"${character}" at character ${at + 1} has nothing to belong to`);
  return ok({ fits: character, end: at + 1 });
}

/** `[2-9]`, `[13579]`, `[a-f0-9]`. */
function readClass(text: string, at: number): Result<Atom, string> {
  const end = text.indexOf("]", at);
  if (end === -1) return fail(`"[" at character ${at + 1} is not closed`);
  const inside = text.slice(at + 1, end);
  if (inside === "") return fail("an empty class [] matches nothing");
  let fits = "";
  for (let index = 0; index < inside.length; index++) {
    const first = inside[index] ?? "";
    const last = inside[index + 2];
    if (inside[index + 1] !== "-" || last === undefined) {
      fits += first;
      continue;
    }
    const range = charactersBetween(first, last);
    if (range === undefined) return fail(`"${first}-${last}" is no range of digits or letters`);
    fits += range;
    index += 2;
  }
  return ok({ fits, end: end + 1 });
}

function charactersBetween(first: string, last: string): string | undefined {
  const sameKind = [/\d/, /[a-z]/, /[A-Z]/].some((kind) => kind.test(first) && kind.test(last));
  if (!sameKind || first > last) return undefined;
  let characters = "";
  for (let code = first.charCodeAt(0); code <= last.charCodeAt(0); code++) characters += String.fromCharCode(code);
  return characters;
}

function readCount(text: string, at: number): Result<{ least: number; most: number; end: number }, string> {
  if (text[at] !== "{") return ok({ least: 1, most: 1, end: at });
  const end = text.indexOf("}", at);
  const count = /^(\d{1,3})(?:,(\d{1,3}))?$/.exec(end === -1 ? "" : text.slice(at + 1, end));
  if (count === null) return fail(`"{" at character ${at + 1} must begin a count such as {3} or {2,8}`);
  const least = Number(count[1]);
  const most = count[2] === undefined ? least : Number(count[2]);
  if (most === 0 || most < least || most > MAX_USER_CHARACTERS) {
    return fail(
      `the count ${text.slice(at, end + 1)} must go from a smaller to a larger number, up to ${MAX_USER_CHARACTERS}`,
    );
  }
  return ok({ least, most, end: end + 1 });
}
