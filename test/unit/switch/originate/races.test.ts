import { describe, expect, it } from "vitest";
import { RequestError } from "../../../../runtime/base/errors.ts";
import { Side } from "../../../../runtime/simulator/network/phone.ts";
import { forward, hangup, reject, tag } from "../../../../sdk/index.ts";
import { sdp } from "../audio/audio-world.ts";
import { NOTHING, originateWorld, pickUp } from "./originate-world.ts";

describe("A call that the switch begins, while the first side rings,", () => {
  it.each([
    ["hung up over the API", "api"],
    ["hung up by a decision", "switch"],
  ] as const)("is cancelled where it is %s", async (_what, by) => {
    const { world, audio, alice, begin } = originateWorld();
    const id = await begin();
    alice.answer(alice.take("INVITE"), 180);
    await world.pass(50);
    if (by === "api") world.calls.hangUp(id, "not any more");
    else world.calls.decide(id, hangup({ reason: "not any more" }));
    await world.pass(100);
    const cancel = alice.take("CANCEL");
    if (by === "api") expect(cancel.header("Reason")).toContain("not any more");
    expect(world.observer.cdrs[0]).toMatchObject({ result: "cancelled", code: 487, endedBy: by, answeredAt: null });
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("acknowledges and hangs up an answer that crosses the CANCEL", async () => {
    const { world, audio, alice, bob, begin } = originateWorld();
    const id = await begin();
    const offered = alice.take("INVITE");
    alice.answer(offered, 180);
    await world.pass(50);
    world.calls.hangUp(id);
    alice.answer(offered, 200, { body: sdp(alice.address) });
    await world.pass(600);
    expect([alice.count("ACK"), alice.count("BYE"), bob.count("INVITE")]).toEqual([1, 1, 0]);
    expect(world.observer.cdrs).toHaveLength(1);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("takes labels and a refusal, and no plan", async () => {
    const { world, alice, begin } = originateWorld();
    const id = await begin();
    world.calls.decide(id, tag({ a: "b" }));
    expect(world.calls.get(id)?.tags).toEqual({ a: "b" });
    expect(() => world.calls.decide(id, forward("bob"))).toThrow(RequestError);
    expect(() => world.calls.decide(id, forward("bob"))).toThrow(/not answered yet: forward has to wait/);
    alice.answer(alice.take("INVITE"), 180);
    await world.pass(50);
    world.calls.decide(id, reject(486));
    await world.pass(100);
    expect([alice.count("CANCEL"), world.observer.cdrs[0]?.code]).toEqual([1, 486]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("answers 481 to what comes within its early dialog", async () => {
    const { world, alice, begin } = originateWorld();
    await begin();
    const offered = alice.take("INVITE");
    alice.answer(offered, 183);
    await world.pass(50);
    Side.ofCallee(alice, offered).request("INFO");
    await world.pass(50);
    expect(alice.count("481 INFO")).toBe(1);
  });
});

describe("A call that the switch begins, once the first side has answered,", () => {
  it("acknowledges the answer again each time that it comes, and answers it once", async () => {
    const rooms = originateWorld();
    const { world, alice, bob, begin } = rooms;
    await begin();
    const offered = alice.take("INVITE");
    for (const wait of [50, 100, 200]) {
      alice.answer(offered, 200, { body: sdp(alice.address) });
      await world.pass(wait);
    }
    expect([alice.count("ACK"), alice.count("BYE"), bob.count("INVITE")]).toEqual([3, 0, 1]);
    // Also once both are connected.
    await pickUp(rooms, bob);
    alice.answer(offered, 200, { body: sdp(alice.address) });
    await world.pass(50);
    expect(alice.count("ACK")).toBe(4);
  });

  it("hangs up a second answer of a proxy that forks, and is not hung up by it", async () => {
    const rooms = originateWorld();
    const { world, alice, bob, begin } = rooms;
    await begin();
    const offered = alice.take("INVITE");
    alice.answer(offered, 200, { toTag: "one", body: sdp(alice.address) });
    await world.pass(50);
    alice.answer(offered, 200, { toTag: "two", body: sdp(alice.address) });
    await world.pass(50);
    expect(alice.received.filter(({ method }) => method === "BYE").map((bye) => bye.param("To", "tag"))).toEqual([
      "two",
    ]);
    Side.ofCallee(alice, offered, "two").request("BYE");
    await world.pass(50);
    expect([alice.count("481 BYE"), bob.count("CANCEL"), world.sw.index.size]).toEqual([1, 0, 1]);
    Side.ofCallee(alice, offered, "one").request("BYE");
    await world.pass(50);
    expect([alice.count("200 BYE"), world.leftovers()]).toEqual([1, NOTHING]);
  });

  it("gives up the second side where the first hangs up while it rings", async () => {
    const rooms = originateWorld();
    const { world, audio, alice, bob, begin } = rooms;
    await begin();
    const first = await pickUp(rooms, alice);
    bob.answer(bob.take("INVITE"), 180);
    await world.pass(50);
    first.request("BYE");
    await world.pass(100);
    expect(bob.count("CANCEL")).toBe(1);
    expect(world.observer.cdrs[0]).toMatchObject({ result: "answered", endedBy: "caller" });
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("hangs up the second side where its answer crosses the BYE of the first", async () => {
    const rooms = originateWorld();
    const { world, audio, alice, bob, begin } = rooms;
    await begin();
    const first = await pickUp(rooms, alice);
    const offered = bob.take("INVITE");
    bob.answer(offered, 180);
    await world.pass(50);
    first.request("BYE");
    bob.answer(offered, 200, { body: sdp(bob.address) });
    await world.pass(600);
    expect([bob.count("ACK"), bob.count("BYE")]).toEqual([1, 1]);
    expect(world.observer.cdrs).toHaveLength(1);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("hangs up what answers too late on another phone of the first side", async () => {
    const rooms = originateWorld();
    const { world, alice, begin } = rooms;
    const desk = world.registered("alice", 1, world.phone("desk"));
    await begin();
    const [atAlice, atDesk] = [alice.take("INVITE"), desk.take("INVITE")];
    desk.answer(atDesk, 180);
    await world.pass(50);
    alice.answer(atAlice, 200, { body: sdp(alice.address) });
    desk.answer(atDesk, 200, { body: sdp(desk.address) });
    await world.pass(600);
    const both = [alice, desk].map((phone) => [phone.count("ACK"), phone.count("BYE")]);
    expect(both).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(world.sw.index.size).toBe(1);
  });

  it("ends where the audio of the first side is lost", async () => {
    const rooms = originateWorld();
    const { world, audio, alice, begin } = rooms;
    await begin();
    await pickUp(rooms, alice);
    audio.caller.lose();
    await world.pass(100);
    expect(alice.take("BYE").header("Reason")).toContain("the media worker died");
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });
});

describe("A second INVITE that comes back through another proxy", () => {
  it("is a spiral, and no loop", async () => {
    const rooms = originateWorld({ invite: () => forward("bob") });
    const { world, alice, bob, begin } = rooms;
    const proxy = world.phone("proxy");
    await begin({ to: `sip:out@${proxy.address}:5060` });
    await pickUp(rooms, alice);
    const away = proxy.take("INVITE");
    // The proxy sends it on, under its own Via and with another Request-URI.
    proxy.sendText(
      away.text
        .replace(/^INVITE \S+/, "INVITE sip:101@example.com")
        .replace(/\r\nVia:/, `\r\nVia: ${proxy.via(proxy.branch())}\r\nVia:`)
        .replace(/^From: .*$/m, "From: <sip:proxy@elsewhere.example>;tag=p"),
    );
    await world.pass(100);
    expect(proxy.kinds).not.toContain("482 INVITE");
    expect(bob.count("INVITE")).toBe(1);
  });
});
