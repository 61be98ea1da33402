import { beforeEach, describe, expect, it } from "vitest";
import type { LampPhone } from "./lamp-phone.ts";
import { DOMAIN, NOTHING_LEFT, World } from "./world.ts";

/** By then a phone that has registered has been told. */
const SETTLED_MS = 4_000;

let world: World;
let phone: LampPhone;

beforeEach(() => {
  world = new World({ unsolicited: true });
  phone = world.phone("alice");
});

describe("A registered phone that has not subscribed", () => {
  it("is told of waiting messages once it has registered, outside any dialog and over its flow", () => {
    world.boxes.hold("alice", 2, 1);
    world.register(phone);
    world.run(1_000);
    expect(phone.notifies).toEqual([]);
    world.run(SETTLED_MS);
    expect(phone.shown).toEqual(["2/1"]);
    const notify = phone.lastNotify;
    expect(notify.uri).toBe("sip:alice@203.0.113.1:5060");
    expect(notify.param("To", "tag")).toBe("");
    expect(notify.header("To")).toBe("<sip:alice@example.com>");
    expect(notify.header("Event")).toBe("message-summary");
    expect(notify.header("Subscription-State")).toBe("active");
    expect(notify.header("Contact")).not.toBe("");
  });

  it("is not written to where no message waits", () => {
    world.boxes.hold("alice", 0, 5);
    world.register(phone);
    world.run(60_000);
    expect(phone.notifies).toEqual([]);
    expect(world.lamps.size).toBe(0);
  });

  it("is not written to where the user has no mailbox", () => {
    const dave = world.phone("dave");
    world.register(dave);
    world.run(SETTLED_MS);
    expect(dave.notifies).toEqual([]);
  });

  it("is told of every change, on each of the user's phones", () => {
    const other = world.phone("alice");
    world.register(phone);
    world.register(other);
    world.boxes.hold("alice", 1);
    world.run(6_000);
    world.boxes.hold("alice", 0, 1);
    world.run(6_000);
    expect([phone.shown, other.shown]).toEqual([
      ["1/0", "0/1"],
      ["1/0", "0/1"],
    ]);
  });

  it("is told of changes that follow fast once in five seconds, and not of one that was undone", () => {
    world.register(phone);
    world.boxes.hold("alice", 1);
    world.run(1_000);
    for (const count of [2, 3]) world.boxes.hold("alice", count);
    world.run(10_000);
    expect(phone.shown).toEqual(["1/0", "3/0"]);
    world.run(10_000);
    world.boxes.hold("alice", 4);
    world.run(1_000);
    world.boxes.hold("alice", 5);
    world.boxes.hold("alice", 4);
    world.run(10_000);
    expect(phone.shown).toEqual(["1/0", "3/0", "4/0"]);
  });

  it("is not told again at each refresh of its registration", () => {
    world.boxes.hold("alice", 1);
    for (let refresh = 0; refresh < 5; refresh++) {
      world.register(phone);
      world.run(60_000);
    }
    expect(phone.shown).toEqual(["1/0"]);
  });

  it("is told again when it has started anew: its registration has another Call-ID", () => {
    world.boxes.hold("alice", 1);
    world.register(phone);
    world.run(SETTLED_MS);
    world.register(phone, { callId: "after-the-start" });
    world.run(SETTLED_MS + 5_000);
    expect(phone.shown).toEqual(["1/0", "1/0"]);
  });

  it("whose lamp is lit is told that there is nothing any more, even if it was away meanwhile", () => {
    world.boxes.hold("alice", 1);
    world.register(phone);
    world.run(SETTLED_MS);
    world.register(phone, { expires: 0 });
    world.boxes.hold("alice", 0);
    world.run(60_000);
    expect(phone.shown).toEqual(["1/0"]);
    world.register(phone);
    world.run(SETTLED_MS);
    expect(phone.shown).toEqual(["1/0", "0/0"]);
    world.register(phone);
    world.run(SETTLED_MS);
    expect(world.lamps.size).toBe(0);
    expect(phone.shown).toHaveLength(2);
  });

  it("that was not there is told at its next registration", () => {
    world.register(phone);
    phone.notifyAnswer = "silence";
    world.boxes.hold("alice", 1);
    world.run(40_000);
    phone.notifyAnswer = { status: 200 };
    world.register(phone);
    world.run(SETTLED_MS);
    expect(phone.shown).toEqual(["1/0", "1/0"]);
  });

  it.each([481, 405, 489, 501, 603])("that answers %d is not bothered again until it starts anew", (status) => {
    phone.notifyAnswer = { status };
    world.register(phone);
    world.boxes.hold("alice", 1);
    world.run(10_000);
    world.boxes.hold("alice", 2);
    world.register(phone);
    world.run(60_000);
    expect(phone.notifies).toHaveLength(1);
    phone.notifyAnswer = { status: 200 };
    world.register(phone, { callId: "after-the-update" });
    world.run(SETTLED_MS);
    expect(phone.shown.at(-1)).toBe("2/0");
    expect(phone.notifies).toHaveLength(2);
  });

  it("that never answers is not bothered again after the second time", () => {
    phone.notifyAnswer = "silence";
    world.register(phone);
    for (const count of [1, 2, 3, 4]) {
      world.boxes.hold("alice", count);
      world.run(40_000);
    }
    expect(phone.notifies).toHaveLength(2);
  });

  it("is told the latest where more comes before it has answered", () => {
    phone.notifyAnswer = "silence";
    world.register(phone);
    for (const count of [1, 2, 3]) {
      world.boxes.hold("alice", count);
      world.run(6_000);
    }
    expect(phone.shown).toEqual(["1/0"]);
    phone.notifyAnswer = { status: 200 };
    phone.answer(phone.lastNotify, 200);
    world.run(50);
    expect(phone.shown).toEqual(["1/0", "3/0"]);
  });

  it("leaves nothing behind when it is gone", () => {
    world.boxes.hold("alice", 1);
    world.register(phone);
    world.run(1_000);
    world.lamps.userRemoved(DOMAIN, "alice");
    world.run(SETTLED_MS);
    expect(phone.notifies).toEqual([]);
    expect(world.lamps.size).toBe(0);
    expect(world.leftovers(60_000)).toEqual(NOTHING_LEFT);
  });
});

