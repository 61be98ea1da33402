import { describe, expect, it } from "vitest";
import { friendly, type Manner, NOTHING_LEFT, silent, World } from "../world.ts";

const A = "sip:198.51.100.1";
const B = "sip:198.51.100.2";
const BOTH = { gateways: [{ uri: A }, { uri: B, priority: 10 }] };

function answering(status: number, fields: readonly (readonly [string, string])[] = []): Manner {
  return () => ({ status, fields });
}

describe("a trunk whose gateways are asked for by OPTIONS", () => {
  it("asks each every half minute, in a form that any server takes", () => {
    const world = new World();
    const carrier = world.carrier();
    const trunk = world.declare({ uri: "sip:someone@198.51.100.1:5060" });
    world.pass(300);
    expect(carrier.count("OPTIONS")).toBeGreaterThanOrEqual(10);
    expect(carrier.count("OPTIONS")).toBeLessThanOrEqual(11);
    const request = carrier.last("OPTIONS");
    expect(request.uri).toBe("sip:198.51.100.1:5060");
    expect(request.uriOf("From")).toBe("sip:strowger@example.com");
    expect(request.param("From", "tag")).not.toBe("");
    expect(request.header("Max-Forwards")).toBe("70");
    expect(new Set(carrier.requests.map((one) => one.header("Call-ID"))).size).toBe(carrier.count("OPTIONS"));
    expect(world.trunks.status(trunk)).toMatchObject({
      state: "up",
      gateways: [{ uri: "sip:someone@198.51.100.1:5060", state: "up", reason: null, latencyMs: 10 }],
    });
    expect(world.news).toEqual([{ trunk: "carrier", state: "up", gateway: null, reason: null, code: null }]);
  });

  it.each([200, 401, 403, 404, 405, 481, 500, 600])("takes a %i for a sign of life", (status) => {
    const world = new World();
    world.carrier(answering(status));
    world.declare({ uri: A });
    world.pass(100);
    expect(world.told).toEqual(["up"]);
  });

  it("is down within 20 seconds where nobody answers, is asked for more rarely, and comes back alone", () => {
    const world = new World();
    const carrier = world.carrier();
    const trunk = world.declare({ uri: A, probe: { seconds: 5 } });
    world.pass(60);
    carrier.manner = silent;
    world.pass(20);
    expect(world.news.at(-1)).toEqual({
      trunk: "carrier",
      state: "down",
      gateway: null,
      reason: "it does not answer OPTIONS",
      code: null,
    });
    expect(world.trunks.status(trunk)).toMatchObject({ state: "down", gateways: [{ state: "down" }] });
    const before = carrier.count("OPTIONS");
    world.pass(600);
    expect(carrier.count("OPTIONS") - before).toBeLessThanOrEqual(13);
    carrier.manner = friendly;
    world.pass(66);
    expect(world.told).toEqual(["up", "down", "up"]);
  });

  it("is down where it answers 503, and left alone for as long as it asks (at most two minutes)", () => {
    const world = new World();
    const carrier = world.carrier(answering(503, [["Retry-After", "99999999"]]));
    const trunk = world.declare({ uri: A });
    world.pass(110);
    expect(carrier.count("OPTIONS")).toBe(1);
    expect(world.trunks.order(trunk)).toEqual([]);
    world.pass(15);
    expect(carrier.count("OPTIONS")).toBe(2);
    carrier.manner = answering(503);
    world.pass(300);
    expect(world.news).toMatchObject([{ state: "down", code: 503 }]);
    expect(world.trunks.order(trunk)).toHaveLength(1);
  });

  it("tells of a gateway while others are left, and of the trunk when none is", () => {
    const world = new World();
    const first = world.carrier();
    const second = world.carrier(friendly, "198.51.100.2");
    const trunk = world.declare(BOTH);
    world.pass(5);
    expect(world.trunks.order(trunk).map(({ uri }) => uri)).toEqual([A, B]);
    first.manner = silent;
    world.pass(60);
    expect(world.trunks.order(trunk).map(({ uri }) => uri)).toEqual([B]);
    second.manner = silent;
    world.pass(60);
    expect(world.trunks.order(trunk).map(({ uri }) => uri)).toEqual([A, B]);
    first.manner = friendly;
    world.pass(70);
    second.manner = friendly;
    world.pass(70);
    expect(world.told).toEqual(["up", `down ${A}`, "down", "up", `up ${B}`]);
  });

  it("believes calls as well: two that get no answer make it down, and one that does makes it up", () => {
    const world = new World();
    world.carrier();
    const trunk = world.declare(BOTH);
    world.carrier(silent, "198.51.100.2");
    world.pass(5);
    const [a] = trunk.gateways;
    if (a === undefined) throw new Error("no gateway");
    world.trunks.report(trunk, a, "unreachable");
    world.trunks.report(trunk, a, "failed");
    world.trunks.report(trunk, a, "unreachable");
    expect(world.told).toContain(`down ${A}`);
    world.trunks.report(trunk, a, "answered");
    expect(world.trunks.status(trunk).gateways[0]?.state).toBe("up");
    world.trunks.report(trunk, a, { retryAfterSeconds: 30 });
    expect(world.trunks.order(trunk).map(({ uri }) => uri)).toEqual([B]);
  });

  it("does not believe a call for long where probes are answered", () => {
    const world = new World();
    world.carrier();
    const trunk = world.declare({ uri: A });
    world.pass(5);
    const [a] = trunk.gateways;
    if (a === undefined) throw new Error("no gateway");
    world.trunks.report(trunk, a, "unreachable");
    world.trunks.report(trunk, a, "unreachable");
    world.pass(40);
    expect(world.told).toEqual(["up", "down", "up"]);
  });

  it("does without probes: what calls find down is tried again after half a minute", () => {
    const world = new World();
    const carrier = world.carrier();
    const trunk = world.declare({ ...BOTH, probe: false });
    const [a] = trunk.gateways;
    if (a === undefined) throw new Error("no gateway");
    world.trunks.report(trunk, a, "unreachable");
    world.trunks.report(trunk, a, "unreachable");
    expect(world.trunks.order(trunk).map(({ uri }) => uri)).toEqual([B]);
    world.pass(31);
    expect(world.trunks.order(trunk).map(({ uri }) => uri)).toEqual([A, B]);
    world.trunks.report(trunk, a, "unreachable");
    expect(world.trunks.order(trunk).map(({ uri }) => uri)).toEqual([B]);
    expect(carrier.count("OPTIONS")).toBe(0);
    expect(world.told).toEqual([`down ${A}`]);
  });

  it("cannot ask a gateway whose name leads nowhere, and goes on trying", async () => {
    const world = new World();
    world.declare({ uri: "sip:nowhere.example" });
    for (let turn = 0; turn < 20; turn++) {
      world.pass(1);
      await world.looksUp();
    }
    expect(world.news).toMatchObject([{ state: "down", reason: expect.stringContaining("no way to it") }]);
    expect(await world.leftovers()).toEqual(NOTHING_LEFT);
  });

  it("registers anew with a gateway that has been away: it may have forgotten us", () => {
    const world = new World();
    const carrier = world.carrier();
    world.declare({ uri: A, username: "4711", register: true });
    world.pass(60);
    expect(carrier.count("REGISTER")).toBe(1);
    carrier.manner = silent;
    world.pass(60);
    carrier.manner = friendly;
    world.pass(70);
    expect(world.told).toEqual([`registered ${A}`, "up", "down", "up"]);
    expect(carrier.count("REGISTER")).toBe(2);
  });

  it("keeps what is known of a gateway when it is declared anew, and asks at the new pace", () => {
    const world = new World();
    const carrier = world.carrier();
    world.declare({ uri: A });
    world.pass(5);
    const trunk = world.declare({ ...BOTH, probe: { seconds: 5 } });
    expect(world.trunks.status(trunk).gateways.map(({ state }) => state)).toEqual(["up", "unknown"]);
    world.pass(60);
    expect(carrier.count("OPTIONS")).toBeGreaterThanOrEqual(12);
    world.declare({ uri: B });
    const before = carrier.count("OPTIONS");
    world.pass(60);
    expect(carrier.count("OPTIONS")).toBe(before);
  });

  it("leaves nothing behind, whatever state its gateways are in", async () => {
    const world = new World();
    world.carrier(silent);
    world.carrier(friendly, "198.51.100.2");
    world.declare(BOTH);
    const held = world.declare({ uri: A, probe: false }, "held");
    for (const gateway of held.gateways) world.trunks.report(held, gateway, { retryAfterSeconds: 1000 });
    world.pass(33);
    expect(await world.leftovers()).toEqual(NOTHING_LEFT);
  });
});
