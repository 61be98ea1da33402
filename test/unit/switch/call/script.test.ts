import { describe, expect, it } from "vitest";
import { Side } from "../../../../runtime/simulator/network/phone.ts";
import { forward, hangup, redirect, reject, tag } from "../../../../sdk/index.ts";
import { faults, type Handlers, later, never } from "./scripted.ts";
import { connect, DOMAIN, World, type WorldOptions } from "./world.ts";

const TO = `sip:100@${DOMAIN}`;
const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

function scripted(script: Handlers, route: WorldOptions["route"] = {}) {
  const world = new World({ script, route });
  return { world, carol: world.phone("carol"), bob: world.registered("bob") };
}

describe("a plan", () => {
  it.each([
    ["reject", reject(403, { reason: "No way", headers: { "X-Why": "rules" } }), 403],
    ["redirect", redirect(["sip:a@x.example", "sip:b@x.example"]), 302],
    ["hangup", hangup({ reason: "closed" }), 480],
    ["nothing but labels", tag({ a: "1" }), 480],
  ])("of %s answers the caller", (_what, plan, code) => {
    const { world, carol } = scripted({ invite: () => plan });
    carol.invite(TO);
    world.run(50);
    expect(carol.kinds).toEqual([`${code} INVITE`]);
    expect(world.observer.cdrs).toMatchObject([{ code, result: "failed", endedBy: "switch" }]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("goes on where a step has failed, and raises failed once, with all attempts, when it has run out", () => {
    const attempts: unknown[] = [];
    const { world, carol, bob } = scripted({
      invite: () => [tag({ seen: "yes" }), forward("bob"), forward("nobody")],
      failed: (_call, event) => {
        attempts.push(event);
        return forward("dave");
      },
    });
    carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 486, { reason: "Busy Here" });
    world.run(50);
    expect(attempts).toEqual([
      {
        type: "failed",
        code: 486,
        reason: "Busy Here",
        attempts: [
          { target: "bob", uri: `sip:bob@${bob.address}:5060`, code: 486, reason: "Busy Here" },
          { target: "nobody", uri: null, code: 404, reason: "Not Found" },
        ],
      },
    ]);
    expect(carol.count("486 INVITE")).toBe(1);
    expect(world.observer.cdrs[0]).toMatchObject({ tags: { seen: "yes" }, code: 486 });
    expect(world.observer.cdrs[0]?.legs).toHaveLength(3);
  });

  it("that failed leaves as it is ends with the best response", () => {
    const { world, carol, bob } = scripted({ invite: () => forward("bob"), failed: () => undefined });
    carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 600);
    world.run(50);
    expect(carol.count("600 INVITE")).toBe(1);
  });

  it("that takes the place of another gives up what rings, and that is not what the caller hears of", () => {
    const { world, carol, bob } = scripted({
      invite: () => forward("bob"),
      ringing: () => forward("nobody"),
    });
    carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 180);
    world.run(50);
    expect(bob.count("CANCEL")).toBe(1);
    expect(carol.count("480 INVITE")).toBe(1);
    expect(world.observer.cdrs[0]?.legs.map(({ code }) => code)).toEqual([487, 404]);
  });

  it("of labels alone leaves what rings alone", () => {
    const { world, carol, bob } = scripted({ invite: () => forward("bob"), ringing: () => tag({ rang: "yes" }) });
    carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 180);
    world.run(50);
    expect(bob.count("CANCEL")).toBe(0);
    expect(world.calls.list()[0]).toMatchObject({ state: "ringing", tags: { rang: "yes" } });
  });

  it("may end an answered call, and cannot redirect it any more", () => {
    const { world, carol, bob } = scripted({
      invite: () => forward("bob"),
      answered: () => redirect("sip:dave@example.com"),
      info: () => hangup({ reason: 'said "enough"' }),
    });
    const talk = connect(world, carol, bob);
    expect(world.observer.faults).toMatchObject([{ handler: "answered", reason: "invalid-decision" }]);
    talk.callee.request("INFO");
    world.run(50);
    expect(carol.take("BYE").header("Reason")).toBe(`SIP;cause=200;text="said 'enough'"`);
    expect(bob.count("BYE")).toBe(1);
  });
});

