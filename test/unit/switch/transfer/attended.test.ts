import { describe, expect, it } from "vitest";
import { Phone } from "../../../../runtime/simulator/network/phone.ts";
import { accept } from "../../../../sdk/index.ts";
import {
  answered,
  DOMAIN,
  description,
  inviteAs,
  lastAck,
  NOBODY_LEFT,
  notified,
  refer,
  replacing,
  Side,
  talkWithAlice,
  transferWorld,
} from "./transfer-world.ts";

const TRYING = "SIP/2.0 100 Trying (active)";
const DONE = "SIP/2.0 200 OK (terminated;reason=noresource)";

/** Carol talks with alice, who has called bob meanwhile. */
function consulted(script: Parameters<typeof transferWorld>[0] = {}) {
  const rooms = talkWithAlice(transferWorld(script));
  const { world, alice, bob } = rooms;
  const second = answered(world, alice, inviteAs(world, alice, "101"), bob);
  return { ...rooms, second };
}

/** Both far phones have been told, and agree. */
function agree({ world, carol, bob }: Pick<ReturnType<typeof consulted>, "world" | "carol" | "bob">) {
  const asked = carol.take("INVITE");
  expect(asked.body).toBe("");
  carol.answer(asked, 200, { body: description("carol again") });
  world.run(50);
  const told = bob.take("INVITE");
  expect(told.body).toBe(description("carol again"));
  bob.answer(told, 200, { body: description("bob again") });
  world.run(50);
  expect([lastAck(carol), lastAck(bob)]).toEqual([description("bob again"), ""]);
}

describe("An attended transfer (RFC 5589 §7)", () => {
  it("joins the far sides of both calls, and hangs up whoever has asked for it in both", () => {
    const rooms = consulted();
    const { world, carol, alice, bob, callee, caller, second } = rooms;
    refer(callee, replacing("101", second.caller));
    world.run(50);
    agree(rooms);
    expect(notified(world, alice)).toEqual([TRYING, DONE]);
    expect([alice.count("BYE"), carol.count("BYE"), bob.count("BYE")]).toEqual([2, 0, 0]);
    caller.request("INFO", { body: "hello bob" });
    second.callee.request("INFO", { body: "hello carol" });
    world.run(50);
    expect([bob.take("INFO").body, carol.take("INFO").body]).toEqual(["hello bob", "hello carol"]);
    second.callee.request("BYE");
    world.run(50);
    carol.take("BYE");
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
    expect(world.observer.failures).toEqual([]);
  });

  it("ends the other call at once and this one with its parties, each with a record of its own", () => {
    const rooms = consulted({ bye: () => undefined, ended: () => undefined });
    const { world, alice, callee, caller, second } = rooms;
    refer(callee, replacing("101", second.caller));
    world.run(50);
    agree(rooms);
    notified(world, alice);
    expect(world.observer.cdrs).toMatchObject([
      { user: "alice", result: "answered", endedBy: "caller", legs: [{ target: "bob", code: 200 }] },
    ]);
    expect(world.calls.list()).toMatchObject([
      { user: null, legs: [{ state: "ended" }, { target: "bob", state: "answered" }] },
    ]);
    caller.request("BYE");
    world.run(50);
    expect(world.observer.cdrs[1]).toMatchObject({
      user: null,
      endedBy: "caller",
      legs: [{ target: "alice" }, { target: "bob", code: 200 }],
    });
    expect(world.scripts.names.filter((name) => name === "ended")).toHaveLength(2);
    expect(world.scripts.events.filter(({ type }) => type === "transferred")).toMatchObject([
      { end: "connected", who: "caller", by: "callee", target: "bob", leg: { target: "bob" } },
    ]);
  });

  it("works the same where the REFER comes in the second call", () => {
    const rooms = consulted();
    const { world, carol, alice, bob, callee, second } = rooms;
    refer(second.caller, replacing("carol", callee));
    world.run(50);
    bob.answer(bob.take("INVITE"), 200, { body: description("bob again") });
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol again") });
    world.run(50);
    expect([lastAck(bob), notified(world, alice), alice.count("BYE")]).toEqual([
      description("carol again"),
      [TRYING, DONE],
      2,
    ]);
    second.callee.request("BYE");
    world.run(50);
    carol.take("BYE");
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });

  it("joins two who have both called, or have both been called", () => {
    const rooms = talkWithAlice(transferWorld());
    const { world, carol, alice } = rooms;
    const erin = world.phone("erin");
    const second = answered(world, erin, erin.invite(`sip:100@${DOMAIN}`, { body: description("erin") }), alice);
    refer(rooms.callee, replacing("erin", second.callee));
    world.run(50);
    agree({ world, carol, bob: erin });
    expect(notified(world, alice)).toEqual([TRYING, DONE]);
    second.caller.request("BYE");
    world.run(50);
    expect([carol.count("BYE"), world.observer.failures]).toEqual([1, []]);
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });

  it("hands a joined call on again, blind", () => {
    const rooms = consulted();
    const { world, carol, alice, bob, callee, second } = rooms;
    const dave = world.registered("dave");
    refer(callee, replacing("101", second.caller));
    world.run(50);
    agree(rooms);
    notified(world, alice);
    refer(second.callee, `<sip:102@${DOMAIN}>`);
    world.run(50);
    bob.take("202 REFER");
    dave.answer(dave.take("INVITE"), 200, { body: description("dave") });
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol") });
    world.run(50);
    expect([notified(world, bob), bob.count("BYE")]).toEqual([[TRYING, DONE], 1]);
    expect(world.leftovers(6 * 3600_000)).toMatchObject({ calls: 0, client: 0 });
  });
});

