import { describe, expect, it } from "vitest";
import { Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import { SimNet } from "../../../../runtime/simulator/network/sim-net.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { forward, gather, hangup, reject, timer, transfer } from "../../../../sdk/index.ts";
import { sdp } from "../audio/audio-world.ts";
import { SimAudio } from "../audio/sim-audio.ts";
import { type Handlers, later, never } from "../call/scripted.ts";
import { type CrashingOptions, CrashingSwitch, DOMAIN } from "./crashing-switch.ts";

const TO = `sip:100@${DOMAIN}`;
const BOB = "203.0.113.2";
const ERIN = "203.0.113.3";

function office(script: Handlers, options: Partial<CrashingOptions> = {}) {
  const clock = new VirtualClock();
  const net = new SimNet({ seed: 1, clock });
  const [alice, bob, erin] = [
    new Phone(net, "alice", "203.0.113.1"),
    new Phone(net, "bob", BOB),
    new Phone(net, "erin", ERIN),
  ];
  const planes: SimAudio[] = [];
  const audio = () => {
    const plane = new SimAudio(clock);
    planes.push(plane);
    return { plane, library: plane.library, mailboxes: plane.mailboxes };
  };
  const crashing = new CrashingSwitch({ clock, net, script, audio, ...options });
  return {
    clock,
    crashing,
    alice,
    bob,
    erin,
    planes,
    /** Time passes, and what was promised in it comes true. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 50) {
        clock.advance(Math.min(50, left));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async crash(awayMs = 1_000) {
      crashing.kill(true);
      await this.pass(awayMs);
      crashing.start();
      await this.pass(50);
    },
    async connect(fields: readonly (readonly [string, string])[] = []) {
      const body = sdp(alice.address);
      const invite = alice.invite(TO, { body, fields });
      await this.pass(100);
      const offered = bob.take("INVITE");
      bob.answer(offered, 200, { body: sdp(bob.address) });
      await this.pass(50);
      const caller = Side.ofCaller(alice, invite, alice.take("200 INVITE"));
      caller.ack(invite);
      await this.pass(50);
      return { invite, offered, caller, callee: Side.ofCallee(bob, offered) };
    },
    record: () => [...crashing.records.values()][0],
  };
}

const toBob = forward(`sip:bob@${BOB}`);

/** How often scripts have heard that a call is over. */
function timesEnded({ scripts }: CrashingSwitch): number {
  return scripts.flatMap(({ events }) => events.filter(({ type }) => type === "ended")).length;
}

describe("A call of an earlier process", () => {
  it("goes on with higher CSeq numbers in both dialogs, so that what was lost with it is not repeated", async () => {
    const world = office({ invite: () => toBob });
    const { caller, callee } = await world.connect();
    caller.request("INFO", { body: "1" });
    await world.pass(50);
    expect(world.bob.take("INFO").cseq).toBe(2);
    await world.crash();
    caller.request("INFO", { body: "2" });
    callee.request("INFO", { body: "3" });
    await world.pass(50);
    expect(world.bob.take("INFO").cseq).toBeGreaterThan(1000);
    expect(world.alice.take("INFO").cseq).toBeGreaterThan(1000);
  });

  it("refuses its caller again who has not acknowledged that, and tells its script of its end no second time", async () => {
    const world = office({ invite: () => reject(486), ended: () => undefined });
    world.alice.isPolite = false;
    const invite = world.alice.invite(TO);
    await world.pass(300);
    await world.crash();
    const before = world.alice.count("486 INVITE");
    await world.pass(1_000);
    expect(world.alice.count("486 INVITE")).toBeGreaterThan(before);
    world.alice.ackRefusal(invite, world.alice.take("486 INVITE"));
    await world.pass(1_000);
    expect(timesEnded(world.crashing)).toBe(1);
    expect([...world.crashing.commits.values()]).toEqual([1]);
    expect(world.crashing.current.log.figures.calls).toBe(0);
  });

  it("whose caller had heard nothing yet begins anew when he says his INVITE again", async () => {
    let asked = 0;
    const world = office({ invite: () => (++asked === 1 ? never : toBob) });
    const { text } = world.alice.invite(TO, { body: sdp(world.alice.address) });
    await world.pass(150);
    await world.crash(300);
    expect([world.alice.kinds, world.crashing.sw.index.size]).toEqual([[], 0]);
    world.alice.sendText(text);
    await world.pass(100);
    world.bob.answer(world.bob.take("INVITE"), 180);
    await world.pass(50);
    world.alice.take("180 INVITE");
  });

  it("that its route's fallback has forwarded at once is cancelled at the phone that rings", async () => {
    const world = office({ ended: () => undefined }, { route: { fallback: [toBob] } });
    world.alice.invite(TO, { body: sdp(world.alice.address) });
    await world.pass(50);
    world.bob.answer(world.bob.take("INVITE"), 100);
    world.crashing.kill(false);
    await world.pass(300);
    world.crashing.start();
    await world.pass(100);
    expect(world.bob.count("CANCEL")).toBe(1);
  });

  it("whose caller had been told to wait for the script is refused", async () => {
    const world = office({ invite: () => never });
    world.alice.invite(TO, { body: sdp(world.alice.address) });
    await world.pass(250);
    await world.crash(300);
    expect(world.alice.kinds).toEqual(["100 INVITE", "500 INVITE"]);
  });

  it("hangs up again whoever has not answered that, and tells its script of its end no second time", async () => {
    const world = office({ invite: () => toBob, ended: () => undefined });
    const { caller } = await world.connect();
    world.bob.isPolite = false;
    caller.request("BYE");
    await world.pass(300);
    await world.crash();
    expect(world.crashing.current.log.figures.calls).toBe(1);
    world.bob.isPolite = true;
    await world.pass(1_000);
    expect(world.bob.count("BYE")).toBeGreaterThan(1);
    expect(timesEnded(world.crashing)).toBe(1);
    expect([...world.crashing.commits.values()]).toEqual([1]);
    expect(world.crashing.current.log.figures.calls).toBe(0);
  });

  it("tells its script of its end again where that was still busy with it, and writes no second record", async () => {
    const world = office({ invite: () => toBob, ended: () => later(5_000) });
    const { caller } = await world.connect();
    caller.request("BYE");
    await world.pass(1_000);
    await world.crash();
    expect(timesEnded(world.crashing)).toBe(2);
    await world.pass(6_000);
    expect([...world.crashing.commits.values()]).toEqual([1]);
    expect(world.crashing.current.log.figures.calls).toBe(0);
  });

  it("acknowledges a 2xx of its callee that comes again", async () => {
    const world = office({ invite: () => toBob });
    const { offered } = await world.connect();
    world.bob.take("ACK");
    await world.crash();
    world.bob.answer(offered, 200, { body: sdp(BOB) });
    await world.pass(50);
    expect(world.bob.take("ACK").cseq).toBe(1);
  });

  it("tells its caller again that it is answered, where the ACK was not there yet, and nobody twice that it begins", async () => {
    const world = office({ invite: () => toBob, ended: () => undefined });
    const invite = world.alice.invite(TO, { body: sdp(world.alice.address) });
    await world.pass(100);
    world.bob.answer(world.bob.take("INVITE"), 200, { body: sdp(BOB) });
    await world.pass(20);
    const answered = world.alice.take("200 INVITE");
    await world.crash(200);
    const again = world.alice.take("200 INVITE");
    expect(again.text).toBe(answered.text);
    // A copy of the INVITE that has lain about in the network.
    world.alice.sendText(invite.text);
    await world.pass(50);
    expect(world.crashing.sw.index.size).toBe(1);
    Side.ofCaller(world.alice, invite, again).ack(invite);
    await world.pass(50);
    expect(world.bob.take("ACK").cseq).toBe(1);
    await world.pass(10_000);
    expect(world.alice.count("200 INVITE")).toBe(2);
    expect(world.crashing.sw.index.size).toBe(1);
  });

  it("refuses an INVITE within it that was waiting for its answer, so that the phone may ask again", async () => {
    const world = office({ invite: () => toBob });
    const { caller } = await world.connect();
    const reinvite = caller.request("INVITE", { body: sdp("203.0.113.1", { version: 2 }) });
    await world.pass(300);
    expect(world.bob.take("INVITE").cseq).toBe(2);
    await world.crash();
    const refused = world.alice.take("500 INVITE");
    expect(refused.param("Via", "branch")).toBe(reinvite.param("Via", "branch"));
    expect(refused.header("Retry-After")).toBe("1");
  });

  it("acknowledges the answer to such an INVITE, which nobody else is going to do", async () => {
    const world = office({ invite: () => toBob });
    const { caller } = await world.connect();
    caller.request("INVITE", { body: sdp(world.alice.address, { version: 2 }) });
    await world.pass(50);
    const offered = world.bob.take("INVITE");
    await world.crash();
    const before = world.bob.count("ACK");
    world.bob.answer(offered, 200, { body: sdp(BOB, { version: 2 }) });
    await world.pass(50);
    expect(world.bob.count("ACK")).toBe(before + 1);
    expect(world.bob.received.findLast(({ method }) => method === "ACK")?.cseq).toBe(offered.cseq);
  });

  it("has its timers run out when they were to run out, those of the time away at once", async () => {
    const world = office({
      invite: () => [timer("short", 2), timer("long", 20), toBob],
      timer: (_call, { name }) => (name === "long" ? hangup() : undefined),
    });
    await world.connect();
    const before = world.clock.now();
    await world.crash(4_000);
    const events = () =>
      world.crashing.current.scripts.events.flatMap((event) => (event.type === "timer" ? event.name : []));
    expect(events()).toEqual(["short"]);
    await world.pass(17_000);
    expect(events()).toEqual(["short", "long"]);
    expect(Date.parse(world.record()?.endedAt ?? "") - before).toBeGreaterThan(19_000);
    expect(Date.parse(world.record()?.endedAt ?? "") - before).toBeLessThan(20_500);
  });

  it("is refreshed in time where its sides keep a session (RFC 4028)", async () => {
    const world = office({ invite: () => toBob });
    const invite = world.alice.invite(TO, { body: sdp("203.0.113.1") });
    await world.pass(100);
    const offered = world.bob.take("INVITE");
    const fields = [
      ["Session-Expires", "100;refresher=uac"],
      ["Supported", "timer"],
      ["Allow", "INVITE, ACK, BYE, UPDATE"],
    ] as const;
    world.bob.answer(offered, 200, { body: sdp(BOB), fields });
    await world.pass(50);
    Side.ofCaller(world.alice, invite, world.alice.take("200 INVITE")).ack(invite);
    await world.pass(20_000);
    await world.crash(3_000);
    await world.pass(24_000);
    expect(world.bob.count("UPDATE")).toBe(0);
    await world.pass(4_000);
    expect(world.bob.count("UPDATE")).toBeGreaterThan(0);
  });

  it("ends for both sides where the switch was away for too long, with the time that it was seen as its end", async () => {
    const world = office({ invite: () => toBob, ended: () => undefined });
    await world.connect();
    await world.pass(5_000);
    const seen = world.clock.now();
    world.crashing.kill(false);
    await world.pass(120_000);
    world.crashing.start(seen);
    await world.pass(500);
    for (const phone of [world.alice, world.bob])
      expect(phone.take("BYE").header("Reason")).toContain("away for too long");
    expect(world.record()).toMatchObject({
      result: "answered",
      endedBy: "switch",
      endedAt: new Date(seen).toISOString(),
    });
    expect(world.record()?.seconds).toBeCloseTo(5, 0);
    expect(world.crashing.current.scripts.names).toEqual(["ended"]);
  });

  it("runs no handler where its version of the script is gone, and can be hung up all the same", async () => {
    const world = office({ invite: () => toBob, bye: () => undefined });
    const { caller } = await world.connect();
    world.crashing.script = {};
    await world.crash();
    caller.request("BYE");
    await world.pass(500);
    world.bob.take("BYE");
    expect(world.record()).toMatchObject({ result: "answered", endedBy: "caller" });
  });

  it("goes on between those who talked where a transfer was under way, and tells its script that it has failed", async () => {
    const world = office({
      invite: () => toBob,
      answered: () => transfer(`sip:erin@${ERIN}`),
      transferred: () => undefined,
    });
    const { caller } = await world.connect();
    await world.pass(200);
    const ringing = world.erin.take("INVITE");
    world.erin.answer(ringing, 180);
    await world.pass(100);
    await world.crash();
    world.erin.take("CANCEL");
    const [told] = world.crashing.current.scripts.events.filter(({ type }) => type === "transferred");
    expect(told).toMatchObject({ end: "failed", code: 500 });
    caller.request("INFO", { body: "x" });
    await world.pass(50);
    world.bob.take("INFO");
  });
});

describe("Audio of an earlier process", () => {
  it("is heard again at the same ports, each side with what it had agreed on", async () => {
    const world = office({ invite: () => forward(`sip:bob@${BOB}`, { media: "anchor" }) });
    await world.connect();
    await world.crash();
    const [before, after] = world.planes;
    expect(after?.opened.map(({ local }) => local)).toEqual(before?.opened.map(({ local }) => local));
    expect(after?.opened.map(({ stream }) => stream)).toEqual(before?.opened.map(({ stream }) => stream));
    expect(after?.at(0).joined).toBe(after?.at(1));
  });

  it("is asked for again where a menu waited for a key, and the key counts", async () => {
    const world = office({
      invite: () => gather({ prompt: "menu", digits: 1, timeoutSeconds: 30 }),
      gathered: (_call, { digits }) => hangup({ reason: `pressed ${digits}` }),
    });
    const invite = world.alice.invite(TO, { body: sdp("203.0.113.1") });
    await world.pass(100);
    Side.ofCaller(world.alice, invite, world.alice.take("200 INVITE")).ack(invite);
    await world.pass(5_000);
    await world.crash();
    await world.pass(200);
    const after = world.planes.at(-1);
    expect(after?.caller.heard).toEqual(["menu"]);
    after?.caller.press("7");
    await world.pass(200);
    expect(world.alice.take("BYE").header("Reason")).toContain("pressed 7");
  });

  it("goes on to be recorded where both parties were", async () => {
    const world = office({ invite: () => forward(`sip:bob@${BOB}`, { record: true }) });
    await world.connect();
    await world.pass(500);
    expect(world.planes[0]?.caller.recording).not.toBeNull();
    await world.crash();
    expect(world.planes[1]?.caller.recording).not.toBeNull();
  });

  it("that cannot be had at its port any more ends the call, and both hear why", async () => {
    const world = office({ invite: () => forward(`sip:bob@${BOB}`, { media: "anchor" }) });
    await world.connect();
    world.crashing.audio = () => {
      const plane = new SimAudio(world.clock);
      plane.hasPorts = false;
      return { plane, library: plane.library, mailboxes: plane.mailboxes };
    };
    await world.crash();
    await world.pass(500);
    for (const phone of [world.alice, world.bob]) expect(phone.take("BYE").header("Reason")).toContain("no media port");
    expect(world.record()).toMatchObject({ result: "answered", endedBy: "switch" });
  });
});

describe("A call that is over", () => {
  it.each<[string, (world: ReturnType<typeof office>) => Promise<void>]>([
    [
      "had no port for the audio of whom it was to call",
      async ({ planes, pass }) => {
        for (const plane of planes) plane.hasPorts = false;
        await pass(500);
      },
    ],
    [
      "was hung up before there was an offer for whom it was to call",
      async ({ crashing }) => {
        for (const call of crashing.sw.index.calls) call.guard(() => call.hangUp("api", null));
      },
    ],
  ])("is written down no longer, also where it %s", async (_what, end) => {
    const world = office({ invite: () => forward(`sip:bob@${BOB}`, { media: "anchor" }), ended: () => undefined });
    world.alice.invite(TO, { body: sdp(world.alice.address) });
    world.clock.advance(6);
    await new Promise((resolve) => setImmediate(resolve));
    await end(world);
    await world.pass(2_000);
    expect(world.crashing.records.size).toBe(1);
    expect(world.bob.count("INVITE")).toBe(0);
    expect(world.crashing.current.log.figures.calls).toBe(0);
  });
});

describe("A trunk", () => {
  const trunks = [
    {
      name: "carrier",
      trunk: { uri: `sip:${BOB}`, limits: { calls: 1 } },
    },
  ];

  it("counts the calls of an earlier process among its own", async () => {
    const world = office({ invite: () => forward("+15551234", { via: "carrier" }) }, { trunks });
    await world.connect();
    await world.crash();
    const { trunks: services } = world.crashing.current.switch;
    expect(services?.leases.count("carrier")).toBe(1);
    world.alice.invite(TO, { body: sdp("203.0.113.1") });
    await world.pass(500);
    expect(world.bob.count("INVITE")).toBe(1);
    const [call] = world.crashing.sw.index.calls;
    call?.guard(() => call.hangUp("api", null));
    expect(services?.leases.count("carrier")).toBe(0);
  });
});
