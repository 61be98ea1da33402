import { describe, expect, it } from "vitest";
import {
  type GatewayHealth,
  type GatewaySign,
  holdMs,
  NEW_GATEWAY,
  noteSign,
  probeMs,
} from "../../../../../runtime/switch/trunks/gateways/health.ts";
import { orderGateways } from "../../../../../runtime/switch/trunks/gateways/order.ts";

const NOW = 1_000_000;
const ANSWERED: GatewaySign = { type: "answered", latencyMs: 12 };
const SILENT: GatewaySign = { type: "silent", code: null, reason: "it does not answer" };
const EVERY_MS = 30_000;

function busy(retryAfterSeconds: number): GatewaySign {
  return { type: "busy", code: 503, retryAfterSeconds };
}

function having(...signs: readonly GatewaySign[]): GatewayHealth {
  return signs.reduce((health, sign) => noteSign(health, sign, NOW), NEW_GATEWAY);
}

describe("the health of a gateway", () => {
  it.each<[string, readonly GatewaySign[], string]>([
    ["unknown at first", [], "unknown"],
    ["up after one answer", [ANSWERED], "up"],
    ["not down after one attempt without an answer", [SILENT], "unknown"],
    ["up after one attempt without an answer", [ANSWERED, SILENT], "up"],
    ["down after two of them", [ANSWERED, SILENT, SILENT], "down"],
    ["up where an answer comes between them", [ANSWERED, SILENT, ANSWERED, SILENT], "up"],
    ["up again after one answer", [SILENT, SILENT, ANSWERED], "up"],
    ["down when it wants to be left alone", [ANSWERED, busy(10)], "down"],
    ["unknown again when nobody probes it and the hold is over", [SILENT, SILENT, { type: "released" }], "unknown"],
    ["down again after the first attempt behind a hold", [SILENT, SILENT, { type: "released" }, SILENT], "down"],
    ["still down where a hold ends before the time that it has asked for", [busy(60), { type: "released" }], "down"],
  ])("is %s", (_, signs, state) => {
    expect(having(...signs).state).toBe(state);
  });

  it("says since when, and why it is down", () => {
    expect(having(SILENT, SILENT)).toMatchObject({ since: NOW, reason: "it does not answer" });
    expect(having(SILENT, SILENT, ANSWERED)).toMatchObject({ since: NOW, reason: null, latencyMs: 12 });
  });

  it.each<[string, GatewayHealth, number]>([
    ["at its pace while all is well", having(ANSWERED), 30_000],
    ["soon after the first attempt without an answer", having(ANSWERED, SILENT), 2_000],
    ["at its pace once it is down", having(SILENT, SILENT), 30_000],
    ["rarer and rarer, up to a minute", having(SILENT, SILENT, SILENT), 60_000],
    ["not rarer than that after hundreds", { ...having(SILENT, SILENT), failures: 5_000 }, 60_000],
    ["not before it wants to be asked", having(busy(90)), 90_000],
    ["within two minutes, whatever it wants", having(busy(4_294_967_295)), 120_000],
  ])("is asked for %s", (_, health, ms) => {
    expect(probeMs(health, EVERY_MS, NOW, 0.5)).toBe(ms);
  });

  it("is asked for at a pace that varies by a tenth, so that probes do not march in step", () => {
    expect([0, 0.999].map((lot) => Math.round(probeMs(having(ANSWERED), EVERY_MS, NOW, lot) / 100) / 10)).toEqual([
      28.5, 31.5,
    ]);
  });

  it("is held down for half a minute where nobody probes it, or as long as it wants", () => {
    expect(holdMs(having(SILENT, SILENT), NOW)).toBe(30_000);
    expect(holdMs(having(busy(60)), NOW)).toBe(60_000);
  });
});

describe("the order in which a call tries gateways", () => {
  const up = having(ANSWERED);
  const down = having(SILENT, SILENT);

  function known(name: string, health: GatewayHealth, priority = 0, weight = 1) {
    return { gateway: { uri: `sip:${name}.example`, priority, weight }, health };
  }

  function names(gateways: Parameters<typeof orderGateways>[0], lot = 0): string[] {
    return orderGateways(gateways, { now: NOW, isEmergency: false }, () => lot).map(({ uri }) => uri.slice(4, -8));
  }

  it("is by priority", () => {
    expect(names([known("c", up, 20), known("a", up, 5), known("b", NEW_GATEWAY, 10)])).toEqual(["a", "b", "c"]);
  });

  it("is by lot within a priority, weights being the shares (RFC 2782)", () => {
    const gateways = [known("light", up, 0, 1), known("heavy", up, 0, 3)];
    const first = Array.from({ length: 100 }, (_, index) => names(gateways, (index + 0.5) / 100)[0]);
    expect(first.filter((name) => name === "heavy")).toHaveLength(75);
  });

  it("leaves out those that are down while there is another, of whatever priority", () => {
    expect(names([known("a", down, 0), known("b", NEW_GATEWAY, 10), known("c", down, 20)])).toEqual(["b"]);
  });

  it("has them all where all are down: a call must not fail because a probe is not answered", () => {
    expect(names([known("b", down, 10), known("a", down, 0)])).toEqual(["a", "b"]);
  });

  it("never has one that has asked to be left alone, until the time is over", () => {
    const barred = having(busy(60));
    expect(names([known("a", barred), known("b", down, 10)])).toEqual(["b"]);
    expect(names([known("a", barred)])).toEqual([]);
    const later = { now: NOW + 60_000, isEmergency: false };
    expect(orderGateways([known("a", barred)], later, () => 0)).toHaveLength(1);
  });

  it("has them all for a call for help, those that seem unusable last", () => {
    const gateways = [known("a", having(busy(60))), known("b", down, 10), known("c", up, 20)];
    const order = orderGateways(gateways, { now: NOW, isEmergency: true }, () => 0);
    expect(order.map(({ uri }) => uri)).toEqual(["sip:c.example", "sip:a.example", "sip:b.example"]);
  });
});
