import { beforeEach, describe, expect, it } from "vitest";
import { type Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import type { SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { forward, hangup, reject, tag } from "../../../../sdk/index.ts";
import { later, never } from "./scripted.ts";
import { DOMAIN, World } from "./world.ts";

const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };
const phases = ["deciding", "calling", "ringing", "answered"] as const;
type Phase = (typeof phases)[number];

let world: World;
let carol: Phone;
let bob: Phone;
let invite: SipText;

/** A call that has got as far as this. */
function reach(phase: Phase): string {
  world = new World({
    script: { invite: () => (phase === "deciding" ? never : forward("bob")), ended: () => undefined },
  });
  carol = world.phone("carol");
  bob = world.registered("bob");
  invite = carol.invite(`sip:100@${DOMAIN}`);
  world.run(50);
  if (phase === "ringing" || phase === "answered") bob.answer(bob.take("INVITE"), 180);
  world.run(50);
  if (phase === "answered") {
    bob.answer(bob.received[0] ?? bob.take("INVITE"), 200);
    world.run(50);
    Side.ofCaller(carol, invite, carol.take("200 INVITE")).ack(invite);
    world.run(50);
  }
  const summary = world.calls.list()[0];
  expect(summary?.state).toBe(phase);
  return summary?.id ?? "";
}

describe.each(phases)("a call that is %s", (phase) => {
  let id: string;
  beforeEach(() => {
    id = reach(phase);
  });

  function expectOver(): void {
    world.run(50);
    if (phase === "answered") expect([carol.kinds.at(-1), bob.kinds.at(-1)]).toEqual(["BYE", "BYE"]);
    else expect(carol.kinds.at(-1)).toBe("480 INVITE");
    expect(bob.count("CANCEL")).toBe(phase === "ringing" ? 1 : 0);
    expect(world.leftovers()).toEqual(NOTHING);
    expect(world.observer.cdrs).toHaveLength(1);
    expect(world.scripts.names.at(-1)).toBe("ended");
  }

  it("ends when the API hangs up", () => {
    expect(world.calls.hangUp(id, "Maintenance")).toBe(true);
    expectOver();
    expect(world.observer.cdrs[0]?.endedBy).toBe("api");
    expect(world.calls.hangUp(id)).toBe(false);
    expect(world.calls.get(id)).toBeUndefined();
  });

  it("ends when the API decides to hang up", () => {
    world.calls.decide(id, hangup());
    expectOver();
  });

  it("is labelled by the API, and goes on as it was", () => {
    world.calls.decide(id, tag({ a: "b" }));
    world.run(50);
    expect(world.calls.get(id)).toMatchObject({ state: phase, tags: { a: "b" } });
  });

  it("is forwarded by the API", () => {
    const decide = () => world.calls.decide(id, [forward("sip:101@example.com"), forward("bob")]);
    decide();
    world.run(50);
    expect(bob.count("INVITE")).toBe(phase === "deciding" ? 1 : 2);
    expect(bob.count("CANCEL")).toBe(phase === "ringing" ? 1 : 0);
  });

  it("is rejected by the API", () => {
    world.calls.decide(id, reject(433));
    world.run(50);
    expect(carol.kinds.at(-1)).toBe(phase === "answered" ? "BYE" : "433 INVITE");
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("takes no decision that is none", () => {
    expect(() => world.calls.decide(id, { type: "dance" })).toThrow(/dance/);
    expect(() => world.calls.decide("unknown", hangup())).toThrow(/no call/);
  });
});

describe("a call that the API labels while the script decides", () => {
  it("does what the script decides", () => {
    world = new World({ script: { invite: () => later(500, forward("bob")) } });
    carol = world.phone("carol");
    bob = world.registered("bob");
    carol.invite(`sip:100@${DOMAIN}`);
    world.run(50);
    world.calls.decide(world.calls.list()[0]?.id ?? "", tag({ a: "b" }));
    world.run(600);
    expect(bob.count("INVITE")).toBe(1);
    expect(world.observer.dropped).toEqual([]);
  });
});
