import { describe, expect, it } from "vitest";
import { simulate } from "../../../runtime/simulator/index.ts";
import { accept, reject, type Script } from "../../../sdk/index.ts";

const seen: string[] = [];
const script: Script = {
  invite: () => reject(404),
  register(event) {
    if (!event.source.startsWith("192.0.2.")) return reject(403);
    return event.userAgent === "mobile" ? accept({ expiresSeconds: 60, maxContacts: 1 }) : undefined;
  },
  registered: (event) => void seen.push(`${event.user} in ${event.contact}`),
  unregistered: (event) => void seen.push(`${event.user} out ${event.reason}`),
};

describe("a script that is told of registrations in a simulation", () => {
  it("says who may register, and for how long", async () => {
    const simulation = simulate(script);
    expect(await simulation.register("alice")).toEqual({ type: "reject", code: 403 });
    expect(await simulation.register("alice", { source: "192.0.2.4:5060" })).toBeUndefined();
    expect(await simulation.register("alice", { source: "192.0.2.4:5060", userAgent: "mobile" })).toEqual({
      type: "accept",
      expiresSeconds: 60,
      maxContacts: 1,
    });
  });

  it("hears of contacts that are new, and of those that are gone", async () => {
    const simulation = simulate(script);
    await simulation.registered("alice", { contact: "sip:alice@192.0.2.4" });
    await simulation.unregistered("alice", { reason: "expired" });
    expect(seen).toEqual(["alice in sip:alice@192.0.2.4", "alice out expired"]);
  });

  it("fails the test where it says something else", async () => {
    const simulation = simulate({ ...script, register: () => ({ type: "accept", expiresSeconds: 5 }) });
    await expect(simulation.register("alice")).rejects.toThrow(/expiresSeconds/);
  });
});
