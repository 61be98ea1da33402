/** Bombs that never end by themselves. */
import { type Bomb, STOPPED } from "./bomb.ts";

export const endless: readonly Bomb[] = [
  { name: "an endless loop", body: "for (;;);", ends: STOPPED },
  {
    name: "an endless loop that catches what ends it, and loops on in finally",
    body: "for (;;) { try { for (;;); } catch {} finally { for (;;); } }",
    ends: STOPPED,
  },
  {
    name: "a regular expression with nested repetition",
    body: "return /^(\\w+)+$/.test('w'.repeat(45) + '-');",
    ends: STOPPED,
  },
  {
    name: "a regular expression whose repetitions overlap",
    body: "return /(.*x.*x)+y/.test('x'.repeat(70));",
    ends: STOPPED,
  },
  {
    name: "a microtask that starts the next",
    body: "const next = () => { Promise.resolve().then(next); }; next();",
    ends: STOPPED,
  },
  {
    name: "an async function that awaits for ever what is there already",
    body: "(async () => { for (;;) await undefined; })();",
    ends: STOPPED,
  },
  {
    name: "microtasks that double",
    body: "const two = () => { Promise.resolve().then(two); Promise.resolve().then(two); }; two();",
    ends: STOPPED,
  },
  {
    name: "a thenable that resolves to itself",
    body: "const again = { then(done) { done(again); } }; Promise.resolve(again);",
    ends: STOPPED,
  },
  {
    name: "thenables that each resolve to another",
    body: "const another = () => ({ then(done) { done(another()); } }); return (async () => await another())();",
    ends: STOPPED,
  },
  {
    name: "a comparison that never ends, within sort",
    body: "return Array.from({ length: 1000 }, (_, at) => 1000 - at).sort(() => { for (;;); });",
    ends: STOPPED,
  },
  {
    name: "an async generator that yields for ever",
    body: "async function* ticks() { for (;;) yield 0; } return (async () => { for await (const _ of ticks()); })();",
    ends: STOPPED,
  },
  {
    name: "formats of dates, made and thrown away",
    body: "for (;;) new Intl.DateTimeFormat('en', { dateStyle: 'full' }).format(0);",
    ends: ["timeout", "memory"],
  },
  {
    name: "a wait on shared memory",
    body: "Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0);",
    ends: ["threw"],
  },
  {
    name: "a wait on shared memory that is told by a promise",
    body: "return Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(8)), 0, 0, 1e9).value;",
    ends: ["threw"],
  },
  {
    name: "a callback of the collector that loops",
    body: "const seen = new FinalizationRegistry(() => { for (;;); }); for (let k = 0; k < 1e5; k++) seen.register({}, k);",
    ends: ["threw"],
  },
];
