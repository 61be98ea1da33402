import { beforeEach, describe, expect, it } from "vitest";
import type { LampPhone } from "./lamp-phone.ts";
import { DOMAIN, NOTHING_LEFT, World } from "./world.ts";

let world: World;
let phone: LampPhone;

beforeEach(() => {
  world = new World();
  phone = world.phone("alice");
});

/** How often each NOTIFY has left, by its CSeq. */
function timesSent(): number[] {
  const times = new Map<string, number>();
  for (const { text } of world.transport.sent) {
    const cseq = /^CSeq: (\d+) NOTIFY/m.exec(text)?.[1];
    if (cseq !== undefined && text.startsWith("NOTIFY")) times.set(cseq, (times.get(cseq) ?? 0) + 1);
  }
  return [...times.values()];
}

describe("A subscriber of message-summary", () => {
  it("is told of a new message, and that there is none any more", () => {
    phone.subscribe();
    world.run(10_000);
    world.boxes.hold("alice", 1);
    world.run(10_000);
    expect(phone.lastNotify.header("CSeq")).toBe("2 NOTIFY");
    expect(phone.lastNotify.body).toContain("Messages-Waiting: yes\r\n");
    world.boxes.hold("alice", 0, 1);
    world.run(10_000);
    expect(phone.lastNotify.header("CSeq")).toBe("3 NOTIFY");
    expect(phone.lastNotify.body).toContain("Messages-Waiting: no\r\n");
    expect(phone.shown).toEqual(["0/0", "1/0", "0/1"]);
  });

  it("is told how much time is left", () => {
    phone.subscribe({ expires: 600 });
    world.run(99_000);
    world.boxes.hold("alice", 1);
    world.run(50);
    expect(phone.lastNotify.header("Subscription-State")).toBe("active;expires=501");
  });

  it("is told of changes that follow fast once in five seconds, and of the last of them", () => {
    phone.subscribe();
    for (let count = 1; count <= 60; count++) {
      world.run(200);
      world.boxes.hold("alice", count);
    }
    world.run(10_000);
    expect(phone.shown).toHaveLength(4);
    expect(phone.shown.at(-1)).toBe("60/0");
    expect(world.transport.errors).toEqual([]);
  });

  it("is told of a change at once where the last one is long ago", () => {
    phone.subscribe();
    world.run(5_000);
    world.boxes.hold("alice", 1);
    world.run(50);
    expect(phone.shown).toEqual(["0/0", "1/0"]);
  });

  it("gets one NOTIFY at a time: what changes before its answer is told afterwards, the latest alone", () => {
    phone.subscribe();
    world.run(5_000);
    phone.notifyAnswer = "silence";
    for (const count of [1, 2, 3]) {
      world.boxes.hold("alice", count);
      world.run(5_500);
    }
    expect(phone.shown).toEqual(["0/0", "1/0"]);
    phone.answer(phone.lastNotify, 200);
    world.run(50);
    expect(phone.shown).toEqual(["0/0", "1/0", "3/0"]);
  });

  it("does not hear of the boxes of others", () => {
    phone.subscribe();
    world.run(6_000);
    world.boxes.hold("bob", 5);
    world.run(6_000);
    expect(phone.shown).toEqual(["0/0"]);
  });

  it("is told on each of its phones", () => {
    const other = world.phone("alice");
    phone.subscribe();
    other.subscribe();
    world.run(6_000);
    world.boxes.hold("alice", 1);
    world.run(50);
    expect([phone.shown, other.shown]).toEqual([
      ["0/0", "1/0"],
      ["0/0", "1/0"],
    ]);
  });

  it("is told that its box is gone", () => {
    phone.subscribe();
    world.run(6_000);
    world.boxes.remove("alice");
    world.run(50);
    expect(phone.lastNotify.header("Subscription-State")).toBe("terminated;reason=noresource");
    expect(phone.lastNotify.body).toBe("");
    expect(phone.lastNotify.header("Content-Type")).toBe("");
    expect(world.live).toBe(0);
  });

  it("is told at once when the user is removed, and never again", () => {
    phone.subscribe();
    world.lamps.userRemoved(DOMAIN, "alice");
    world.run(50);
    expect(phone.lastNotify.header("Subscription-State")).toBe("terminated;reason=noresource");
    expect(phone.lastNotify.body).toBe("");
    world.boxes.hold("alice", 1);
    world.run(20_000);
    expect(phone.notifies).toHaveLength(2);
    expect(world.live).toBe(0);
    expect(world.leftovers(60_000)).toEqual(NOTHING_LEFT);
  });
});