describe("A user with a subscription", () => {
  it("is not told a second time: a phone that subscribes when it has registered gets one NOTIFY", () => {
    world.boxes.hold("alice", 1);
    world.register(phone);
    world.run(500);
    phone.subscribe();
    world.run(20_000);
    world.boxes.hold("alice", 2);
    world.run(20_000);
    expect(phone.shown).toEqual(["1/0", "2/0"]);
    expect(phone.notifies.every((notify) => notify.header("Subscription-State").startsWith("active;expires"))).toBe(
      true,
    );
  });

  it("that was lost with its connection is told at the next refresh of the phone's registration", () => {
    world.register(phone);
    phone.subscribe();
    world.run(6_000);
    phone.notifyAnswer = "silence";
    world.boxes.hold("alice", 1);
    world.run(33_000);
    expect(world.live).toBe(0);
    phone.notifyAnswer = { status: 200 };
    world.register(phone);
    world.run(SETTLED_MS);
    expect(phone.lastNotify.header("Subscription-State")).toBe("active");
    expect(phone.shown.at(-1)).toBe("1/0");
  });

  it("is told without being asked when the subscription is over", () => {
    world.register(phone);
    const { dialog } = phone.subscribe();
    dialog.refresh({ expires: 0 });
    world.boxes.hold("alice", 1);
    world.run(6_000);
    expect(phone.lastNotify.header("Subscription-State")).toBe("active");
    expect(phone.shown.at(-1)).toBe("1/0");
  });
});

describe("Where only subscribers are to be told", () => {
  it("other phones are left alone", () => {
    world = new World({ unsolicited: false });
    phone = world.phone("alice");
    world.boxes.hold("alice", 1);
    world.register(phone);
    world.run(SETTLED_MS);
    world.boxes.hold("alice", 2);
    world.run(20_000);
    expect(phone.notifies).toEqual([]);
  });
});
