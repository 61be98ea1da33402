import { describe, expect, it } from "vitest";
import type { SimEndpoint } from "../../../../runtime/simulator/audio/sim-endpoint.ts";
import { forward, transfer } from "../../../../sdk/index.ts";
import { audioWorld, sdp } from "../audio/audio-world.ts";
import type { Handlers } from "../call/scripted.ts";
import { DOMAIN, inviteAs, lastAck, NOBODY_LEFT, notified, refer, replacing, Side, user } from "./transfer-world.ts";

const USERS: Record<string, string> = { 100: "alice", 101: "bob", 102: "dave" };

/** Carol talks with alice; all audio passes through the switch, unless `media` says otherwise. */
async function anchored(script: Handlers = {}, media: "anchor" | "direct" = "anchor") {
  const { world, audio, carol } = audioWorld({
    invite: (call) => forward(USERS[call.to.user] ?? "nobody", { media }),
    transferred: () => undefined,
    ...script,
  });
  const [alice, bob] = [world.registered("alice"), world.registered("bob")];
  const invite = carol.invite(`sip:100@${DOMAIN}`, { body: sdp(carol.address) });
  await world.pass(100);
  const offered = alice.take("INVITE");
  alice.answer(offered, 200, { toTag: "a1", body: sdp(alice.address) });
  await world.pass(50);
  const caller = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
  caller.ack(invite);
  await world.pass(50);
  const id = world.calls.list()[0]?.id ?? "";
  return { world, audio, carol, alice, bob, caller, callee: Side.ofCallee(alice, offered, "a1"), id };
}

/** What is to be heard at an endpoint just now. */
function heard({ isPlaying, heard: names }: SimEndpoint): string | undefined {
  return isPlaying ? names.at(-1) : undefined;
}

