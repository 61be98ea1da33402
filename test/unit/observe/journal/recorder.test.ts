import { describe, expect, it } from "vitest";
import { MOST_BYTES, MOST_ENTRIES } from "../../../../runtime/observe/journal/recording.ts";
import { peer, returned, sip, World } from "./world.ts";

describe("The recorder", () => {
  it("finds the call of a message by its Call-ID, on each side, in both directions", async () => {
    const world = new World();
    const { recorder } = world;
    const call = world.begin("c1");
    recorder.legCalled(call, { id: "c1-1", callId: "leg-1" });
    recorder.sent(sip("SIP/2.0 100 Trying", "caller-c1"), peer);
    recorder.sent(sip("INVITE sip:bob@192.0.2.9 SIP/2.0", "leg-1"), peer);
    recorder.received(sip("SIP/2.0 180 Ringing", "leg-1"), "leg-1", false, peer);
    recorder.received(sip("SIP/2.0 180 Ringing", "other"), "other", false, peer);
    recorder.sent(sip("OPTIONS sip:x SIP/2.0", "another"), peer);
    const { items } = (await recorder.timeline("c1")) ?? { items: [] };
    expect(items.map((item) => item.type === "sip" && `${item.direction} ${item.leg} ${item.summary}`)).toEqual([
      "in caller INVITE sip:100@example.com",
      "out caller 100 Trying (INVITE)",
      "out c1-1 INVITE sip:bob@192.0.2.9",
      "in c1-1 180 Ringing (INVITE)",
    ]);
  });

  it("writes a message of a call that comes back to us into both calls", async () => {
    const world = new World();
    const first = world.begin("c1");
    world.recorder.legCalled(first, { id: "c1-1", callId: "loop" });
    world.begin("c2", "loop");
    world.recorder.sent(sip("SIP/2.0 486 Busy Here", "loop"), peer);
    for (const id of ["c1", "c2"]) {
      const { items } = (await world.recorder.timeline(id)) ?? { items: [] };
      expect(items.at(-1)).toMatchObject({ summary: "486 Busy Here (INVITE)" });
    }
  });

  it("has a message sent again marked, and one that only looks alike not", async () => {
    const world = new World();
    world.begin("c1");
    for (const line of ["SIP/2.0 180 Ringing", "SIP/2.0 180 Ringing", "SIP/2.0 183 Session Progress"]) {
      world.recorder.sent(sip(line, "caller-c1"), peer);
    }
    const { items } = (await world.recorder.timeline("c1")) ?? { items: [] };
    expect(items.map((item) => item.type === "sip" && item.isRetransmission)).toEqual([false, false, true, false]);
  });

  it("keeps the end of a long call, and says how much is missing", async () => {
    const world = new World();
    world.begin("c1");
    for (let n = 0; n < MOST_ENTRIES + 100; n++) world.recorder.find("c1")?.addFact("note", String(n));
    const timeline = await world.recorder.timeline("c1");
    expect(timeline?.items).toHaveLength(MOST_ENTRIES);
    expect(timeline?.dropped).toBe(101);
    expect(timeline?.items[0]).toMatchObject({ n: 102, text: "100" });
    expect((await world.recorder.recorded("c1"))?.dropped).toBe(101);
  });

  it("holds no more of a call than its share, whatever it is made of", () => {
    const world = new World();
    world.begin("c1");
    const recording = world.recorder.find("c1");
    for (let n = 0; n < 100; n++) recording?.addFact("note", "x".repeat(20_000));
    recording?.addFact("note", "x".repeat(MOST_BYTES + 1));
    expect(recording?.bytes).toBeLessThanOrEqual(MOST_BYTES);
    expect(world.recorder.bytes).toBe(recording?.bytes);
  });

  it("takes the messages from the calls that began first, where all calls together hold too much", async () => {
    const world = new World();
    const text = sip("INFO sip:x SIP/2.0", "id", "x".repeat(200_000));
    for (let n = 0; n < 500; n++) {
      world.begin(`c${n}`);
      world.recorder.received(text, `caller-c${n}`, false, peer);
    }
    expect(world.recorder.bytes).toBeLessThanOrEqual(64 * 1024 * 1024);
    expect(await world.recorder.timeline("c0")).toMatchObject({ dropped: 2, items: [] });
    expect(await world.recorder.timeline("c499")).toMatchObject({ dropped: 0, items: [{}, {}] });
  });

  it("listens for a while to a call that has ended, then hands it to the files and forgets it", async () => {
    const world = new World();
    world.begin("c1");
    world.end("c1");
    world.pass(5_000);
    world.recorder.sent(sip("SIP/2.0 200 OK", "caller-c1"), peer);
    expect(await world.recorder.callsOf("main", 0, 10)).toEqual(["c1"]);
    expect(world.files.size).toBe(0);
    world.pass();
    expect(world.recorder.bytes).toBe(0);
    expect(world.recorder.find("c1")).toBeUndefined();
    expect(world.files.size).toBe(1);
    expect(world.clock.pending).toBeLessThanOrEqual(1);
    const timeline = await world.recorder.timeline("c1");
    expect(timeline?.items.at(-1)).toMatchObject({ summary: "200 OK (INVITE)" });
    expect(timeline?.call).toMatchObject({ from: "sip:alice@example.com", result: "answered" });
  });

  it("keeps no more calls a second than it may, and as many again in which a script has failed", async () => {
    const world = new World({ callsPerSecond: 10 });
    const results: string[] = [];
    world.recorder.listen(null, (result) => results.push(result));
    for (let n = 0; n < 30; n++) {
      world.begin(`c${n}`);
      const recording = world.recorder.find(`c${n}`);
      if (recording !== undefined && n >= 15) recording.faults++;
      world.end(`c${n}`);
    }
    expect(results).toEqual(Array(10).fill("passed-over"));
    expect(await world.recorder.callsOf("main", 0, 100)).toHaveLength(20);
    world.pass(1000);
    world.begin("later");
    world.end("later");
    expect((await world.recorder.callsOf("main", 0, 100))[0]).toBe("later");
  });

  it("records what an event was, what it asked for in the order of the answers, and what came of it", async () => {
    const world = new World();
    world.begin("c1");
    const trace = world.event("c1");
    trace.asked(1, "kv.get", '{"key":"a"}');
    trace.asked(2, "kv.get", '{"key":"b"}');
    trace.answered(2, 'r{"value":2}');
    trace.answered(1, 'f{"code":"not-found","message":"none"}');
    trace.asked(3, "kv.get", '{"key":"c"}');
    returned([{ type: "reject", code: 486 }], trace, '{"seen":1}');
    const [event] = (await world.recorder.recorded("c1"))?.events ?? [];
    expect(event).toMatchObject({
      number: 1,
      handler: "invite",
      given: { seed: "0123456789abcdef" },
      outcome: { type: "returned", decision: '[{"type":"reject","code":486}]', state: '{"seen":1}' },
    });
    expect(event?.operations.map(({ number, answeredAs, result }) => [number, answeredAs, result?.[0]])).toEqual([
      [1, 2, "f"],
      [2, 1, "r"],
      [3, null, undefined],
    ]);
  });

  it("begins an event anew that was sent to a second host", async () => {
    const world = new World();
    world.begin("c1");
    const trace = world.event("c1");
    trace.sent({ now: 7, seed: "fedcba9876543210" });
    trace.abandoned();
    const [event] = (await world.recorder.recorded("c1"))?.events ?? [];
    expect(event).toMatchObject({ given: { now: 7, seed: "fedcba9876543210" }, outcome: { type: "abandoned" } });
  });
});

describe("A call that nobody has called in", () => {
  it("has no INVITE of a caller, whatever came before", async () => {
    const world = new World();
    world.recorder.received(sip("INVITE sip:nobody@example.com SIP/2.0", "refused"), "refused", true, peer);
    world.recorder.handled();
    const call = world.call("made");
    world.recorder.begin(call);
    world.recorder.legCalled(call, { id: "made-1", callId: "leg" });
    world.recorder.sent(sip("INVITE sip:bob@192.0.2.9 SIP/2.0", "leg"), peer);
    expect((await world.recorder.timeline("made"))?.items).toMatchObject([{ direction: "out", leg: "made-1" }]);
  });
});
