import { OperationError, voicemail } from "strowger";
import { simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import roundRobin from "./round-robin.ts";

const NUMBER = "610";
const env = { AGENTS: "alice,bob,carol" };

describe("Sales in turn", () => {
  it("begin each call with another one, and after the last with the first again", async () => {
    const simulation = simulate(roundRobin, { env });
    for (const agent of ["alice", "bob", "carol", "alice"]) {
      const call = simulation.invite({ to: NUMBER });
      await call.answers(agent);
      expect(call).toHaveRung([agent]);
      await call.hangsUp();
      expect(call.cdr?.tags).toEqual({ agent });
    }
    expect(await simulation.kv()).toEqual({ calls: 4 });
  });

  it("pass over who is busy, and who does not answer within 12 seconds, and end in the mailbox of the first", async () => {
    const call = simulate(roundRobin, { env, kv: { calls: 1 } }).invite({ to: NUMBER });
    await call.rejects("bob");
    await call.rings("carol");
    await call.noAnswer(12);
    expect(call).toHaveRung(["bob", "carol", "alice"]);
    await call.rejects("alice");
    await call.hears("vm-greeting-busy");
    expect(call).toBeIn(voicemail("bob"));
  });

  it("do not ring who is away", async () => {
    const call = simulate(roundRobin, { env, registrations: ["carol"] }).invite({ to: NUMBER });
    await call.answers("carol");
    expect(call).toHaveRung(["carol"]);
  });

  it("ring all the same where nothing can be counted", async () => {
    const full = { "kv.increment": () => Promise.reject(new OperationError("overloaded", "too many")) };
    const call = simulate(roundRobin, { env, operations: full }).invite({ to: NUMBER });
    await call.rings("alice");
    const broken = simulate(roundRobin, { kv: { calls: "many" } }).invite({ to: NUMBER });
    await broken.answers("alice");
    expect(broken.faults).toEqual([]);
  });
});