describe("A transfer of a call whose audio ends at the switch", () => {
  it("plays music, then ringing, and joins the party with the target without a word to its phone", async () => {
    const { world, audio, carol, alice, bob, callee } = await anchored();
    const [ofCarol, ofAlice] = [audio.at(0), audio.at(1)];
    refer(callee, user("101"));
    await world.pass(50);
    expect([heard(ofCarol), ofCarol.joined]).toEqual(["music", null]);
    const invite = bob.take("INVITE");
    expect(invite.body).toContain("m=audio");
    bob.answer(invite, 180, { reason: "Ringing" });
    await world.pass(50);
    expect(heard(ofCarol)).toBe("tone:ringback");
    bob.answer(invite, 200, { body: sdp(bob.address) });
    await world.pass(50);
    expect([ofCarol.joined, heard(ofCarol), lastAck(bob)]).toEqual([audio.at(2), undefined, ""]);
    notified(world, alice);
    await world.pass(50);
    expect([carol.count("INVITE"), alice.count("BYE"), audio.endpoints, ofAlice.isOpen]).toEqual([0, 1, 2, false]);
    Side.ofCallee(bob, invite).request("BYE");
    await world.pass(50);
    carol.take("BYE");
    expect([world.observer.failures, audio.endpoints]).toEqual([[], 0]);
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });

  it("lets the party hear what the target sends before it answers", async () => {
    const { world, audio, bob, callee } = await anchored();
    refer(callee, user("101"));
    await world.pass(50);
    bob.answer(bob.take("INVITE"), 183, { body: sdp(bob.address) });
    await world.pass(50);
    expect(audio.at(0).joined).toBe(audio.at(2));
  });

  it("brings the call back where nobody takes it: both hear each other again", async () => {
    const { world, audio, alice, bob, callee } = await anchored();
    refer(callee, user("101"));
    await world.pass(50);
    bob.answer(bob.take("INVITE"), 486);
    await world.pass(50);
    expect([audio.at(0).joined, heard(audio.at(0)), audio.endpoints]).toEqual([audio.at(1), undefined, 2]);
    expect(notified(world, alice).at(-1)).toContain("486");
  });

  it("lets the party hear music again where whoever transfers has it on hold", async () => {
    const { world, audio, alice, bob, callee } = await anchored();
    callee.request("INVITE", { body: sdp(alice.address, { direction: "sendonly", version: 2 }) });
    await world.pass(50);
    callee.request("ACK", { cseq: alice.take("200 INVITE").cseq });
    refer(callee, user("101"));
    await world.pass(50);
    bob.answer(bob.take("INVITE"), 486);
    await world.pass(50);
    expect([audio.at(0).joined, heard(audio.at(0))]).toEqual([null, "music"]);
  });

  it("puts the target in the place of the caller where that one transfers", async () => {
    const { world, audio, carol, alice, bob, id } = await anchored();
    world.calls.decide(id, transfer("bob", { who: "callee" }));
    await world.pass(50);
    expect(heard(audio.at(1))).toBe("music");
    const invite = bob.take("INVITE");
    bob.answer(invite, 200, { body: sdp(bob.address) });
    await world.pass(50);
    expect([audio.at(1).joined, carol.count("BYE"), alice.count("BYE")]).toEqual([audio.at(2), 1, 0]);
    const side = Side.ofCallee(bob, invite);
    side.request("INVITE", { body: sdp(bob.address, { direction: "sendonly", version: 2 }) });
    await world.pass(50);
    expect([heard(audio.at(1)), bob.take("200 INVITE").body]).toEqual(["music", expect.stringContaining("recvonly")]);
  });

  it("goes on with the recording of both parties", async () => {
    const { world, audio, bob, id } = await anchored();
    world.calls.decide(id, { type: "recordCall", action: "start" });
    world.calls.decide(id, transfer("bob", { who: "callee" }));
    await world.pass(50);
    expect(audio.at(0).recording).not.toBeNull();
    bob.answer(bob.take("INVITE"), 200, { body: sdp(bob.address) });
    await world.pass(50);
    expect([audio.at(0).recording, audio.at(2).recording === null]).toEqual([null, false]);
  });

  it("has a call that went directly pass through the switch where it is to be recorded", async () => {
    const { world, audio, carol, bob, id } = await anchored({}, "direct");
    expect(audio.endpoints).toBe(0);
    world.calls.decide(id, transfer("bob", { record: true }));
    await world.pass(100);
    bob.answer(bob.take("INVITE"), 200, { body: sdp(bob.address) });
    await world.pass(50);
    const offer = carol.take("INVITE");
    expect(offer.body).toContain("m=audio");
    carol.answer(offer, 200, { body: sdp(carol.address, { version: 2 }) });
    await world.pass(50);
    expect([audio.at(0).joined, audio.at(1).recording === null]).toEqual([audio.at(1), false]);
    expect(world.observer.transfers[0]).toContain("connected");
  });

  it.each([
    ["refuses", 488, {}],
    ["answers without audio", 200, {}],
  ])("leaves a call that went directly as it was where its phone %s", async (_what, status, parts) => {
    const { world, audio, carol, alice, bob, caller, id } = await anchored({}, "direct");
    world.calls.decide(id, transfer("bob", { record: true }));
    await world.pass(100);
    bob.answer(bob.take("INVITE"), 200, { body: sdp(bob.address) });
    await world.pass(50);
    carol.answer(carol.take("INVITE"), status, parts);
    await world.pass(50);
    expect([bob.count("BYE"), audio.endpoints, world.observer.transfers[0]?.slice(0, 6)]).toEqual([1, 0, "failed"]);
    caller.request("INFO", { body: "still here" });
    await world.pass(50);
    alice.take("INFO");
  });
});

describe("An attended transfer where audio ends at the switch", () => {
  it.each([
    ["of both", "anchor", "anchor", 0],
    ["of the first", "anchor", "direct", 1],
    ["of the second", "direct", "anchor", 1],
  ] as const)("joins the far sides (%s)", async (_what, first, second, invites) => {
    let count = 0;
    const { world, audio, carol, alice, bob, callee } = await anchored({
      invite: (call) => forward(USERS[call.to.user] ?? "nobody", { media: count++ === 0 ? first : second }),
    });
    const consultation = inviteAs(world, alice, "101", { body: sdp(alice.address) });
    await world.pass(100);
    const offered = bob.take("INVITE");
    bob.answer(offered, 200, { body: sdp(bob.address) });
    await world.pass(50);
    const side = Side.ofCaller(alice, consultation, alice.take("200 INVITE"));
    side.ack(consultation);
    await world.pass(50);
    refer(callee, replacing("101", side));
    await world.pass(100);
    for (const phone of [carol, bob]) {
      if (phone.count("INVITE") === (phone === bob ? 1 : 0)) continue;
      phone.answer(phone.take("INVITE"), 200, { body: sdp(phone.address, { version: 2 }) });
      await world.pass(100);
    }
    expect(notified(world, alice).at(-1)).toContain("SIP/2.0 200");
    await world.pass(100);
    expect([carol.count("INVITE") + bob.count("INVITE") - 1, audio.endpoints, alice.count("BYE")]).toEqual([
      invites,
      2,
      2,
    ]);
    const open = audio.opened.filter(({ isOpen }) => isOpen);
    expect(open.map(({ joined }) => joined === null)).toEqual([false, false]);
    Side.ofCallee(bob, offered).request("BYE");
    await world.pass(100);
    carol.take("BYE");
    expect([audio.endpoints, world.observer.failures, world.observer.cdrs.length]).toEqual([0, [], 2]);
    expect(world.leftovers()).toMatchObject(NOBODY_LEFT);
  });
});

