import { simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import leastCost from "./least-cost.ts";

const LANDLINE = "+4930123456";
const TRUNKS = { alpha: {}, beta: {} };

function office(trunks: Parameters<typeof simulate>[1] = { trunks: TRUNKS }) {
  return simulate(leastCost, trunks);
}

describe("Least-cost routing", () => {
  it.each([
    ["a landline", LANDLINE, "alpha"],
    ["a mobile, by the longest beginning", "+4915112345678", "beta"],
    ["the rest of the world", "+33123456789", "beta"],
  ])("takes the trunk that is cheapest for %s", async (_what, to, trunk) => {
    const call = office().invite({ to, from: "alice" });
    await call.rings(`trunk:${trunk}`);
    await call.answers();
    await call.advance(10);
    expect(call).toBeConnectedTo(to);
    expect(call).toHaveLeftBy(trunk);
    expect(call.faults).toEqual([]);
  });

  it("takes the next trunk where the first fails, or gives no sign of life for five seconds", async () => {
    const simulation = office();
    simulation.trunk("alpha").refuses(503);
    const refused = simulation.invite({ to: LANDLINE, from: "alice" });
    await refused.rings("trunk:beta");
    await refused.hangsUp();
    simulation.trunk("alpha").fallsSilent();
    const silent = simulation.invite({ to: LANDLINE, from: "alice" });
    await silent.rings("trunk:beta", { within: 6 });
    await silent.answers();
    for (const call of [refused, silent]) expect(call).toHaveLeftBy("alpha", "beta");
  });

  it("takes the next trunk where the first has no line free, and says so", async () => {
    const simulation = office({ trunks: { alpha: { limits: { calls: 1 } }, beta: {} } });
    const first = simulation.invite({ to: LANDLINE, from: "alice" });
    await first.rings("trunk:alpha");
    const second = simulation.invite({ to: "+4930999999", from: "bob" });
    await second.rings("trunk:beta");
    expect(second.logs).toMatchObject([
      { level: "warn", text: expect.stringContaining("the trunk alpha has 1 calls") },
    ]);
  });

  it("tells the caller at last where no trunk can take the call", async () => {
    const simulation = office();
    simulation.trunk("alpha").refuses(503);
    simulation.trunk("beta").refuses(500);
    const call = simulation.invite({ to: LANDLINE, from: "alice" });
    await call.ends();
    expect(call).toBeRejectedWith(500);
    expect(call.faults).toEqual([]);
  });

  it("does not pay twice to hear that the called side is busy, or does not answer", async () => {
    const busy = office().invite({ to: LANDLINE, from: "alice" });
    await busy.rings("trunk:alpha");
    await busy.rejects(LANDLINE, 486);
    expect(busy).toBeRejectedWith(486);
    const away = office().invite({ to: LANDLINE, from: "alice" });
    await away.rings("trunk:alpha");
    await away.noAnswer(60);
    expect(away).toBeRejectedWith(408);
    for (const call of [busy, away]) expect(call).toHaveLeftBy("alpha");
  });

  it("calls for nobody from outside, and nothing that is no number", async () => {
    const stranger = office({ trunks: TRUNKS, public: true }).invite({ to: LANDLINE, from: "+4930999999" });
    await stranger.ends();
    expect(stranger).toBeRejectedWith(403);
    const word = office().invite({ to: "reception", from: "alice" });
    await word.ends();
    expect(word).toBeRejectedWith(404);
  });

  it("goes by the trunks that there are", async () => {
    const one = office({ trunks: { beta: {} } }).invite({ to: LANDLINE, from: "alice" });
    await one.rings("trunk:beta");
    const none = office({}).invite({ to: LANDLINE, from: "alice" });
    await none.ends();
    expect(none).toBeRejectedWith(404);
  });
});
