import { beforeEach, describe, expect, it } from "vitest";
import type { LampPhone, SubscriptionSide } from "./lamp-phone.ts";
import { NOTHING_LEFT, World } from "./world.ts";

let world: World;
let phone: LampPhone;
let dialog: SubscriptionSide;

beforeEach(() => {
  world = new World();
  phone = world.phone("alice");
  ({ dialog } = phone.subscribe({ expires: 600 }));
  world.run(100_000);
});

describe("A refresh (RFC 6665 §4.2.1.4)", () => {
  it("gives more time and the whole state again, in the same dialog", () => {
    const answer = dialog.refresh({ expires: 600 });
    expect(answer.status).toBe(200);
    expect(answer.header("Expires")).toBe("600");
    expect(answer.uriOf("Contact")).toBe(dialog.target);
    expect(phone.lastNotify.header("Subscription-State")).toBe("active;expires=600");
    expect(phone.lastNotify.header("CSeq")).toBe("2 NOTIFY");
    expect(phone.shown).toEqual(["0/0", "0/0"]);
    world.run(590_000);
    expect(world.live).toBe(1);
    world.run(11_000);
    expect(world.live).toBe(0);
  });

  it("may give less time than there was", () => {
    dialog.refresh({ expires: 60 });
    world.run(61_000);
    expect(world.live).toBe(0);
    expect(phone.lastNotify.header("Subscription-State")).toBe("terminated;reason=timeout");
  });

  it("moves the target to the new Contact", () => {
    dialog.refresh({ contact: "<sip:alice@203.0.113.1:5999;ob>" });
    world.run(6_000);
    world.boxes.hold("alice", 1);
    world.run(50);
    const last = world.transport.sent.findLast(({ text }) => text.startsWith("NOTIFY"));
    expect(last?.text.split(" ")[1]).toBe("sip:alice@203.0.113.1:5999;ob");
    expect(last?.flow.remotePort).toBe(5999);
  });

  it.each([
    ["without a Contact", null],
    ["with a Contact that nothing can be sent to", "<tel:100>"],
  ])("%s leaves the target where it is", (_, contact) => {
    expect(dialog.refresh({ contact }).status).toBe(200);
    expect(phone.lastNotify.uri).toBe("sip:alice@203.0.113.1:5060");
  });

  it("that crosses a NOTIFY is answered at once; the state follows when that NOTIFY is answered, once", () => {
    phone.notifyAnswer = "silence";
    world.boxes.hold("alice", 1);
    world.run(10);
    const crossed = phone.lastNotify;
    expect(dialog.refresh({ expires: 300 }).status).toBe(200);
    world.boxes.hold("alice", 2);
    world.run(3_000);
    expect(phone.lastNotify).toBe(crossed);
    phone.notifyAnswer = { status: 200 };
    phone.answer(crossed, 200);
    world.run(50);
    expect(phone.shown).toEqual(["0/0", "1/0", "2/0"]);
    expect(phone.notifies.map(({ cseq }) => cseq)).toEqual([1, 2, 3]);
    world.run(20_000);
    expect(phone.shown).toHaveLength(3);
  });

  it("needs the password, and changes nothing without it", () => {
    expect(dialog.askOnce({ expires: 0, contact: "<sip:thief@203.0.113.66>" }).status).toBe(401);
    expect(dialog.refresh({ expires: 0, password: "guess" }).status).toBe(401);
    expect(world.live).toBe(1);
    world.boxes.hold("alice", 1);
    world.run(6_000);
    expect(phone.shown).toEqual(["0/0", "1/0"]);
  });

  it("of somebody else's subscription is refused", () => {
    expect(dialog.refresh({ as: "bob", password: "pw-bob" }).status).toBe(403);
    expect(world.live).toBe(1);
  });

  it("with a CSeq that is lower than one before is refused", () => {
    expect(dialog.refresh().status).toBe(200);
    const late = dialog.cseq;
    expect(dialog.refresh().status).toBe(200);
    expect(dialog.refresh({ cseq: late - 1, expires: 0 }).startLine).toBe("SIP/2.0 500 CSeq Out Of Order");
    expect(world.live).toBe(1);
  });

  it("of which only somebody without a password has raised the CSeq goes through", () => {
    expect(dialog.askOnce({ cseq: 2_000_000_000 }).status).toBe(401);
    expect(dialog.refresh({ cseq: 10 }).status).toBe(200);
  });

  it.each([
    ["for too short a time", { expires: 5 }, 423],
    ["for a time that is no number", { expires: "x" }, 400],
    ["without an Event", { event: null }, 489],
    ["for another event", { event: "presence" }, 481],
    ["for another id", { event: "message-summary;id=2" }, 481],
    ["with another Call-ID", { callId: "other" }, 481],
    ["with another From tag", { fromTag: "other" }, 481],
    ["with a Contact that fills a page", { contact: `<sip:${"a".repeat(5000)}@203.0.113.1>` }, 513],
  ] as const)("%s is refused, and the subscription goes on", (_, parts, status) => {
    expect(dialog.refresh(parts).status).toBe(status);
    world.boxes.hold("alice", 1);
    world.run(6_000);
    expect(phone.shown).toEqual(["0/0", "1/0"]);
  });

  it("with a To tag that nobody gave is answered 481", () => {
    expect(phone.ask({ toTag: "0.nobody" } as Parameters<LampPhone["ask"]>[0]).status).toBe(481);
  });
});

describe("The end of a subscription", () => {
  it("is asked for with Expires 0, and is told with the state", () => {
    world.boxes.hold("alice", 3);
    world.run(6_000);
    expect(dialog.refresh({ expires: 0 }).header("Expires")).toBe("0");
    expect(phone.lastNotify.header("Subscription-State")).toBe("terminated;reason=timeout");
    expect(phone.shown.at(-1)).toBe("3/0");
    expect(dialog.refresh().status).toBe(481);
    expect(world.leftovers(60_000)).toEqual(NOTHING_LEFT);
  });

  it("does not overtake the NOTIFY that is on its way", () => {
    phone.notifyAnswer = "silence";
    world.boxes.hold("alice", 1);
    world.run(10);
    const crossed = phone.lastNotify;
    expect(dialog.refresh({ expires: 0 }).status).toBe(200);
    world.run(1_000);
    expect(phone.lastNotify).toBe(crossed);
    expect(dialog.refresh().status).toBe(481);
    phone.answer(crossed, 200);
    world.run(50);
    expect(phone.lastNotify.header("Subscription-State")).toBe("terminated;reason=timeout");
    phone.answer(phone.lastNotify, 200);
    expect(world.leftovers(60_000)).toEqual(NOTHING_LEFT);
  });

  it("comes with time, and is told", () => {
    world.run(499_000);
    expect(world.live).toBe(1);
    world.run(1_500);
    expect(phone.lastNotify.header("Subscription-State")).toBe("terminated;reason=timeout");
    expect(phone.notifies).toHaveLength(2);
    expect(world.live).toBe(0);
    expect(dialog.refresh().status).toBe(481);
    expect(world.leftovers(60_000)).toEqual(NOTHING_LEFT);
  });

  it("comes with time where the last NOTIFY has no answer either", () => {
    phone.notifyAnswer = "silence";
    world.run(501_000);
    expect(world.live).toBe(0);
    expect(world.leftovers(60_000)).toEqual(NOTHING_LEFT);
  });
});