describe("An attended transfer that fails", () => {
  it("leaves both calls as they were where a phone refuses", () => {
    const { world, carol, alice, bob, callee, caller, second } = consulted();
    refer(callee, replacing("101", second.caller));
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol again") });
    world.run(50);
    bob.answer(bob.take("INVITE"), 488, { reason: "Not Acceptable Here" });
    world.run(50);
    expect(lastAck(carol)).toBe(description("alice"));
    expect(notified(world, alice)).toEqual([TRYING, "SIP/2.0 488 Not Acceptable Here (terminated;reason=noresource)"]);
    caller.request("INFO", { body: "one" });
    second.caller.request("INFO", { body: "two" });
    world.run(50);
    expect([alice.take("INFO").body, bob.take("INFO").body, world.calls.list().length]).toEqual(["one", "two", 2]);
  });

  it("hears of it where the other call ends meanwhile, and gives the first phone its answer", () => {
    const { world, carol, alice, bob, callee, second } = consulted();
    refer(callee, replacing("101", second.caller));
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol again") });
    world.run(50);
    second.callee.request("BYE");
    world.run(50);
    expect(lastAck(carol)).toBe(description("alice"));
    expect(notified(world, alice).at(-1)).toBe("SIP/2.0 480 Temporarily Unavailable (terminated;reason=noresource)");
    expect([world.calls.list().length, bob.count("BYE"), alice.count("BYE")]).toEqual([1, 0, 1]);
  });

  it("gives the other phone back what it had where the first call ends meanwhile", () => {
    const { world, carol, alice, bob, callee, caller, second } = consulted();
    refer(callee, replacing("101", second.caller));
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol again") });
    world.run(50);
    const told = bob.take("INVITE");
    caller.request("BYE");
    world.run(50);
    bob.answer(told, 200, { body: description("bob again") });
    world.run(50);
    notified(world, alice);
    const back = bob.take("INVITE");
    expect(back.body).toBe(description("alice"));
    bob.answer(back, 200, { body: description("bob") });
    world.run(50);
    second.caller.request("INFO", { body: "still here" });
    world.run(50);
    bob.take("INFO");
    expect(world.calls.list()).toHaveLength(1);
  });

  it("answers 481 in its NOTIFY where nobody has the dialog", () => {
    const { world, alice, callee, second } = consulted();
    second.caller.request("BYE");
    world.run(50);
    refer(callee, replacing("101", second.caller));
    world.run(50);
    expect(notified(world, alice)).toEqual([
      TRYING,
      "SIP/2.0 481 Call/Transaction Does Not Exist (terminated;reason=noresource)",
    ]);
    expect(world.calls.list()).toHaveLength(1);
  });

  it("is refused where the other dialog is of somebody else, or of this call", () => {
    const { world, carol, alice, bob, callee, caller, second } = consulted({ refer: () => accept() });
    refer(second.callee, replacing("carol", callee));
    world.run(50);
    bob.take("603 REFER");
    refer(callee, replacing("carol", callee));
    world.run(50);
    alice.take("603 REFER");
    refer(caller, replacing("101", second.caller));
    world.run(50);
    carol.take("603 REFER");
    expect(world.calls.list()).toHaveLength(2);
  });

  it("is refused while the other call is being transferred itself", () => {
    const { world, alice, callee, second } = consulted();
    world.registered("dave");
    refer(second.caller, `<sip:102@${DOMAIN}>`);
    world.run(50);
    refer(callee, replacing("101", second.caller));
    world.run(50);
    expect(notified(world, alice)).toContain("SIP/2.0 491 Request Pending (terminated;reason=noresource)");
    expect(world.calls.list()).toHaveLength(2);
  });
});

