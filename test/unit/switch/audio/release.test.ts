import { describe, expect, it } from "vitest";
import { Side } from "../../../../runtime/simulator/network/phone.ts";
import { forward, gather } from "../../../../sdk/index.ts";
import { audioWorld, call, sdp } from "./audio-world.ts";

const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

/** The phones hear the switch this long before they hear each other. */
const SETTLED_AFTER_MS = 1000;

/** A caller who went through a menu, and a callee who has answered: both are to talk directly soon. */
async function answered() {
  const { world, audio, carol } = audioWorld({
    invite: () => gather(),
    gathered: () => forward("bob", { media: "release" }),
  });
  const bob = world.registered("bob");
  const { caller } = await call(world, carol);
  audio.caller.press("1");
  await world.pass(50);
  const offered = bob.take("INVITE");
  bob.answer(offered, 200, { body: sdp(bob.address) });
  await world.pass(50);
  return { world, audio, carol, bob, caller, callee: Side.ofCallee(bob, offered) };
}

/** The callee has been asked for an offer. */
async function connected() {
  const rooms = await answered();
  await rooms.world.pass(SETTLED_AFTER_MS);
  return { ...rooms, asked: rooms.bob.take("INVITE") };
}

describe("A forward that releases the audio", () => {
  it("asks the callee for an offer, has the caller answer it, and gives the callee that answer", async () => {
    const { world, audio, carol, bob, asked } = await connected();
    expect(asked.body).toBe("");
    bob.answer(asked, 200, { body: sdp(bob.address, { version: 2 }) });
    await world.pass(50);
    const offer = carol.take("INVITE");
    expect(offer.body).toBe(sdp(bob.address, { version: 2 }));
    carol.answer(offer, 200, { body: sdp(carol.address, { version: 2 }) });
    await world.pass(50);
    const acks = bob.received.filter(({ method, status }) => method === "ACK" && status === 0);
    expect(acks.at(-1)?.body).toBe(sdp(carol.address, { version: 2 }));
    expect(audio.endpoints).toBe(0);
  });

  it("leaves a call like any other: what follows passes through, and either side can hang up", async () => {
    const { world, carol, bob, asked, callee } = await connected();
    bob.answer(asked, 200, { body: sdp(bob.address, { version: 2 }) });
    await world.pass(50);
    carol.answer(carol.take("INVITE"), 200, { body: sdp(carol.address, { version: 2 }) });
    await world.pass(50);
    const held = sdp(bob.address, { version: 3, direction: "sendonly" });
    callee.request("INVITE", { body: held });
    await world.pass(50);
    expect(carol.take("INVITE").body).toBe(held);
    callee.request("BYE");
    await world.pass(200);
    expect(carol.count("BYE")).toBe(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it.each([
    ["the callee refuses", 488, undefined],
    ["the caller refuses", 200, 488],
  ])("leaves everything as it was where %s", async (_what, ofCallee, ofCaller) => {
    const { world, audio, carol, bob, asked, caller } = await connected();
    bob.answer(asked, ofCallee, ofCallee === 200 ? { body: sdp(bob.address, { version: 2 }) } : {});
    await world.pass(50);
    if (ofCaller !== undefined) {
      carol.answer(carol.take("INVITE"), ofCaller);
      await world.pass(50);
      const acks = bob.received.filter(({ method, status }) => method === "ACK" && status === 0);
      expect(acks.at(-1)?.body).toContain("m=audio 20002");
    }
    expect([audio.endpoints, audio.caller.joined]).toEqual([2, audio.at(1)]);
    expect(world.observer.problems[0]).toMatch(/^forward: the audio is not released: (callee|caller) said 488/);
    caller.request("BYE");
    await world.pass(200);
    expect([bob.count("BYE"), audio.endpoints, world.leftovers()]).toEqual([1, 0, NOTHING]);
  });

  it("ends well where the caller hangs up in the middle of it", async () => {
    const { world, audio, carol, bob, asked, caller } = await connected();
    bob.answer(asked, 200, { body: sdp(bob.address, { version: 2 }) });
    caller.request("BYE");
    await world.pass(200);
    const offers = carol.count("INVITE");
    if (offers > 0) carol.answer(carol.take("INVITE"), 481);
    await world.pass(500);
    expect([bob.count("BYE"), audio.endpoints, world.leftovers()]).toEqual([1, 0, NOTHING]);
  });

  it("has each phone play what it hears of the switch before the source of it changes", async () => {
    const { world, audio, bob } = await answered();
    await world.pass(SETTLED_AFTER_MS - 100);
    expect([bob.count("INVITE"), audio.caller.joined]).toEqual([1, audio.at(1)]);
    await world.pass(100);
    expect(bob.count("INVITE")).toBe(2);
  });

  it("does nothing more where the call is over by then", async () => {
    const { world, bob, caller } = await answered();
    caller.request("BYE");
    await world.pass(SETTLED_AFTER_MS);
    expect([bob.count("BYE"), bob.count("INVITE"), world.leftovers()]).toEqual([1, 1, NOTHING]);
  });

  it.each(["callee", "caller"] as const)("waits while the %s is holding", async (who) => {
    const { world, carol, bob, ...sides } = await answered();
    const [side, phone] = [sides[who], who === "callee" ? bob : carol];
    const renew = async (version: number, direction: string) => {
      const request = side.request("INVITE", { body: sdp(phone.address, { version, direction }) });
      await world.pass(50);
      side.ack(request);
    };
    await renew(2, "sendonly");
    await world.pass(SETTLED_AFTER_MS);
    expect(bob.count("INVITE")).toBe(1);
    await renew(3, "sendrecv");
    await world.pass(50);
    expect(bob.count("INVITE")).toBe(2);
  });

  it("refuses an offer that crosses its own by 491", async () => {
    const { world, carol, caller } = await connected();
    caller.request("INVITE", { body: sdp(carol.address, { version: 2 }) });
    await world.pass(100);
    expect(carol.count("491 INVITE")).toBe(1);
  });
});
