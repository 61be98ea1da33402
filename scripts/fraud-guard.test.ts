import { OperationError } from "strowger";
import { type SimulationOptions, simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import fraudGuard from "./fraud-guard.ts";

const env = { GATEWAY: "gw.example.net" };
const office: SimulationOptions = { env, now: "2026-11-26 10:00", timeZone: "Europe/Berlin" };
const night: SimulationOptions = { ...office, now: "2026-11-26 23:00" };
const FRANCE = "+33142278186";
const BERLIN = "+4930123456";

function dial(to: string, options: SimulationOptions) {
  return simulate(fraudGuard, options).invite({ to, from: "alice" });
}

describe("The guard against toll fraud", () => {
  it.each([
    ["a number of the country, by day", BERLIN, BERLIN, office],
    ["a number of the country, by night", BERLIN, BERLIN, night],
    ["a number as people dial it", "030123456", BERLIN, office],
    ["a neighbour, by night", "+436641234567", "+436641234567", night],
    ["a number abroad, by day", FRANCE, FRANCE, office],
    ["an emergency number, by night", "112", "112", night],
  ])("lets %s through", async (_what, dialled, number, options) => {
    const call = dial(dialled, options);
    await call.answers(`sip:${number}@gw.example.net`);
    expect(call.logs).toEqual([]);
  });

  it.each([
    ["premium numbers", "09001234567", office, 403],
    ["numbers abroad, at night", FRANCE, night, 403],
    ["numbers abroad, on a Saturday", FRANCE, { ...office, now: "2026-11-28 10:00" }, 403],
    ["what is no number", "reception", office, 404],
    ["what no country has", "+4900000", office, 404],
  ])("refuses %s", async (_what, dialled, options, code) => {
    const call = dial(dialled, options);
    await call.ends();
    expect(call).toBeRejectedWith(code);
    expect(call).toHaveRung([]);
    expect(call.logs.length).toBe(code === 403 ? 1 : 0);
  });

  it("refuses the eleventh call abroad within an hour, of one user alone, and no longer than that hour", async () => {
    const simulation = simulate(fraudGuard, office);
    for (let count = 1; count <= 10; count++) {
      const call = simulation.invite({ to: FRANCE, from: "alice" });
      await call.answers(`sip:${FRANCE}@gw.example.net`);
      await call.hangsUp();
    }
    const eleventh = simulation.invite({ to: FRANCE, from: "alice" });
    await eleventh.ends();
    expect(eleventh).toBeRejectedWith(403);
    expect(eleventh.logs).toMatchObject([
      { level: "warn", text: `refused alice who called ${FRANCE}: abroad, call 11 within the hour` },
    ]);
    const another = simulation.invite({ to: FRANCE, from: "bob" });
    await another.answers(`sip:${FRANCE}@gw.example.net`);
    await another.hangsUp();
    const home = simulation.invite({ to: BERLIN, from: "alice" });
    await home.answers(`sip:${BERLIN}@gw.example.net`);
    await home.hangsUp();
    await simulation.advance(3600);
    const later = simulation.invite({ to: FRANCE, from: "alice" });
    await later.rings(`sip:${FRANCE}@gw.example.net`);
  });

  it("calls for nobody from outside, whatever the route says", async () => {
    const call = simulate(fraudGuard, { ...office, public: true }).invite({ to: BERLIN, from: "+4930999999" });
    await call.ends();
    expect(call).toBeRejectedWith(403);
  });

  it("lets nobody call abroad where nothing can be counted", async () => {
    const operations = { "kv.increment": () => Promise.reject(new OperationError("unavailable", "no store")) };
    const call = dial(FRANCE, { ...office, operations });
    await call.ends();
    expect(call).toBeRejectedWith(403);
    expect(call.faults).toEqual([]);
  });

  it("refuses everything, and says what is missing, where no gateway is set", async () => {
    const call = dial(BERLIN, { ...office, env: {} });
    await call.ends();
    expect(call).toBeRejectedWith(480);
    expect(call.logs).toMatchObject([{ level: "error" }]);
  });
});
