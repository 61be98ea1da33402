/** Bombs within one call of a built-in, which no timeout of the engine interrupts. */
import { type Bomb, FATAL } from "./bomb.ts";

const LONG: readonly Bomb["ends"][number][] = ["returned", "threw", "invalid-decision", ...FATAL];

export const builtin: readonly Bomb[] = [
  {
    name: "an array of fifty million numbers, from JSON",
    body: "return JSON.parse('[' + '0,'.repeat(5e7) + '0]').length;",
    ends: LONG,
  },
  {
    name: "an array of ten million objects, from JSON",
    body: "return JSON.parse('[' + '{},'.repeat(1e7) + '0]').length;",
    ends: LONG,
  },
  { name: "a BigInt that is squared for ever", body: "let big = 3n; for (;;) big *= big;", ends: ["threw", ...FATAL] },
  { name: "a BigInt of 160 million digits, printed", body: "return String(2n ** (1n << 29n)).length;", ends: FATAL },
  { name: "the largest power of two that there is", body: "return 2n ** (1n << 30n) > 0n;", ends: LONG },
  {
    name: "an array of four billion places, filled",
    body: "return new Array(2 ** 32 - 3).fill(7).length;",
    ends: FATAL,
  },
  { name: "an array of 268 million places, joined", body: "return new Array(2 ** 28).join('xyz').length;", ends: LONG },
  {
    name: "a hundred million replacements, each ten times as long",
    body: "return 'y'.repeat(1e8).replace(/y/g, 'yyyyyyyyyy').length;",
    ends: LONG,
  },
  { name: "a text of 400 million characters, split", body: "return 'y'.repeat(4e8).split('').length;", ends: FATAL },
  {
    name: "an array from a length of four billion",
    body: "return Array.from({ length: 2 ** 32 }).length;",
    ends: LONG,
  },
  {
    name: "a hundred million characters, normalized",
    body: "return '\\u0958'.repeat(1e8).normalize('NFD').length;",
    ends: LONG,
  },
  { name: "a date of 500 million digits", body: "return new Date('1'.repeat(5e8)).getTime();", ends: LONG },
  {
    name: "a copy by structuredClone, which is not there",
    body: "return structuredClone(new Array(1e6));",
    ends: ["threw"],
  },
];
