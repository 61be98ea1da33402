/** What happens around the switch, as text: a line for each step, so that a failure can be read, cut and written by hand. */
import fc from "fast-check";

/** `alice request 3 1f00ab 9`: who, what, which one of it, and changes to what is sent. */
export interface Step {
  readonly who: string;
  readonly what: What;
  readonly which: number;
  readonly changes: readonly number[];
}

/**
 * `request`: one out of dialogs; `call`: an INVITE of whom the switch knows; `within`: within the call of carol and dave, by
 * either; `answer`: to the last request that came; `again`: what was sent last; `published`: one of the messages of others; `decide`: a decision
 * of an operator on a call.
 */
const WHATS = ["request", "call", "within", "answer", "ack", "cancel", "again", "published", "decide", "time"] as const;
type What = (typeof WHATS)[number];

export const PHONES = ["alice", "bob", "carol", "dave", "mallory"];
const MOST_STEPS = 24;

const change = fc.integer({ min: 0, max: 0xffffffff });
const step = fc
  .tuple(
    fc.constantFrom(...PHONES),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant("request" as const) },
      { weight: 6, arbitrary: fc.constantFrom("call", "within", "answer", "answer") },
      { weight: 2, arbitrary: fc.constantFrom(...WHATS) },
    ),
    fc.integer({ min: 0, max: 999 }),
    fc.oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) },
    ),
  )
  .map(([who, what, which, changes]) => [who, what, which, ...changes.map((number) => number.toString(16))].join(" "));

export const stepsText: fc.Arbitrary<string> = fc.noBias(
  fc.array(step, { minLength: 1, maxLength: MOST_STEPS, size: "max" }).map((lines) => lines.join("\n")),
);

/** What is no step is passed over. */
export function readSteps(text: string): Step[] {
  return text
    .split("\n")
    .slice(0, MOST_STEPS)
    .flatMap((line) => {
      const [who = "", what = "", which = "", ...changes] = line.split(" ");
      const known = WHATS.find((name) => name === what);
      if (!PHONES.includes(who) || known === undefined) return [];
      const numbers = changes
        .map((text) => Number.parseInt(text, 16))
        .filter((number) => number >= 0 && number <= 0xffffffff);
      return [{ who, what: known, which: Number.parseInt(which, 10) || 0, changes: numbers }];
    });
}
