import { describe, expect, it } from "vitest";
import type { Field } from "../../../../runtime/simulator/network/sip-text.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { Liveness } from "../../../../runtime/switch/liveness/liveness.ts";
import { forward } from "../../../../sdk/index.ts";
import { connect, DOMAIN, World, type WorldOptions } from "../call/world.ts";
import { answersPings, pingsOf, vanish } from "./pinged.ts";

const MINUTE = 60_000;
const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

/** Two phones without session timers talk directly, and both answer. */
function talking(options: WorldOptions = {}, fields: readonly Field[] = []) {
  const world = new World({
    script: { invite: () => forward("alice"), bye: () => undefined, ended: () => undefined },
    ...options,
  });
  const carol = world.phone("carol");
  const alice = world.registered("alice");
  const talk = connect(world, carol, alice, { body: "v=0\r\no=caller", fields });
  answersPings(carol);
  answersPings(alice);
  return { world, carol, alice, ...talk };
}

describe("A side of a call that has no session timer", () => {
  it("is asked by OPTIONS within its dialog, about each quarter of an hour", () => {
    const { world, carol, alice, caller, callee } = talking();
    world.run(11 * MINUTE);
    expect([pingsOf(carol), pingsOf(alice)]).toEqual([[], []]);
    world.run(8 * MINUTE);
    const [toCaller, toCallee] = [carol.take("OPTIONS"), alice.take("OPTIONS")];
    expect([toCaller.header("From"), toCaller.header("To")]).toEqual([caller.remote, caller.local]);
    expect([toCallee.header("From"), toCallee.header("To")]).toEqual([callee.remote, callee.local]);
    expect([toCaller.uri, toCallee.uri]).toEqual([
      `sip:carol@${carol.address}:5060`,
      `sip:alice@${alice.address}:5060`,
    ]);
    world.run(2 * 60 * MINUTE);
    expect(pingsOf(carol).length).toBeGreaterThanOrEqual(6);
    expect(pingsOf(carol).length).toBeLessThanOrEqual(11);
    expect(world.calls.active).toBe(1);
  });

  it.each([200, 404, 405, 500, 501, 503])("is there where it answers with %i", (status) => {
    const { world, carol, alice } = talking();
    answersPings(carol, status);
    world.run(60 * MINUTE);
    expect([world.calls.active, carol.count("BYE"), alice.count("BYE")]).toEqual([1, 0, 0]);
  });

  it("ends the call at once where it knows nothing of it any more: the other side, the record and the script hear why", () => {
    const { world, carol, alice } = talking();
    answersPings(alice, 481);
    world.run(20 * MINUTE);
    expect(pingsOf(alice)).toHaveLength(1);
    const reason = "The called side knows nothing of the call any more";
    expect(carol.take("BYE").header("Reason")).toBe(`SIP;cause=481;text="${reason}"`);
    expect(world.observer.cdrs).toMatchObject([{ result: "answered", code: 200, reason, endedBy: "switch" }]);
    expect(world.observer.reaped).toEqual(["dialog-gone"]);
    const [bye, ended] = world.scripts.events.slice(-2);
    expect(bye).toEqual({ type: "bye", by: "switch", reason });
    expect(ended).toMatchObject({ type: "ended", cdr: { reason, endedBy: "switch" } });
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it.each(["caller", "called side"] as const)("ends the call where the %s has not answered two pings", (who) => {
    const { world, carol, alice } = talking();
    const [gone, left] = who === "caller" ? [carol, alice] : [alice, carol];
    vanish(gone);
    world.run(21 * MINUTE);
    expect(pingsOf(gone)).toHaveLength(2);
    expect(left.take("BYE").header("Reason")).toBe(`SIP;cause=408;text="The ${who} does not answer any more"`);
    expect(world.observer.reaped).toEqual(["ping-unanswered"]);
    expect(world.observer.cdrs).toMatchObject([{ reason: `The ${who} does not answer any more` }]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("ends the call where both are gone, and leaves nothing behind", () => {
    const { world, carol, alice } = talking();
    vanish(carol, alice);
    world.run(21 * MINUTE);
    expect([world.calls.active, world.observer.cdrs.length]).toEqual([0, 1]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("ends no call where one ping is lost and the next one is answered", () => {
    const { world, carol } = talking();
    let pings = 0;
    carol.onMessage = (message) => {
      if (message.method !== "OPTIONS" || message.status > 0) return;
      // Each second one is not heard, however often it comes again.
      if (message.cseq !== pings) pings = message.cseq;
      if (message.cseq % 2 === 0) carol.answer(message, 200);
    };
    world.run(3 * 60 * MINUTE);
    expect(pingsOf(carol).length).toBeGreaterThan(10);
    expect(world.calls.active).toBe(1);
  });

  it("counts as silent where a proxy on the way says 408", () => {
    const { world, carol } = talking();
    answersPings(carol, 408);
    world.run(20 * MINUTE);
    expect(pingsOf(carol)).toHaveLength(2);
    expect(world.observer.reaped).toEqual(["ping-unanswered"]);
  });

  it("has a quarter of an hour to come back where there is no way to it", () => {
    const world = new World({ script: { invite: () => forward("alice") } });
    const carol = world.phone("carol");
    const alice = world.registered("alice");
    const contact = `<sip:carol@${carol.address}:5060;transport=tcp>`;
    connect(world, carol, alice, { body: "v=0\r\no=caller", contact });
    answersPings(alice);
    carol.takeStreams(world.transport, "refused");
    world.run(26 * MINUTE);
    expect(world.calls.active).toBe(1);
    world.run(9 * MINUTE);
    expect([world.calls.active, world.observer.reaped]).toEqual([0, ["ping-unanswered"]]);
  });

  it("is not asked where it has said something by itself since", () => {
    const { world, carol, alice, caller } = talking();
    for (let minutes = 0; minutes < 60; minutes += 5) {
      world.run(5 * MINUTE);
      caller.request("INFO", { fields: [["Content-Type", "text/plain"]], body: "here" });
      world.run(50);
      alice.answer(alice.take("INFO"), 200);
    }
    expect(pingsOf(carol)).toEqual([]);
    expect(pingsOf(alice).length).toBeGreaterThan(2);
  });

  it("is not asked where it keeps a session, which ends without it", () => {
    const { world, carol, alice } = talking({}, [
      ["Supported", "timer"],
      ["Session-Expires", "1800;refresher=uac"],
    ]);
    world.run(29 * MINUTE);
    expect([pingsOf(carol), pingsOf(alice).length]).toEqual([[], expect.any(Number)]);
    expect(pingsOf(alice).length).toBeGreaterThan(0);
    world.run(2 * MINUTE);
    expect(world.observer.reaped).toEqual(["session-expired"]);
  });

  it("is not asked where nobody wants that", () => {
    const { world, carol, alice } = talking({ liveness: { pingSeconds: 0, silenceSeconds: 0 } });
    vanish(carol, alice);
    world.run(3 * 60 * MINUTE);
    expect([pingsOf(carol), pingsOf(alice), world.calls.active]).toEqual([[], [], 1]);
  });

  it("keeps a call for help up as long as the other side answers", () => {
    const world = new World({ script: { invite: () => forward("alice") }, emergency: ["100"] });
    const [bob, alice] = [world.registered("bob"), world.registered("alice")];
    const body = "v=0\r\no=caller";
    const fields: Field[] = [["Proxy-Authorization", world.credentials("bob", `sip:100@${DOMAIN}`, body)]];
    connect(world, bob, alice, { body, fields, from: `<sip:bob@${DOMAIN}>` });
    answersPings(bob);
    vanish(alice);
    world.run(60 * MINUTE);
    expect([world.calls.active, pingsOf(alice).length > 2]).toEqual([1, true]);
    vanish(bob);
    world.run(40 * MINUTE);
    expect([world.calls.active, world.observer.reaped]).toEqual([0, ["ping-unanswered"]]);
  });
});

describe("The pings of many calls", () => {
  it("of calls that were answered at once are spread over the time between two", () => {
    const world = new World({ script: { invite: () => forward("alice") } });
    const alice = world.registered("alice");
    const callers = Array.from({ length: 60 }, (_, index) => world.phone(`caller${index}`));
    const at: number[] = [];
    for (const phone of callers) {
      connect(world, phone, alice, { body: "v=0\r\no=caller" });
      phone.onMessage = (message) => {
        if (message.method !== "OPTIONS") return;
        at.push(world.now);
        phone.answer(message, 200);
      };
    }
    answersPings(alice);
    world.run(20 * MINUTE);
    expect(at).toHaveLength(60);
    expect(Math.max(...at) - Math.min(...at)).toBeGreaterThan(5 * MINUTE);
    const perMinute = Map.groupBy(at, (ms) => Math.floor(ms / MINUTE));
    expect(Math.max(...[...perMinute.values()].map(({ length }) => length))).toBeLessThan(30);
  });

  it("leave no faster than a hundred in a second", () => {
    const clock = new VirtualClock();
    const liveness = new Liveness({ pingSeconds: 900, silenceSeconds: 300 }, clock);
    const inOneTurn = Array.from({ length: 500 }, () => liveness.mayPing()).filter(Boolean).length;
    clock.advance(500);
    const afterHalfASecond = Array.from({ length: 500 }, () => liveness.mayPing()).filter(Boolean).length;
    expect([inOneTurn, afterHalfASecond]).toEqual([100, 50]);
  });
});

describe("Terms that change while calls are up", () => {
  it("count from the next time on that something is due", () => {
    const { world, carol } = talking({ liveness: { pingSeconds: 900, silenceSeconds: 0 } });
    const [call] = world.sw.index.calls;
    call?.exchange.liveness.configure({ pingSeconds: 60, silenceSeconds: 0 });
    world.run(20 * MINUTE);
    const before = pingsOf(carol).length;
    world.run(10 * MINUTE);
    expect(pingsOf(carol).length - before).toBeGreaterThanOrEqual(8);
  });
});
