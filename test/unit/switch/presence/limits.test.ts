import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

describe("How many subscriptions there may be", () => {
  it("is limited for each user, and the answer says so", () => {
    const world = new World({ limits: { perUser: 2 } });
    const first = world.phone("alice").subscribe();
    expect(world.phone("alice").subscribe().answer.status).toBe(200);
    const third = world.phone("alice");
    expect(third.subscribe().answer.startLine).toBe("SIP/2.0 403 Too Many Subscriptions");
    expect(third.notifies).toEqual([]);
    expect(world.phone("bob").subscribe().answer.status).toBe(200);
    expect(first.dialog.refresh().status).toBe(200);
    first.dialog.refresh({ expires: 0 });
    expect(third.subscribe().answer.status).toBe(200);
    expect(world.live).toBe(3);
  });

  it("does not keep anybody from asking once", () => {
    const world = new World({ limits: { perUser: 0 } });
    const phone = world.phone("alice");
    expect(phone.subscribe({ expires: 0 }).answer.status).toBe(200);
    expect(phone.shown).toEqual(["0/0"]);
  });

  it("is limited for each source, sources that are exempt apart", () => {
    const world = new World({ limits: { perSource: 1 }, exempt: ["198.51.100.9"] });
    const from = (address: string, user: string, port: number) =>
      world.phone(user, address).subscribe({ contact: `<sip:${user}@${address}:${port}>` }).answer.status;
    expect(from("198.51.100.8", "alice", 5070)).toBe(200);
    expect(from("198.51.100.8", "bob", 5071)).toBe(403);
    expect(from("198.51.100.9", "alice", 5070)).toBe(200);
    expect(from("198.51.100.9", "bob", 5071)).toBe(200);
  });

  it("is limited for the switch: 503 with Retry-After before anything else, and those that are there go on", () => {
    const world = new World({ limits: { total: 1 } });
    const alice = world.phone("alice");
    const { dialog } = alice.subscribe();
    const bob = world.phone("bob");
    const refusal = bob.ask({ callId: "full" });
    expect(refusal.status).toBe(503);
    expect(Number(refusal.header("Retry-After"))).toBeGreaterThan(0);
    expect(world.observer.overloads).toEqual(["subscriptions"]);
    expect(world.stack.transactions.size.server).toBe(2);
    expect(dialog.refresh().status).toBe(200);
    dialog.refresh({ expires: 0 });
    expect(bob.subscribe().answer.status).toBe(200);
  });

  it("counts a phone that has started anew once: the subscription that it has forgotten is replaced", () => {
    const world = new World({ limits: { perUser: 1, perSource: 1 } });
    const phone = world.phone("alice");
    for (let start = 0; start < 5; start++) expect(phone.subscribe().answer.status).toBe(200);
    expect(world.live).toBe(1);
    world.run(6_000);
    world.boxes.hold("alice", 1);
    world.run(50);
    expect(phone.shown.filter((shown) => shown === "1/0")).toHaveLength(1);
  });

  it("counts a phone once that subscribes anew outside its dialog in place of a refresh", () => {
    const world = new World();
    const phone = world.phone("alice");
    phone.subscribe({ callId: "same", fromTag: "s", contact: "<sip:alice@203.0.113.1:5060>" });
    const again = phone.subscribe({ callId: "same", fromTag: "s", cseq: 9, contact: "<sip:alice@203.0.113.1:5062>" });
    expect(again.answer.status).toBe(200);
    expect(world.live).toBe(1);
    expect(again.dialog.refresh().status).toBe(200);
  });

  it("counts two phones as two that have the same Contact behind different addresses", () => {
    const world = new World();
    const contact = "<sip:alice@192.168.1.20:5060>";
    const [home, office] = [world.phone("alice"), world.phone("alice")];
    home.subscribe({ contact });
    office.subscribe({ contact });
    world.run(6_000);
    world.boxes.hold("alice", 1);
    world.run(50);
    expect([home.shown, office.shown]).toEqual([
      ["0/0", "1/0"],
      ["0/0", "1/0"],
    ]);
  });
});
