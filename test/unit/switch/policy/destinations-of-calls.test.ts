import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import type { Call } from "../../../../runtime/switch/call/call.ts";
import { ScriptBounds } from "../../../../runtime/switch/originate/script-bounds.ts";
import { forward, voicemail } from "../../../../sdk/index.ts";
import { faults } from "../call/scripted.ts";
import { connect, DOMAIN } from "../call/world.ts";
import { dial, policyWorld, talk } from "./policy-world.ts";

const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };
const GERMANY = { destinations: { countries: ["DE"] } };
const PUBLIC = { route: { public: true } };

describe("A target outside of the policy", () => {
  it("is refused before anything leaves, and the plan goes on to its next step", async () => {
    const { world } = await policyWorld(
      GERMANY,
      { invite: () => [forward("sip:+33123456789@203.0.113.1"), forward("bob")] },
      PUBLIC,
    );
    const gateway = world.phone("gateway");
    const bob = world.registered("bob");
    talk(world, bob);
    expect(gateway.received).toEqual([]);
    expect(world.observer.limits).toEqual(["destination: country FR is not allowed"]);
    expect(world.calls.list()[0]?.legs.map(({ target }) => target)).toEqual(["bob"]);
  });

  it("is one attempt of failed, with the reason for the script alone, and an event of its own", async () => {
    const { world, notices } = await policyWorld(
      GERMANY,
      {
        invite: () => [forward("sip:+33123456789@203.0.113.1"), forward("sip:0123@203.0.113.1")],
        limit: () => undefined,
        failed: () => undefined,
      },
      PUBLIC,
    );
    const gateway = world.phone("gateway");
    expect(dial(world)).toBe("403 Forbidden");
    expect(gateway.received).toEqual([]);
    expect(world.scripts.events).toEqual([
      { type: "invite" },
      { type: "limit", limit: "destination", detail: "country FR is not allowed" },
      { type: "limit", limit: "destination", detail: "numbers without + and country code are not allowed" },
      {
        type: "failed",
        code: 403,
        reason: "Forbidden",
        attempts: [
          {
            target: "sip:+33123456789@203.0.113.1",
            uri: null,
            code: 403,
            reason: "policy: country FR is not allowed",
          },
          expect.objectContaining({ reason: "policy: numbers without + and country code are not allowed" }),
        ],
      },
    ]);
    expect(notices).toEqual([{ script: "main", limit: "destination", detail: "country FR is not allowed", count: 1 }]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("lets the others of the same step ring", async () => {
    const { world } = await policyWorld(
      GERMANY,
      { invite: () => forward(["sip:+33123456789@203.0.113.1", "sip:+4930123456@203.0.113.1"]) },
      PUBLIC,
    );
    const gateway = world.phone("gateway");
    dial(world);
    expect(gateway.take("INVITE").uri).toBe("sip:+4930123456@203.0.113.1");
    expect(gateway.count("INVITE")).toBe(1);
  });

  it("is a user, too, where users are not allowed", async () => {
    const { world } = await policyWorld({ destinations: { users: false } }, { invite: () => forward("bob") });
    const bob = world.registered("bob");
    expect([dial(world), bob.count("INVITE")]).toEqual(["480 Temporarily Unavailable", 0]);
    expect(world.observer.cdrs[0]?.legs).toMatchObject([{ code: 403 }]);
  });

  it("is refused to whoever decides in place of the script, and to calls that were up before the policy", async () => {
    const { world, policing } = await policyWorld(null, { invite: () => [forward("bob")] }, PUBLIC);
    const gateway = world.phone("gateway");
    world.registered("bob");
    dial(world);
    policing.apply("main", GERMANY);
    world.calls.decide(world.calls.list()[0]?.id ?? "", forward("sip:+33123456789@203.0.113.1"));
    world.run(100);
    expect(gateway.received).toEqual([]);
    expect(world.observer.cdrs[0]?.legs.at(-1)).toMatchObject({
      code: 403,
      reason: "policy: country FR is not allowed",
    });
  });

  it("may be what the handler of limit replaces by another plan", async () => {
    const { world } = await policyWorld(
      GERMANY,
      { invite: () => [forward("sip:+33123456789@203.0.113.2"), forward("bob")], limit: () => forward("alice") },
      PUBLIC,
    );
    world.registered("bob");
    const alice = world.registered("alice");
    dial(world);
    expect(alice.count("INVITE")).toBe(1);
    expect(world.observer.dropped).toEqual([]);
  });

  it("ends a handler that runs into it again and again", async () => {
    const again = () => forward("sip:+33123456789@203.0.113.1");
    const { world } = await policyWorld(GERMANY, { invite: again, limit: again }, PUBLIC);
    dial(world);
    world.run(5000);
    expect(world.scripts.names.filter((name) => name === "limit").length).toBeLessThanOrEqual(16);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("is not refused to the fallback of the route, which is the operator's", async () => {
    const fallback = [forward("sip:+33123456789@203.0.113.1")];
    const { world } = await policyWorld(GERMANY, { invite: () => faults() }, { route: { public: true, fallback } });
    const gateway = world.phone("gateway");
    dial(world);
    expect(gateway.count("INVITE")).toBe(1);
  });

  it("is refused again to a script that fails and then decides", async () => {
    const fallback = [forward("nobody")];
    const script = { invite: () => faults(), failed: () => forward("sip:+33123456789@203.0.113.1") };
    const { world } = await policyWorld(GERMANY, script, { route: { public: true, fallback } });
    const gateway = world.phone("gateway");
    dial(world);
    expect(gateway.received).toEqual([]);
    expect(world.observer.limits).toHaveLength(1);
  });

  it("does not concern another script, nor this one once it has no policy", async () => {
    const script = { invite: () => forward("sip:+33123456789@203.0.113.1") };
    const { world, policing } = await policyWorld(GERMANY, script, { route: { public: true, script: "other" } });
    const gateway = world.phone("gateway");
    dial(world);
    expect(gateway.count("INVITE")).toBe(1);
    policing.apply("other", GERMANY);
    dial(world);
    expect(gateway.count("INVITE")).toBe(1);
    policing.apply("other", null);
    dial(world);
    expect(gateway.count("INVITE")).toBe(2);
  });
});

describe("A call that a script begins", () => {
  const BY = { script: "main", domain: DOMAIN, mayLeave: true };

  it("calls nobody first whom the policy does not allow, and says so", async () => {
    const { world } = await policyWorld(GERMANY, { invite: () => forward("bob") }, { hasAudio: true });
    const from = "sip:+33123456789@203.0.113.9";
    expect(() => world.calls.originate({ from, script: "main" }, BY)).toThrow(/outside of the policy.*country FR/);
    expect(world.sw.index.size).toBe(0);
  });

  it("reaches nobody else, not even where the handler fails that had to decide", async () => {
    const { world } = await policyWorld(GERMANY, { invite: () => faults() }, { hasAudio: true });
    const alice = world.registered("alice");
    const gateway = world.phone("gateway");
    world.calls.originate({ from: "alice", to: `sip:+33123456789@${gateway.address}`, script: "main" }, BY);
    await world.pass(50);
    const offered = alice.take("INVITE");
    alice.answer(offered, 200, { body: offered.body });
    await world.pass(500);
    expect(gateway.received).toEqual([]);
    expect(world.observer.limits).toEqual(["destination: country FR is not allowed"]);
    expect(world.observer.cdrs).toMatchObject([{ direction: "outbound", script: "main" }]);
  });

  it("may be one of fewer, or of more, than those of scripts without a policy", () => {
    const own = { bold: { max: 3 }, shy: { perMinute: 1 } };
    const bounds = new ScriptBounds({ max: 2, perMinute: 2 }, new VirtualClock(), (name) => own[name as "bold"] ?? {});
    const calls = ["bold", "bold", "other", "other"].map((originator) => ({ state: { originator } }) as Call);
    bounds.note("shy");
    expect(() => bounds.check("bold", calls)).not.toThrow();
    expect(() => bounds.check("shy", [])).toThrow("originate.perMinute of its policy");
    expect(() => bounds.check("other", calls)).toThrow("limits.originate.max");
  });

  it("counts, and is refused like any other", async () => {
    const { world, notices } = await policyWorld(
      { dailyBudget: { calls: 1 } },
      { invite: () => voicemail("bob") },
      { hasAudio: true },
    );
    world.registered("alice");
    world.calls.originate({ from: "alice", script: "main" }, BY);
    expect(() => world.calls.originate({ from: "alice", script: "main" }, BY)).toThrow(/the 1 calls of 2026-01-01/);
    expect(notices).toMatchObject([{ limit: "daily-calls", count: 1 }]);
    expect(world.sw.index.size).toBe(1);
  });
});

describe("A call whose target is allowed", () => {
  it("is connected", async () => {
    const { world } = await policyWorld(GERMANY, { invite: () => forward("sip:+4930123456@203.0.113.1") }, PUBLIC);
    const gateway = world.phone("gateway");
    connect(world, world.phone("carol"), gateway);
    expect(world.calls.list()).toMatchObject([{ state: "answered" }]);
    expect(world.observer.limits).toEqual([]);
  });
});
