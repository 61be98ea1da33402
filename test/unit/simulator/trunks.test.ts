import { describe, expect, it } from "vitest";
import { simulate } from "../../../runtime/simulator/index.ts";
import "../../../runtime/simulator/vitest.ts";
import { forward, reject, trunk, voicemail } from "../../../sdk/index.ts";
import { kv } from "../../../sdk/kv.ts";
import type { Script } from "../../../sdk/script.ts";

const NUMBER = "+15551234567";
const TRUNKS = { cheap: { numbers: ["+1*"] }, good: {} };

/** Calls from trunks go to alice, all others where they want to go. */
const office: Script = {
  invite: (call) => (call.trunk === null ? forward(call.to.user) : forward("alice", { ringSeconds: 20 })),
};

describe("a simulated trunk", () => {
  it("takes a call to a number that it is for, and whoever is called rings", async () => {
    const call = simulate(office, { trunks: TRUNKS }).invite({ to: NUMBER, from: "bob" });
    await call.rings("trunk:cheap");
    expect(call).toHaveRung([NUMBER]);
    await call.answers("trunk:cheap");
    expect(call).toBeConnectedTo(NUMBER);
    expect(call).toHaveLeftBy("cheap");
    await call.hangsUp();
    await call.ends();
    expect(call.cdr).toMatchObject({ result: "answered", trunk: "cheap" });
  });

  it("takes any number of calls at once", async () => {
    const simulation = simulate(office, { trunks: TRUNKS });
    const calls = ["alice", "bob", "carol"].map((from) => simulation.invite({ to: NUMBER, from }));
    for (const call of calls) {
      await call.rings(NUMBER);
      await call.answers();
      expect(call).toBeConnectedTo(NUMBER);
    }
  });

  it("is passed over for the next one while it is down, and used again when it is up", async () => {
    const simulation = simulate(office, { trunks: TRUNKS });
    await simulation.trunk("cheap").goesDown();
    expect(simulation.trunk("cheap").isUp).toBe(false);
    const call = simulation.invite({ to: NUMBER, from: "bob" });
    await call.rings("trunk:good");
    expect(call).toHaveLeftBy("good");
    await simulation.trunk("cheap").comesUp();
    const next = simulation.invite({ to: NUMBER, from: "alice" });
    await next.rings("trunk:cheap");
  });

  it("that falls silent or refuses is left for the next one", async () => {
    const simulation = simulate(office, { trunks: TRUNKS });
    simulation.trunk("cheap").fallsSilent();
    const call = simulation.invite({ to: NUMBER, from: "bob" });
    await call.rings("trunk:good");
    expect(call).toHaveLeftBy("cheap", "good");
    simulation.trunk("cheap").refuses(503);
    const next = simulation.invite({ to: NUMBER, from: "alice" });
    await next.rings("trunk:good");
    expect(next).toHaveLeftBy("cheap", "good");
    simulation.trunk("cheap").accepts();
    const last = simulation.invite({ to: NUMBER, from: "carol" });
    await last.rings("trunk:cheap");
  });

  it("that says that a number is busy is the end of it", async () => {
    const simulation = simulate(office, { trunks: TRUNKS });
    simulation.trunk("cheap").refuses(486);
    const call = simulation.invite({ to: NUMBER, from: "bob" });
    await call.ends();
    expect(call).toBeRejectedWith(486);
    expect(call).toHaveLeftBy("cheap");
  });

  it("is one that the script may name", async () => {
    const script: Script = { invite: (call) => forward(trunk("good", call.to.user)) };
    const call = simulate(script, { trunks: TRUNKS }).invite({ to: NUMBER, from: "bob" });
    await call.rings("trunk:good");
  });

  it("brings calls of the telephone network, with the trunk and the number", async () => {
    const script: Script = {
      invite: (call) => {
        console.log(call.trunk, call.to.user, call.from.user);
        return [forward("alice", { ringSeconds: 20 }), voicemail("alice")];
      },
    };
    const simulation = simulate(script, { trunks: TRUNKS });
    const call = simulation.invite({ to: "+4930123456", from: "+33612345678", trunk: "good" });
    await call.rings("alice");
    expect(call.logs.map(({ text }) => text)).toEqual(["good +4930123456 +33612345678"]);
    await call.answers();
    expect(call).toBeConnectedTo("alice");
    const other = simulation.invite({ to: "+4930123456", from: "+33612345679", trunk: "good" });
    await other.rings("alice").then(undefined, () => undefined);
    expect(other.facts.call?.state.trunk?.name).toBe("good");
  });

  it("has several gateways, one of which goes down alone", async () => {
    const gateways = [{ uri: "sip:a.example.net" }, { uri: "sip:b.example.net", priority: 10 }];
    const simulation = simulate(office, { trunks: { pair: { gateways } } });
    await simulation.trunk("pair").goesDown({ gateway: "sip:a.example.net" });
    expect(simulation.trunk("pair").isUp).toBe(true);
    const call = simulation.invite({ to: NUMBER, from: "bob" });
    await call.rings("trunk:pair");
    expect(call.timeline).not.toContain("a.example.net;lr");
  });

  it("registers where it is declared so, and scripts hear of it", async () => {
    const script: Script = {
      invite: () => reject(404),
      async trunk(event) {
        await kv.set(`${event.state} ${event.gateway}`, event.trunk);
      },
    };
    const simulation = simulate(script, { trunks: { carrier: { username: "4711", password: "x", register: true } } });
    await simulation.advance(1);
    expect(await simulation.kv()).toEqual({ "registered sip:carrier.example.net": "carrier" });
  });
});

describe("the trunk event of a simulation", () => {
  const diary: Script = {
    invite: () => reject(404),
    async trunk(event) {
      const lines = ((await kv.get("diary")) ?? []) as string[];
      await kv.set("diary", [...lines, `${event.trunk} ${event.state} ${event.code}`]);
    },
  };

  it("comes when a trunk goes down and comes back, one after the other", async () => {
    const simulation = simulate(diary, { trunks: TRUNKS });
    await simulation.trunk("cheap").goesDown();
    await simulation.trunk("cheap").comesUp();
    expect(await simulation.kv()).toEqual({ diary: ["cheap down null", "cheap up null"] });
  });

  it("comes when a test says so", async () => {
    const simulation = simulate(diary, { trunks: TRUNKS });
    await simulation.trunk("good").tells("failed", { code: 401, reason: "the registrar answers 401" });
    expect(await simulation.kv()).toEqual({ diary: ["good failed 401"] });
  });

  it("does not come to a script that has no handler", async () => {
    const simulation = simulate(office, { trunks: TRUNKS });
    await simulation.trunk("good").tells("failed");
    expect(simulation.timeline.toString()).not.toContain("event trunk");
  });
});

describe("what is wrong with trunks of a simulation", () => {
  it("is said with the trunk and the field", () => {
    expect(() => simulate(office, { trunks: { "a b": {} } })).toThrow(/trunks: "a b": a trunk's name has/);
    expect(() => simulate(office, { trunks: { a: { numbers: ["x{"] } } })).toThrow(/trunks: "a": numbers\[0\]/);
    expect(() => simulate(office, { trunks: TRUNKS }).trunk("other")).toThrow(
      'There is no trunk "other"; simulate(script, { trunks: … }) names "cheap", "good"',
    );
    expect(() => simulate(office).trunk("other")).toThrow(/names none/);
    expect(() => simulate(office, { trunks: TRUNKS }).trunk("good").refuses(503, { gateway: "sip:x" })).toThrow(
      'The trunk "good" has no gateway "sip:x"; it has "sip:good.example.net"',
    );
  });
});