describe("A NOTIFY on a bad network", () => {
  it("is sent again where it is lost, and the subscription lives on", () => {
    let lost = 0;
    world.net.copies = (text) => (text.startsWith("NOTIFY") && ++lost <= 3 ? 0 : 1);
    phone.subscribe();
    world.run(10_000);
    expect(phone.shown).toEqual(["0/0"]);
    expect(timesSent()).toEqual([4]);
    world.boxes.hold("alice", 1);
    world.run(50);
    expect(phone.shown).toEqual(["0/0", "1/0"]);
  });

  it("whose answer is lost is answered again, and is told once", () => {
    let lost = 0;
    world.net.copies = (text) =>
      text.startsWith("SIP/2.0 200") && /CSeq: \d+ NOTIFY/.test(text) && ++lost <= 2 ? 0 : 1;
    phone.subscribe();
    world.run(10_000);
    expect(phone.count("NOTIFY")).toBe(3);
    expect(phone.notifies).toHaveLength(1);
    expect(world.live).toBe(1);
  });

  it("that comes twice, and whose answers come twice, changes nothing", () => {
    world.net.copies = (text) => (/CSeq: \d+ NOTIFY/.test(text) ? 3 : 1);
    phone.subscribe();
    world.run(6_000);
    world.boxes.hold("alice", 1);
    world.run(6_000);
    expect(phone.shown).toEqual(["0/0", "1/0"]);
    expect(timesSent()).toEqual([1, 1]);
    expect(world.live).toBe(1);
  });
});

describe("A subscription ends without another word (RFC 6665 §4.2.2)", () => {
  const endsWith = (answer: LampPhone["notifyAnswer"]) => {
    phone.subscribe();
    world.run(6_000);
    phone.notifyAnswer = answer;
    world.boxes.hold("alice", 1);
    world.run(50);
  };

  it.each([404, 481, 489, 500, 503, 603, 302, 401])("where a NOTIFY is answered %d", (status) => {
    endsWith({ status });
    expect(world.live).toBe(0);
    world.boxes.hold("alice", 2);
    world.run(60_000);
    expect(phone.notifies).toHaveLength(2);
    expect(world.leftovers(60_000)).toEqual(NOTHING_LEFT);
  });

  it("where a NOTIFY has no answer within 64·T1, and says so to a refresh", () => {
    phone.notifyAnswer = "silence";
    const { dialog } = phone.subscribe();
    world.run(31_000);
    expect(world.live).toBe(1);
    world.run(2_000);
    expect(world.live).toBe(0);
    expect(dialog.refresh().status).toBe(481);
    expect(world.leftovers(60_000)).toEqual(NOTHING_LEFT);
  });

  it("where the way to the phone does not come up", () => {
    phone.takeStreams(world.transport, "refused");
    phone.subscribe({ contact: "<sip:alice@203.0.113.1;transport=tcp>" });
    world.run(1_000);
    expect(world.live).toBe(0);
    expect(world.leftovers(60_000)).toEqual(NOTHING_LEFT);
  });

  it("where it has been told 481 with a Retry-After", () => {
    endsWith({ status: 481, fields: [["Retry-After", "5"]] });
    expect(world.live).toBe(0);
  });

  it("does not end the subscription of the phone beside it", () => {
    const other = world.phone("alice");
    other.subscribe();
    endsWith({ status: 481 });
    world.boxes.hold("alice", 2);
    world.run(6_000);
    expect(other.shown).toEqual(["0/0", "1/0", "2/0"]);
  });
});

describe("A phone that asks for time", () => {
  it("is told the latest state when the time is over", () => {
    phone.subscribe();
    world.run(6_000);
    phone.notifyAnswer = { status: 503, fields: [["Retry-After", "20 (busy)"]] };
    world.boxes.hold("alice", 1);
    world.run(1_000);
    phone.notifyAnswer = { status: 200 };
    world.boxes.hold("alice", 2);
    world.run(18_000);
    expect(phone.shown).toEqual(["0/0", "1/0"]);
    world.run(1_500);
    expect(phone.shown).toEqual(["0/0", "1/0", "2/0"]);
    expect(world.live).toBe(1);
  });

  it("for longer than its subscription lasts is told that it is over, in time", () => {
    phone.notifyAnswer = { status: 480, fields: [["Retry-After", "999999999999999999999"]] };
    phone.subscribe({ expires: 60 });
    world.run(61_000);
    expect(phone.lastNotify.header("Subscription-State")).toBe("terminated;reason=timeout");
    expect(world.live).toBe(0);
  });

  it("again and again is given up", () => {
    phone.notifyAnswer = { status: 503, fields: [["Retry-After", "0"]] };
    phone.subscribe();
    world.run(60_000);
    expect(phone.notifies).toHaveLength(6);
    expect(world.live).toBe(0);
    expect(world.leftovers(60_000)).toEqual(NOTHING_LEFT);
  });

  it("in words that cannot be read is given up at once", () => {
    phone.notifyAnswer = { status: 503, fields: [["Retry-After", "tomorrow"]] };
    phone.subscribe();
    expect(world.live).toBe(0);
  });
});

describe("A bug of ours in a package", () => {
  it("costs the subscription it happens in, is logged, and leaves the switch as it was", () => {
    phone.subscribe();
    world.run(6_000);
    world.boxes.isBroken = true;
    world.boxes.hold("alice", 1);
    world.run(6_000);
    expect(world.errors).toEqual(["A NOTIFY could not be made; its subscription has ended"]);
    world.boxes.isBroken = false;
    expect(world.live).toBe(0);
    expect(phone.subscribe().answer.status).toBe(200);
    expect(phone.shown).toEqual(["0/0", "1/0"]);
  });
});
