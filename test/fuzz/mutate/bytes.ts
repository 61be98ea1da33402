/** Mutation of octets, without any idea of what they mean: what a broken or hostile sender makes of a message. */
import fc from "fast-check";
import { Chance } from "./chance.ts";

export interface ByteOptions {
  /** Words of the format, which are put in here and there. @default none */
  readonly words?: readonly string[];
  /** Nothing grows beyond. @default 16384 */
  readonly mostOctets?: number;
}

const MOST_OCTETS = 16_384;
const MOST_CHANGES = 8;
const ODD_OCTETS = [
  0x00, 0x01, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x25, 0x2c, 0x3a, 0x3b, 0x3c, 0x3e, 0x5c, 0x7f, 0x80, 0xff,
];
const ODD_NUMBERS = ["0", "1", "-1", "255", "256", "65535", "65536", "2147483647", "2147483648", "4294967295"];
const LARGE_NUMBERS = ["4294967296", "9007199254740993", "99999999999999999999", "1e9", "00", "0x10", "٣"];
const NUMBERS = [...ODD_NUMBERS, ...LARGE_NUMBERS.map((number) => Buffer.from(number).toString("latin1"))];

type Change = (text: string, chance: Chance, others: readonly string[], words: readonly string[]) => string;

const changes: readonly Change[] = [
  flipBit,
  setOctet,
  removeRange,
  doubleRange,
  moveRange,
  truncate,
  insertOctets,
  insertWord,
  replaceNumber,
  changeLine,
  splice,
  repeatRange,
];

/** One of the seeds with up to eight changes. */
export function mutated(seeds: readonly string[], options: ByteOptions = {}): fc.Arbitrary<string> {
  const { words = [], mostOctets = MOST_OCTETS } = options;
  const change = fc.integer({ min: 0, max: 0xffffffff });
  const plan = fc.tuple(fc.nat(seeds.length - 1), fc.array(change, { maxLength: MOST_CHANGES }));
  return fc.noBias(plan).map(([seed, numbers]) => {
    let text = seeds[seed] ?? "";
    for (const number of numbers) text = changed(text, number, seeds, words).slice(0, mostOctets);
    return text;
  });
}

/** Octets without any seed. */
export function octets(most: number): fc.Arbitrary<string> {
  return fc
    .tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: 0xffffffff }))
    .map(([count, seed]) => new Chance(seed).octets(count));
}

/** A text with the change that a number stands for. */
export function changed(text: string, number: number, others: readonly string[], words: readonly string[]): string {
  const chance = new Chance(number);
  return chance.pick(changes)(text, chance, others, words);
}

function flipBit(text: string, chance: Chance): string {
  const at = chance.below(Math.max(1, text.length));
  const octet = text.charCodeAt(at) || 0;
  return replaced(text, at, at + 1, String.fromCharCode((octet ^ (1 << chance.below(8))) & 0xff));
}

function setOctet(text: string, chance: Chance): string {
  const at = chance.below(Math.max(1, text.length));
  return replaced(text, at, at + 1, String.fromCharCode(chance.pick(ODD_OCTETS)));
}

function removeRange(text: string, chance: Chance): string {
  const [from, to] = range(text, chance);
  return replaced(text, from, to, "");
}

function doubleRange(text: string, chance: Chance): string {
  const [from, to] = range(text, chance);
  return replaced(text, to, to, text.slice(from, to));
}

function moveRange(text: string, chance: Chance): string {
  const [from, to] = range(text, chance);
  const at = chance.below(text.length + 1);
  return replaced(text, at, Math.min(text.length, at + to - from), text.slice(from, to));
}

function truncate(text: string, chance: Chance): string {
  return text.slice(0, chance.below(text.length + 1));
}

function insertOctets(text: string, chance: Chance): string {
  const at = chance.below(text.length + 1);
  return replaced(text, at, at, chance.octets(1 + chance.fewBelow(64)));
}

function insertWord(text: string, chance: Chance, _: readonly string[], words: readonly string[]): string {
  const at = chance.below(text.length + 1);
  return replaced(text, at, at, words.length === 0 ? chance.pick(NUMBERS) : chance.pick(words));
}

function replaceNumber(text: string, chance: Chance): string {
  const found = [...text.matchAll(/\d+/g)];
  if (found.length === 0) return insertWord(text, chance, [], []);
  const { 0: digits, index } = chance.pick(found);
  return replaced(text, index, index + digits.length, chance.pick(NUMBERS));
}

function changeLine(text: string, chance: Chance): string {
  const lines = text.split("\r\n");
  const at = chance.below(lines.length);
  const [line = ""] = lines.splice(at, 1);
  if (chance.oneIn(2)) lines.splice(chance.below(lines.length + 1), 0, line);
  if (chance.oneIn(3)) lines.splice(at, 0, line, line);
  return lines.join(chance.oneIn(16) ? "\n" : "\r\n");
}

function splice(text: string, chance: Chance, others: readonly string[]): string {
  const other = others.length === 0 ? text : chance.pick(others);
  return text.slice(0, chance.below(text.length + 1)) + other.slice(chance.below(other.length + 1));
}

/** What is linear stays fast; what is not, is found here. */
function repeatRange(text: string, chance: Chance): string {
  const from = chance.below(text.length + 1);
  const to = Math.min(text.length, from + 1 + chance.fewBelow(24));
  return replaced(text, to, to, text.slice(from, to).repeat(1 + chance.fewBelow(4096)));
}

function range(text: string, chance: Chance): [from: number, to: number] {
  const from = chance.below(text.length + 1);
  return [from, Math.min(text.length, from + 1 + chance.fewBelow(128))];
}

function replaced(text: string, from: number, to: number, by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}
