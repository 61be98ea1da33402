import { describe, expect, it } from "vitest";
import { forward } from "../../../../sdk/index.ts";
import { connect, DOMAIN, World } from "./world.ts";

const TO = `sip:100@${DOMAIN}`;
const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

/** A switch with a bug that shows when `strikes` says so. */
function broken(where: "lookup" | "callRinging" | "callAnswered" | "callEnded") {
  const world = new World({
    script: { invite: ({ to }) => forward(to.user === "100" ? "bob" : "dave", { ringSeconds: 10 }) },
  });
  const carol = world.phone("carol");
  const bob = world.registered("bob");
  const dave = world.registered("dave");
  const bug = new Error("a bug of ours");
  let struck = 0;
  const strike = (): never => {
    struck++;
    throw bug;
  };
  if (where === "lookup") {
    const { registrar } = world;
    const lookup = registrar.lookup.bind(registrar);
    registrar.lookup = (domain, user) => (user === "bob" ? strike() : lookup(domain, user));
  } else {
    const { observer } = world;
    const told = observer[where].bind(observer) as (...all: unknown[]) => void;
    let first = true;
    observer[where] = (...all: unknown[]) => {
      if (!first) return told(...all);
      first = false;
      strike();
    };
  }
  return { world, carol, bob, dave, bug, struck: () => struck };
}

describe("a bug of ours", () => {
  it("while a decision is done costs that call alone: 500, one record, nothing left", () => {
    const { world, carol, dave, bug } = broken("lookup");
    carol.invite(TO);
    world.run(50);
    expect(carol.kinds).toEqual(["500 INVITE"]);
    expect(world.observer.failures).toEqual([bug]);
    expect(world.observer.cdrs).toHaveLength(1);
    carol.invite(`sip:102@${DOMAIN}`);
    world.run(50);
    expect(dave.count("INVITE")).toBe(1);
    expect(world.transport.errors).toEqual([]);
  });

  it("while a callee rings ends the call on both sides", () => {
    const { world, carol, bob } = broken("callRinging");
    carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 180);
    world.run(50);
    expect(carol.count("500 INVITE")).toBe(1);
    expect(bob.count("CANCEL")).toBe(1);
    expect(world.observer.cdrs).toHaveLength(1);
    expect(world.leftovers()).toEqual(NOTHING);
    expect(world.transport.errors).toEqual([]);
  });

  it("while a call is answered hangs up both sides", () => {
    const { world, carol, bob } = broken("callAnswered");
    carol.invite(TO);
    world.run(50);
    bob.answer(bob.take("INVITE"), 200);
    world.run(50);
    expect(bob.kinds.slice(-2)).toEqual(["ACK", "BYE"]);
    world.run(33_000);
    expect(carol.count("BYE")).toBe(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("while a call ends leaves nothing of it", () => {
    const { world, carol, bob, struck } = broken("callEnded");
    const talk = connect(world, carol, bob);
    talk.caller.request("BYE");
    world.run(50);
    expect(struck()).toBe(1);
    expect(bob.count("BYE")).toBe(1);
    expect(world.leftovers()).toEqual(NOTHING);
    expect(world.observer.failures).toHaveLength(1);
  });

  it("in the answer to the caller leaves neither the caller nor the callee waiting", () => {
    const { world, carol, bob } = broken("callRinging");
    world.scripts.handlers = { invite: () => forward("dave") };
    const dave = world.registered("dave", 1, world.phone("desk"));
    carol.invite(TO);
    world.run(50);
    dave.answer(dave.take("INVITE"), 100);
    world.run(50);
    const { stack } = world;
    const reply = stack.reply.bind(stack);
    stack.reply = (transaction, status, answer) => {
      if (status === 480) throw new Error("a bug of ours");
      return reply(transaction, status, answer);
    };
    world.calls.hangUp(world.calls.list()[0]?.id ?? "");
    world.run(50);
    expect(carol.count("500 INVITE")).toBe(1);
    expect(dave.count("CANCEL")).toBe(1);
    expect(bob.count("INVITE")).toBe(0);
    expect(world.observer.cdrs).toHaveLength(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("in a timer does not get out of the call", () => {
    const { world, carol, bug } = broken("lookup");
    world.scripts.handlers = { invite: () => [forward("dave", { ringSeconds: 1 }), forward("bob")] };
    carol.invite(TO);
    world.run(2000);
    expect(carol.count("500 INVITE")).toBe(1);
    expect(world.observer.failures).toEqual([bug]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("in the check of a request costs that request: 500", () => {
    const { world, carol } = broken("lookup");
    const { index } = world.sw;
    const byOrigin = index.byOrigin.bind(index);
    index.byOrigin = () => {
      throw new Error("a bug of ours");
    };
    carol.invite(TO);
    world.run(50);
    index.byOrigin = byOrigin;
    expect(carol.kinds).toEqual(["500 INVITE"]);
    expect(world.leftovers()).toEqual(NOTHING);
  });
});
