import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Copy } from "../../../../runtime/sip/proxy/breadth.ts";
import { type Fork, type ForkInput, newFork, stepFork } from "../../../../runtime/sip/proxy/fork.ts";

function copy(name: string): Copy {
  return { target: { uri: `sip:${name}`, hop: { type: "uri", uri: `sip:${name}` } }, maxBreadth: 1 };
}

function ended(status: number): ForkInput {
  return { type: "copy-ended", end: { status, response: null } };
}

/** What a fork over these groups does at each input: who gets a copy, or the status that goes back. */
function effects(groups: readonly (readonly string[])[], inputs: readonly ForkInput[]): (string | number | null)[] {
  let fork: Fork = newFork(groups.map((group) => group.map(copy)));
  return [{ type: "start" } as const, ...inputs].map((input) => {
    const step = stepFork(fork, input);
    fork = step.fork;
    if (step.effect === null) return null;
    if (step.effect.type === "answer") return step.effect.end.status;
    return step.effect.copies.map(({ target }) => target.uri.slice(4)).join("+");
  });
}

describe("the fork of a request that is no INVITE (RFC 3261 §16.7)", () => {
  const groupOverdue: ForkInput = { type: "group-overdue" };
  const answerOverdue: ForkInput = { type: "answer-overdue" };

  it.each<[string, readonly (readonly string[])[], readonly ForkInput[], readonly (string | number | null)[]]>([
    ["answers 480 where there is nobody", [], [], [480]],
    ["answers with the first 2xx, whatever comes after", [["a", "b"]], [ended(200), ended(202)], ["a+b", 200, null]],
    ["goes through its groups", [["a"], ["b"]], [ended(404), ended(486)], ["a", "b", 404]],
    ["waits for the whole group", [["a", "b"], ["c"]], [ended(404), ended(404), ended(200)], ["a+b", null, "c", 200]],
    ["ends with a 6xx", [["a"], ["b"]], [ended(603)], ["a", 603]],
    ["prefers a 2xx to the 6xx before it", [["a", "b"]], [ended(603), ended(200)], ["a+b", null, 200]],
    ["goes on from a silent group", [["a"], ["b"]], [groupOverdue, ended(200)], ["a", "b", 200]],
    [
      "hears a silent group all the same",
      [["a"], ["b"]],
      [groupOverdue, ended(404), ended(200)],
      ["a", "b", null, 200],
    ],
    ["says what it knows once the last group is silent", [["a", "b"]], [ended(404), groupOverdue], ["a+b", null, 404]],
    ["waits on where it knows nothing", [["a"]], [groupOverdue, ended(200)], ["a", null, 200]],
    ["answers 480 in the end", [["a"]], [groupOverdue, answerOverdue, ended(200)], ["a", null, 480, null]],
  ])("%s", (_, groups, inputs, expected) => {
    expect(effects(groups, inputs)).toEqual(expected);
  });

  it("answers once and sends no copy twice, in whatever order things happen", () => {
    const groups = fc.array(fc.array(fc.constantFrom("x"), { minLength: 1, maxLength: 4 }), { maxLength: 4 });
    const status = fc.integer({ min: 200, max: 699 });
    fc.assert(
      fc.property(
        groups,
        fc.array(fc.oneof(status, fc.constantFrom("group-overdue", "silence")), { maxLength: 40 }),
        (shape, events) => {
          let fork = newFork(shape.map((group) => group.map(copy)));
          let [open, sent, answers] = [0, 0, 0];
          const take = (input: ForkInput) => {
            const { fork: next, effect } = stepFork(fork, input);
            fork = next;
            if (effect?.type === "answer") answers++;
            if (effect?.type !== "send") return;
            open += effect.copies.length;
            sent += effect.copies.length;
          };
          take({ type: "start" });
          for (const event of events) {
            if (event === "group-overdue") take({ type: "group-overdue" });
            else if (typeof event === "number" && open > 0) {
              open--;
              take(ended(event));
            }
          }
          take({ type: "answer-overdue" });
          expect(answers).toBe(1);
          expect(sent).toBeLessThanOrEqual(shape.flat().length);
        },
      ),
    );
  });
});
