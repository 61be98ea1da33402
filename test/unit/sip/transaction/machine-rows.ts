/** Compares a machine with a list of its rows: what is not in the list must change nothing. */
import { expect, it } from "vitest";
import type { AnyMachine } from "../../../../runtime/sip/transaction/machine.ts";

export type Row<State, Input, Effect> = readonly [state: State, input: Input, next: State, effects: readonly Effect[]];

export function itHasRows<Effect extends string>(
  machine: AnyMachine<Effect>,
  rows: readonly Row<string, string, Effect>[],
): void {
  it.each(rows)("in %s takes %s to %s", (state, input, next, effects) => {
    expect(machine.states[state]?.[input]).toEqual({ next, effects });
  });

  const listed = new Set(rows.map(([state, input]) => `${state} ${input}`));
  const others = Object.entries(machine.states).flatMap(([state, row]) =>
    Object.keys(row)
      .filter((input) => !listed.has(`${state} ${input}`))
      .map((input) => [state, input] as const),
  );
  it.each(others)("in %s ignores %s", (state, input) => {
    expect(machine.states[state]?.[input]).toBeNull();
  });

  it("never leaves the terminated state", () => {
    expect(Object.values(machine.states.terminated ?? {}).every((step) => step === null)).toBe(true);
  });

  it("tells its user last, when everything of its own is done", () => {
    const told = /^(pass|pass-ack|timeout|transport-failure|stray|refuse-second-final)$/;
    const all = Object.values(machine.states).flatMap((row) => Object.values(row));
    for (const step of [machine.initial, ...all]) {
      const index = step?.effects.findIndex((effect) => told.test(effect)) ?? -1;
      if (index >= 0)
        expect(step?.effects.slice(index + 1).filter((effect) => effect !== "forget-request")).toEqual([]);
    }
  });
}
