/** Bombs that go too deep. */
import { type Bomb, FATAL } from "./bomb.ts";

export const depth: readonly Bomb[] = [
  { name: "a function that calls itself", body: "const down = () => 1 + down(); return down();", ends: ["threw"] },
  {
    name: "a function that calls itself again in finally",
    body: "const down = () => { try { down(); } finally { down(); } }; down();",
    ends: ["threw", "timeout"],
  },
  {
    name: "an array of a million levels, as JSON",
    body: "let nest = 0; for (let k = 0; k < 1e6; k++) nest = [nest]; return JSON.stringify(nest).length;",
    ends: ["threw", ...FATAL],
  },
  {
    name: "JSON of five million levels",
    body: "return JSON.parse('['.repeat(5e6));",
    ends: ["threw", ...FATAL],
  },
  {
    name: "a regular expression of a million groups",
    body: "return new RegExp('('.repeat(1e6) + ')'.repeat(1e6)).source.length;",
    ends: ["threw", ...FATAL],
  },
  {
    name: "source text of a million brackets",
    body: "return (0, eval)('('.repeat(1e6) + '7' + ')'.repeat(1e6));",
    ends: ["threw", ...FATAL],
  },
  {
    name: "source text of two million sums",
    body: "return (0, eval)('0' + '+0'.repeat(2e6));",
    ends: ["threw", ...FATAL],
  },
  {
    name: "an array of a hundred thousand levels, as text",
    body: "let nest = []; for (let k = 0; k < 1e5; k++) nest = [nest]; return String(nest).length;",
    ends: ["threw", ...FATAL],
  },
  {
    name: "a generator that delegates to itself",
    body: "function* down() { yield* down(); } return [...down()].length;",
    ends: ["threw", ...FATAL],
  },
];
