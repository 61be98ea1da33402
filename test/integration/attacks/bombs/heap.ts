/** Bombs that fill the heap. */
import { type Bomb, FATAL, HEAPED } from "./bomb.ts";

export const heap: readonly Bomb[] = [
  {
    name: "an array of objects that grows",
    body: "const kept = []; for (;;) kept.push({ at: kept.length, text: 'n' + kept.length });",
    ends: FATAL,
  },
  {
    name: "an array of objects that grows, whatever is thrown",
    body: "const kept = []; for (;;) try { kept.push({ at: kept.length, text: 'n' + kept.length }); } catch {}",
    ends: FATAL,
  },
  {
    name: "arrays of a million fractions",
    body: "const kept = []; for (;;) kept.push(new Array(1e6).fill(0.5));",
    ends: FATAL,
  },
  {
    name: "an array of a hundred million places, filled from its end",
    body: "const places = new Array(1e8); for (let at = places.length; at-- > 0; ) places[at] = at;",
    ends: FATAL,
  },
  {
    name: "texts that JSON has copied",
    body: "const kept = []; for (;;) { const text = 'y'.repeat(1e6) + kept.length; kept.push(JSON.parse(JSON.stringify(text))); }",
    ends: FATAL,
  },
  {
    name: "JSON of a large text, kept again and again",
    body: "const large = { text: 'y'.repeat(5e7) }; const kept = []; for (;;) kept.push(JSON.stringify(large));",
    ends: ["threw", ...FATAL],
  },
  {
    name: "a map that grows",
    body: "const kept = new Map(); for (let key = 0; ; key++) kept.set(key, key);",
    ends: ["threw", ...FATAL],
  },
  {
    name: "a set that grows",
    body: "const kept = new Set(); for (let key = 0; ; key++) kept.add('n' + key);",
    ends: ["threw", ...FATAL],
  },
  {
    name: "an object whose keys grow in number",
    body: "const kept = {}; for (let key = 0; ; key++) kept['n' + key] = key;",
    ends: FATAL,
  },
  {
    name: "symbols of the registry",
    body: "const kept = []; for (let key = 0; ; key++) kept.push(Symbol.for('n' + key));",
    ends: FATAL,
  },
  {
    name: "functions made of text",
    body: "const kept = []; for (let key = 0; ; key++) kept.push(new Function('return ' + key));",
    ends: FATAL,
  },
  {
    name: "errors with long stacks and messages",
    body: "Error.stackTraceLimit = 1e9; const kept = []; const down = (left) => (left > 0 ? down(left - 1) : new Error('y'.repeat(1e5))); for (;;) kept.push(down(3000).stack);",
    ends: ["threw", ...FATAL],
  },
  {
    name: "results of regular expressions with large counts",
    body: "const kept = []; for (let key = 0; ; key++) kept.push(new RegExp('(b{1,900}){1,900}' + key).exec('b'.repeat(900)));",
    ends: ["threw", ...FATAL],
  },
  {
    name: "an array spread from a text of a billion characters",
    body: "return [...'.'.repeat(1e9)].length;",
    ends: ["threw", ...FATAL],
  },
  { name: "a text that doubles", body: "let text = 'y'; for (;;) text += text;", ends: ["threw", ...HEAPED] },
  {
    name: "texts split into characters",
    body: "const kept = []; for (let key = 0; ; key++) kept.push(('y' + key).repeat(3e6).split(''));",
    ends: FATAL,
  },
];
