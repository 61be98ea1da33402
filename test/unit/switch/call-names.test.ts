import { describe, expect, it } from "vitest";
import type { Call } from "../../../runtime/switch/call/call.ts";
import { CallNames } from "../../../runtime/switch/call-names.ts";

/** Names ask nothing of a call. */
const call = () => ({}) as Call;

describe("The names of a call", () => {
  it("all go with it, however many it has been given", () => {
    const [names, one, other] = [new CallNames(), call(), call()];
    for (const name of ["a", "b", "c"]) names.set(name, one);
    names.set("d", other);
    names.forget(one);
    expect([names.size, names.get("a"), names.get("d")]).toEqual([1, undefined, other]);
  });

  it("stay where they have become those of another call", () => {
    const [names, one, other] = [new CallNames(), call(), call()];
    names.set("a", one);
    names.set("a", other);
    names.forget(one);
    expect(names.get("a")).toBe(other);
    names.forget(other);
    expect(names.size).toBe(0);
  });
});