describe("a script that fails", () => {
  const failing: [string, NonNullable<Handlers["invite"]>][] = [
    ["throws", () => faults("threw")],
    ["runs out of time", () => faults("timeout")],
    ["returns nothing for an INVITE", () => undefined],
    ["returns what is no decision", () => later(1, { type: "dance" })],
    ["returns a decision with a wrong field", () => later(1, { type: "reject", code: 200 })],
  ];
  it.each(failing)("and %s: the fallback of the route is done", (_what, invite) => {
    const { world, carol, bob } = scripted({ invite }, { fallback: [forward("bob")] });
    carol.invite(TO);
    world.run(50);
    expect(bob.count("INVITE")).toBe(1);
    expect(world.observer.faults).toHaveLength(1);
  });

  it("without a fallback ends the call with 500", () => {
    const { world, carol } = scripted({ invite: () => faults() });
    carol.invite(TO);
    world.run(50);
    expect(carol.kinds).toEqual(["500 INVITE"]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("at failed gets the fallback once, and then the best response", () => {
    const { world, carol, bob } = scripted(
      { invite: () => forward("bob"), failed: () => faults() },
      { fallback: [forward("nobody")] },
    );
    carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 486);
    world.run(50);
    expect(carol.count("486 INVITE")).toBe(1);
    expect(world.observer.cdrs[0]?.legs).toHaveLength(2);
  });

  it("at an event that asks for nothing changes nothing", () => {
    const { world, carol, bob } = scripted({ invite: () => forward("bob"), ringing: () => faults("crashed") });
    connect(world, carol, bob);
    expect(world.observer.faults).toHaveLength(1);
    expect(world.sw.index.size).toBe(1);
  });

  it("is not there at all: the fallback is done", () => {
    const world = new World({ route: { fallback: [reject(404)] } });
    world.scripts.missing = { reason: "missing", message: "There is no script main." };
    const carol = world.phone("carol");
    carol.invite(TO);
    world.run(50);
    expect(carol.count("404 INVITE")).toBe(1);
    expect(world.observer.faults).toMatchObject([{ reason: "missing" }]);
    expect(world.scripts.events).toEqual([]);
  });
});

describe("a decision that comes too late", () => {
  it("after the caller has given up is dropped", () => {
    const { world, carol, bob } = scripted({ invite: () => later(500, forward("bob")) });
    const invite = carol.invite(TO);
    world.run(100);
    carol.cancel(invite);
    world.run(1000);
    expect(bob.count("INVITE")).toBe(0);
    expect(world.observer.dropped).toEqual(["invite"]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("after the API has decided is dropped", () => {
    const { world, carol, bob } = scripted({ invite: () => later(500, reject(403)) });
    carol.invite(TO);
    world.run(100);
    world.calls.decide(world.calls.list()[0]?.id ?? "", forward("bob"));
    world.run(450);
    expect([bob.count("INVITE"), carol.count("403 INVITE")]).toEqual([1, 0]);
    expect(world.observer.dropped).toEqual(["invite"]);
  });

  it("because another handler has changed the plan is dropped", () => {
    const { world, carol, bob } = scripted({
      invite: () => forward("bob"),
      ringing: () => forward("dave"),
      progress: () => reject(403),
      failed: () => later(100, undefined),
    });
    carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    bob.answer(offered, 180);
    bob.answer(offered, 183);
    world.run(50);
    expect(world.observer.dropped).toContain("progress");
    expect(carol.count("403 INVITE")).toBe(0);
  });
});

describe("the events of one call", () => {
  it("are handled one at a time and in order", () => {
    const { world, carol, bob } = scripted({
      invite: () => forward("bob"),
      ringing: () => later(400),
      progress: () => later(10),
      answered: () => later(300),
      bye: () => later(20),
      ended: () => later(5),
    });
    carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    bob.answer(offered, 180);
    world.run(10);
    bob.answer(offered, 183);
    world.run(10);
    bob.answer(offered, 200);
    world.run(1000);
    Side.ofCallee(bob, offered).request("BYE");
    world.run(1000);
    expect(world.scripts.names).toEqual(["invite", "ringing", "progress", "answered", "bye", "ended"]);
    expect(world.scripts.mostRunning).toBe(1);
  });

  it("reach the script only where it handles them", () => {
    const { world, carol, bob } = scripted({ invite: () => forward("bob"), ended: () => undefined });
    const talk = connect(world, carol, bob);
    talk.caller.request("BYE");
    world.run(50);
    expect(world.scripts.names).toEqual(["invite", "ended"]);
  });

  it("that end the call are not held up by a handler that hangs", () => {
    const { world, carol, bob } = scripted({
      invite: () => forward("bob"),
      answered: () => never,
      bye: () => never,
      ended: () => undefined,
    });
    const talk = connect(world, carol, bob);
    talk.caller.request("BYE");
    world.run(1000);
    expect(world.scripts.names).toEqual(["invite", "answered", "bye", "ended"]);
    expect(world.scripts.aborted).toHaveLength(2);
    expect(world.scripts.running).toBe(0);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("tell of the end even while the decision is still out", () => {
    const { world, carol } = scripted({ invite: () => never, cancel: () => undefined, ended: () => undefined });
    const invite = carol.invite(TO);
    world.run(50);
    carol.cancel(invite, [["Reason", "SIP;cause=200"]]);
    world.run(1000);
    expect(world.scripts.events).toMatchObject([
      { type: "invite" },
      { type: "cancel", reason: "SIP;cause=200" },
      { type: "ended", cdr: { result: "cancelled" } },
    ]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("that a callee repeats without end do not keep the plan from running out", () => {
    const { world, carol, bob } = scripted({
      invite: () => forward("bob"),
      ringing: () => later(2000),
      failed: () => reject(410),
    });
    carol.invite(TO);
    world.run(50);
    const offered = bob.take("INVITE");
    for (let i = 0; i < 100; i++) bob.answer(offered, 180);
    bob.answer(offered, 486);
    world.run(200_000);
    expect(carol.count("410 INVITE")).toBe(1);
    expect(world.scripts.names.filter((name) => name === "ringing").length).toBeLessThan(70);
    expect(world.leftovers()).toEqual(NOTHING);
  });
});

describe("call.state", () => {
  it("is kept with a valid return, and not with a fault or an invalid one", () => {
    const states: string[] = [];
    const { world, carol, bob } = scripted({
      invite: (_call, _event, state) => {
        states.push(state);
        return later(1, forward("bob"), '{"n":1}');
      },
      ringing: (_call, _event, state) => {
        states.push(state);
        return later(1, { type: "dance" }, '{"n":2}');
      },
      answered: (_call, _event, state) => {
        states.push(state);
        return later(1, undefined, '{"n":3}');
      },
      ended: (_call, _event, state) => {
        states.push(state);
        return undefined;
      },
    });
    const talk = connect(world, carol, bob);
    talk.caller.request("BYE");
    world.run(50);
    expect(states).toEqual(["{}", '{"n":1}', '{"n":1}', '{"n":3}']);
  });
});
