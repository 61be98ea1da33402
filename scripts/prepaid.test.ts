import { OperationError } from "strowger";
import { type SimulationOptions, simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import prepaid from "./prepaid.ts";

const NUMBER = "+4930123456";
const LINE = `sip:${NUMBER}@gw.example.net`;
const env = { GATEWAY: "gw.example.net" };

function world(balance: unknown, options: SimulationOptions = {}) {
  return simulate(prepaid, { env, kv: balance === undefined ? {} : { "balance:alice": balance }, ...options });
}

describe("Prepaid calls", () => {
  it("are charged by the second, in whole ones, whoever hangs up", async () => {
    const simulation = world(600);
    const first = simulation.invite({ to: NUMBER, from: "alice" });
    await first.answers(LINE);
    await first.advance(59.5);
    await first.hangsUp();
    expect(await simulation.kv()).toEqual({ "balance:alice": 540 });
    const second = simulation.invite({ to: NUMBER, from: "alice" });
    await second.answers(LINE);
    await second.advance(10.5);
    await second.hangsUp(LINE);
    await second.advance(1);
    expect(await simulation.kv()).toEqual({ "balance:alice": 529 });
    expect(second.logs.at(-1)?.text).toBe("alice has talked 11 s; left: 529");
  });

  it("warn by two tones a minute before the credit is used up, and end with it", async () => {
    const simulation = world(300);
    const call = simulation.invite({ to: NUMBER, from: "alice" });
    await call.answers(LINE);
    await call.advance(239);
    expect(call.decisions.at(-1)?.event).toBe("answered");
    await call.advance(2);
    expect(call.decisions.at(-1)).toMatchObject({ event: "timer", returned: { type: "sendDtmf", to: "caller" } });
    await call.ends({ within: 61 });
    expect(call.cdr).toMatchObject({ endedBy: "switch", result: "answered" });
    expect(call.faults).toEqual([]);
    expect(await simulation.kv()).toEqual({ "balance:alice": 0 });
  });

  it("give no warning to who has less than a minute", async () => {
    const simulation = world(30);
    const call = simulation.invite({ to: NUMBER, from: "alice" });
    await call.answers(LINE);
    await call.ends({ within: 31 });
    expect(call.events.map(({ type }) => type)).not.toContain("timer");
    expect(await simulation.kv()).toEqual({ "balance:alice": 0 });
  });

  it.each([undefined, 0, -3, "plenty"])("are refused, in words that cost nothing, to who has %o", async (balance) => {
    const simulation = world(balance);
    const call = simulation.invite({ to: NUMBER, from: "alice" });
    await call.hears("You have no credit.");
    await call.ends();
    expect(call).toBeRejectedWith(402);
    expect(call.cdr?.seconds).toBe(0);
    expect(call).toHaveRung([]);
    expect(call.faults).toEqual([]);
  });

  it("cost nothing where nobody answers, where it is busy, and where the caller gives up", async () => {
    const simulation = world(600);
    const busy = simulation.invite({ to: NUMBER, from: "alice" });
    await busy.rejects(LINE);
    expect(busy).toBeRejectedWith(486);
    const impatient = simulation.invite({ to: NUMBER, from: "alice" });
    await impatient.rings(LINE);
    await impatient.hangsUp();
    expect(impatient.cdr).toMatchObject({ result: "cancelled" });
    expect(await simulation.kv()).toEqual({ "balance:alice": 600 });
  });

  it("are one at a time", async () => {
    const simulation = world(600);
    const first = simulation.invite({ to: NUMBER, from: "alice" });
    await first.answers(LINE);
    const phone = simulation.phones.addUser("alice");
    expect(phone).toBeDefined();
    const second = simulation.invite({ to: NUMBER, from: "alice" });
    await second.ends();
    expect(second).toBeRejectedWith(486);
    expect(first).toBeConnectedTo(LINE);
  });

  it("are for our own users, with a gateway, a number and a store", async () => {
    const refusal = async (options: SimulationOptions, to = NUMBER, from = "alice") => {
      const call = world(600, options).invite({ to, from });
      await call.ends();
      expect(call.faults).toEqual([]);
      return call.response?.code;
    };
    expect(await refusal({ public: true }, NUMBER, "+4930999999")).toBe(403);
    expect(await refusal({}, "reception")).toBe(404);
    expect(await refusal({ env: {} })).toBe(480);
    const operations = { "kv.get": () => Promise.reject(new OperationError("unavailable", "no store")) };
    expect(await refusal({ operations })).toBe(480);
  });

  it("say so in the log where they could not be charged", async () => {
    const operations = { "kv.increment": () => Promise.reject(new OperationError("unavailable", "no store")) };
    const call = world(600, { operations }).invite({ to: NUMBER, from: "alice" });
    await call.answers(LINE);
    await call.hangsUp();
    await call.advance(1);
    expect(call.logs.at(-1)?.text).toContain("not charged");
    expect(call.faults).toEqual([]);
  });
});