describe("An attended transfer to somebody whose phone still rings", () => {
  /** Carol talks with alice, who calls bob: he has not answered. */
  function consulting() {
    const rooms = talkWithAlice(transferWorld());
    const { world, alice, bob } = rooms;
    const invite = inviteAs(world, alice, "101");
    world.run(50);
    const offered = bob.take("INVITE");
    bob.answer(offered, 180, { reason: "Ringing", toTag: "b1" });
    world.run(50);
    const early = Side.ofCaller(alice, invite, alice.take("180 INVITE"));
    refer(rooms.callee, replacing("101", early));
    world.run(50);
    alice.take("202 REFER");
    return { ...rooms, consultation: invite, offered, early };
  }

  it("waits for the answer, and joins then", () => {
    const rooms = consulting();
    const { world, alice, bob, offered, consultation, carol } = rooms;
    expect(notified(world, alice)).toEqual([TRYING]);
    bob.answer(offered, 200, { toTag: "b1", body: description("bob") });
    world.run(50);
    expect(carol.count("INVITE")).toBe(0);
    Side.ofCaller(alice, consultation, alice.take("200 INVITE")).ack(consultation);
    world.run(50);
    agree(rooms);
    expect([notified(world, alice), alice.count("BYE"), world.calls.list().length]).toEqual([[DONE], 2, 1]);
  });

  it("calls whoever rang for this call where the phone gives its own up", () => {
    const { world, carol, alice, bob, consultation } = consulting();
    alice.cancel(consultation);
    world.run(50);
    bob.take("CANCEL");
    const again = bob.take("INVITE");
    bob.answer(again, 200, { toTag: "b2", body: description("bob") });
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol") });
    world.run(50);
    expect([notified(world, alice), lastAck(bob)]).toEqual([[TRYING, DONE], description("carol")]);
    expect(world.observer.cdrs).toMatchObject([{ result: "cancelled" }]);
  });

  it("fails with what the phone that rang has said", () => {
    const { world, alice, bob, offered } = consulting();
    bob.answer(offered, 486, { toTag: "b1", reason: "Busy Here" });
    world.run(50);
    expect(notified(world, alice)).toEqual([TRYING, "SIP/2.0 486 Busy Here (terminated;reason=noresource)"]);
    expect(world.calls.list()).toHaveLength(1);
  });
});

describe("A dialog of another switch", () => {
  it("is named to the foreign phone that has it", () => {
    const { world, alice, callee } = talkWithAlice(transferWorld());
    const desk = new Phone(world.net, "desk", "198.51.100.9");
    refer(callee, "<sip:desk@198.51.100.9?Replaces=abc%40there%3Bto-tag%3D1%3Bfrom-tag%3D2>");
    world.run(50);
    alice.take("202 REFER");
    expect(desk.take("INVITE").header("Replaces")).toBe("abc@there;to-tag=1;from-tag=2");
  });
});