describe("hold and resume by decision", () => {
  it("lets one party hear music and the other nothing, and joins them again", async () => {
    const { world, audio, id } = await anchored();
    world.calls.decide(id, { type: "hold", who: "callee" });
    await world.pass(50);
    expect([heard(audio.at(0)), heard(audio.at(1)), audio.at(1).joined]).toEqual([undefined, "music", null]);
    world.calls.decide(id, { type: "resume", who: "callee" });
    await world.pass(50);
    expect([heard(audio.at(1)), audio.at(0).joined]).toEqual([undefined, audio.at(1)]);
  });

  it("is told to be impossible where the audio does not pass through", async () => {
    const { world, id } = await anchored({}, "direct");
    world.calls.decide(id, { type: "hold" });
    expect(world.observer.problems).toEqual(["hold: the audio of this call does not pass through the switch"]);
  });
});

describe("A transfer by decision", () => {
  it("is done at an event of the call, and the plan goes on where it fails", async () => {
    const { world, alice, bob, carol, callee } = await anchored({
      info: () => [transfer("bob", { ringSeconds: 5 }), { type: "tag", tags: { tried: "bob" } }],
    });
    callee.request("INFO", { body: "transfer" });
    await world.pass(100);
    bob.answer(bob.take("INVITE"), 180);
    await world.pass(6_000);
    bob.take("CANCEL");
    expect(world.scripts.events.at(-1)).toMatchObject({ type: "transferred", end: "failed", by: "switch", code: 408 });
    expect([world.calls.list()[0]?.tags, alice.count("BYE"), carol.count("BYE")]).toEqual([{ tried: "bob" }, 0, 0]);
  });

  it("moves the caller where a connected call is forwarded", async () => {
    const { world, alice, bob, id } = await anchored();
    world.calls.decide(id, forward("bob"));
    await world.pass(100);
    bob.answer(bob.take("INVITE"), 200, { body: sdp(bob.address) });
    await world.pass(50);
    expect(alice.count("BYE")).toBe(1);
  });

  it("is given up for another decision, and the call comes back", async () => {
    const { world, audio, bob, id } = await anchored();
    world.calls.decide(id, transfer("bob"));
    await world.pass(100);
    bob.answer(bob.take("INVITE"), 180);
    await world.pass(50);
    world.calls.decide(id, { type: "wait", seconds: 1 });
    await world.pass(50);
    expect([bob.count("CANCEL"), audio.at(0).joined]).toEqual([1, audio.at(1)]);
    expect(world.observer.transfers[0]).toContain("487");
  });

  it("is a forward where nobody is connected yet", async () => {
    const { world, carol } = audioWorld({ invite: () => transfer("bob") });
    const bob = world.registered("bob");
    carol.invite(`sip:100@${DOMAIN}`, { body: sdp(carol.address) });
    await world.pass(100);
    bob.take("INVITE");
  });

  it.each([
    [{ type: "accept" }, "No transfer waits to be accepted."],
    [
      { type: "forward", targets: ["bob"], confirm: {} },
      "The call is answered: nobody can be asked to confirm a transfer.",
    ],
    [{ type: "voicemail", mailbox: "bob" }, "The call is answered: voicemail cannot be done on it any more."],
  ])("refuses what cannot be done: %j", async (decision, message) => {
    const { world, id } = await anchored();
    expect(() => world.calls.decide(id, decision)).toThrow(message);
  });
});
