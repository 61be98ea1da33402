import { describe, expect, it } from "vitest";
import { parsePlan } from "../../../../runtime/contract/decision.ts";
import { Side } from "../../../../runtime/simulator/network/phone.ts";
import { type Confirm, type ForwardOptions, forward, play, reject } from "../../../../sdk/index.ts";
import type { Handlers } from "../call/scripted.ts";
import { audioWorld, sdp, TO } from "./audio-world.ts";

const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };
const HANDLERS: Handlers = { answered: () => undefined, ringing: () => undefined, ended: () => undefined };

/** Somebody calls, and bob's phone rings. */
async function ringing(options: ForwardOptions, handlers: Handlers = HANDLERS, targets: string | string[] = "bob") {
  const { world, audio, carol } = audioWorld({ invite: () => [forward(targets, options), reject(603)], ...handlers });
  const bob = world.registered("bob");
  const dave = world.registered("dave");
  const invite = carol.invite(TO, { body: sdp(carol.address) });
  await world.pass(50);
  const offered = bob.take("INVITE");
  bob.answer(offered, 180);
  await world.pass(50);
  return { world, audio, carol, bob, dave, invite, offered };
}

/** Bob has answered, and hears what he is asked. */
async function asked(confirm: Confirm = {}, options: ForwardOptions = {}, handlers?: Handlers) {
  const call = await ringing({ ...options, confirm }, handlers);
  call.bob.answer(call.offered, 200, { body: sdp(call.bob.address) });
  await call.world.pass(50);
  return { ...call, callee: Side.ofCallee(call.bob, call.offered) };
}

describe("forward with confirm", () => {
  it("asks whoever answers, whose answer the caller does not hear of", async () => {
    const { world, audio, carol, bob } = await asked();
    expect(bob.count("ACK")).toBe(1);
    expect(audio.at(1).heard).toEqual(["spoken:You have a call. To take it, press 1."]);
    expect([carol.count("200 INVITE"), audio.at(1).joined]).toEqual([0, null]);
    expect(world.scripts.names).toEqual(["invite", "ringing"]);
    expect(carol.kinds.filter((kind) => kind === "180 INVITE").length).toBeGreaterThan(0);
    expect(carol.kinds).not.toContain("183 INVITE");
  });

  it("joins both, and tells the caller and the script, when the key is pressed", async () => {
    const { world, audio, carol, bob, invite } = await asked();
    audio.at(1).press("1");
    await world.pass(50);
    const caller = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
    caller.ack(invite);
    await world.pass(50);
    expect(audio.caller.joined).toBe(audio.at(1));
    expect(audio.at(1).isPlaying).toBe(false);
    expect(world.scripts.names).toEqual(["invite", "ringing", "answered"]);
    expect(world.scripts.events.at(-1)).toMatchObject({ leg: { target: "bob", state: "answered" } });
    caller.request("BYE");
    await world.pass(200);
    expect(bob.count("BYE")).toBe(1);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("takes the key by INFO as well, and another key than 1 where the decision says so", async () => {
    const { world, carol, callee, audio } = await asked({ key: "7", prompt: ["welcome", "beep"], say: "Press 7." });
    expect(audio.at(1).heard).toEqual(["welcome beep spoken:Press 7."]);
    const fields = [["Content-Type", "application/dtmf-relay"]] as const;
    callee.request("INFO", { fields, body: "Signal=7\r\nDuration=160\r\n" });
    await world.pass(50);
    expect(carol.count("200 INVITE")).toBe(1);
  });

  it("lets them talk with re-INVITE, INFO and BYE like any other call", async () => {
    const { world, audio, carol, bob, callee, invite } = await asked();
    audio.at(1).press("1");
    await world.pass(50);
    const caller = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
    caller.ack(invite);
    await world.pass(50);
    const moved = callee.request("INVITE", { body: sdp("203.0.113.77", { version: 2 }) });
    await world.pass(50);
    expect(bob.count("200 INVITE")).toBe(1);
    callee.ack(moved);
    await world.pass(50);
    callee.request("BYE");
    await world.pass(200);
    expect([bob.count("200 BYE"), carol.count("BYE"), audio.endpoints]).toEqual([1, 1, 0]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it.each([
    ["another key", (call: Awaited<ReturnType<typeof asked>>) => call.audio.at(1).press("2")],
    ["no key in time", () => {}],
  ])("hangs up on who presses %s, and the plan goes on", async (_what, act) => {
    const call = await asked({ timeoutSeconds: 3 });
    act(call);
    await call.world.pass(4200);
    expect(call.bob.count("BYE")).toBe(1);
    expect(call.carol.count("603 INVITE")).toBe(1);
    const ended = call.world.scripts.events.at(-1);
    expect(ended).toMatchObject({ type: "ended", cdr: { legs: [{ target: "bob", code: 480, reason: "Not Taken" }] } });
    expect([call.audio.endpoints, call.world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("goes on where whoever has answered hangs up himself", async () => {
    const { world, carol, bob, callee, audio } = await asked();
    callee.request("BYE");
    await world.pass(200);
    expect([bob.count("200 BYE"), bob.count("BYE"), carol.count("603 INVITE")]).toEqual([1, 0, 1]);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("hangs up on who is asked when the caller gives up", async () => {
    const { world, carol, bob, invite, audio } = await asked();
    carol.cancel(invite);
    await world.pass(200);
    expect([carol.count("487 INVITE"), bob.count("BYE")]).toEqual([1, 1]);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("gives who has answered the time to press, though the time to ring is up", async () => {
    const call = await ringing({ ringSeconds: 2, confirm: {} });
    await call.world.pass(1700);
    call.bob.answer(call.offered, 200, { body: sdp(call.bob.address) });
    await call.world.pass(5000);
    call.audio.at(1).press("1");
    await call.world.pass(50);
    expect([call.carol.count("200 INVITE"), call.bob.count("BYE")]).toEqual([1, 0]);
  });

  it("rings on for the others meanwhile, and hangs up on them, ringing or asked, once one has taken the call", async () => {
    const { world, audio, carol, bob, dave, offered } = await ringing({ confirm: {} }, HANDLERS, ["bob", "dave"]);
    const toDave = dave.take("INVITE");
    dave.answer(toDave, 180);
    bob.answer(offered, 200, { body: sdp(bob.address) });
    await world.pass(50);
    expect(dave.count("CANCEL")).toBe(0);
    dave.answer(toDave, 200, { body: sdp(dave.address) });
    await world.pass(50);
    audio.at(2).press("1");
    await world.pass(50);
    expect(carol.count("200 INVITE")).toBe(1);
    expect(audio.caller.joined).toBe(audio.at(2));
    expect(bob.take("BYE").header("Reason")).toContain("Call completed elsewhere");
    expect(dave.count("BYE")).toBe(0);
    expect(audio.endpoints).toBe(2);
  });

  it("acknowledges a 2xx that comes again, while it asks and after it has hung up", async () => {
    const { world, audio, bob, offered } = await asked({ timeoutSeconds: 1 });
    bob.answer(offered, 200, { body: sdp(bob.address) });
    await world.pass(50);
    expect(bob.count("ACK")).toBe(2);
    audio.at(1).press("9");
    await world.pass(100);
    const before = bob.count("ACK");
    bob.answer(offered, 200, { body: sdp(bob.address) });
    await world.pass(100);
    expect([bob.count("ACK"), bob.count("BYE")]).toEqual([before + 1, 1]);
  });

  it("answers what else comes from who is asked, and requests of another dialog by 481", async () => {
    const { world, bob, callee } = await asked();
    callee.request("OPTIONS");
    callee.request("INVITE", { body: sdp(bob.address, { version: 2 }) });
    callee.request("MESSAGE", { body: "hello" });
    await world.pass(50);
    expect([bob.count("200 OPTIONS"), bob.count("500 INVITE"), bob.count("405 MESSAGE")]).toEqual([1, 1, 1]);
    const stranger = Side.ofCallee(bob, bob.received.find(({ method }) => method === "INVITE") as never);
    Object.assign(stranger, { local: `${stranger.local.split(";tag=")[0]};tag=another` });
    stranger.request("BYE");
    await world.pass(50);
    expect(bob.count("481 BYE")).toBe(1);
  });

  it("hides early media of who is going to be asked: the caller hears ringing", async () => {
    const { world, audio, carol, bob, offered } = await ringing({ confirm: {} });
    bob.answer(offered, 183, { body: sdp(bob.address) });
    await world.pass(50);
    expect([carol.count("183 INVITE"), audio.at(1).joined]).toEqual([0, null]);
  });

  it("asks for a caller who talks to the switch already, and rings in his ear", async () => {
    const { world, audio, carol } = audioWorld({ invite: () => [play("welcome"), forward("bob", { confirm: {} })] });
    const bob = world.registered("bob");
    const invite = carol.invite(TO, { body: sdp(carol.address) });
    await world.pass(100);
    Side.ofCaller(carol, invite, carol.take("200 INVITE")).ack(invite);
    await world.pass(1100);
    const offered = bob.take("INVITE");
    bob.answer(offered, 200, { body: sdp(bob.address) });
    await world.pass(50);
    expect(audio.caller.heard).toEqual(["welcome", "tone:ringback"]);
    audio.at(1).press("1");
    await world.pass(50);
    expect([audio.caller.joined, audio.caller.isPlaying]).toEqual([audio.at(1), false]);
  });

  it("calls nobody who has answered where the prompt is missing, and says what is", async () => {
    const { world, bob, carol } = await asked({ prompt: "missing" });
    await world.pass(100);
    expect([bob.count("BYE"), carol.count("603 INVITE")]).toEqual([1, 1]);
  });

  it("shows who is asked as ringing", async () => {
    const { world } = await asked();
    const [call] = [...world.sw.index.calls];
    expect(call?.view.summary()).toMatchObject({ state: "ringing", legs: [{ state: "ringing" }] });
  });
});

describe("the schema of confirm", () => {
  it.each<[Confirm]>([
    [{}],
    [{ prompt: "welcome" }],
    [{ prompt: ["welcome", "silence:200"], say: "Press 7.", key: "7", timeoutSeconds: 60 }],
  ])("takes %o", (confirm) => {
    expect(parsePlan(forward("alice", { confirm })).ok).toBe(true);
  });

  it.each([
    [true, "confirm"],
    [{ key: "12" }, "confirm.key"],
    [{ key: "#" }, "confirm.key"],
    [{ timeoutSeconds: 61 }, "confirm.timeoutSeconds"],
    [{ say: "" }, "confirm.say"],
    [{ promt: "welcome" }, "confirm.promt"],
  ])("refuses %o", (confirm, path) => {
    const parsed = parsePlan({ type: "forward", targets: ["alice"], confirm });
    expect(parsed.ok ? "" : parsed.problem.path).toBe(path);
  });
});
