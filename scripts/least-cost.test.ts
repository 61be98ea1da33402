import { simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import leastCost from "./least-cost.ts";

const LANDLINE = "+4930123456";
const env = { ALPHA: "alpha.example", BETA: "beta.example:5080" };
const alpha = `sip:${LANDLINE}@alpha.example`;
const beta = `sip:${LANDLINE}@beta.example:5080`;

function dial(to: string, outside: Readonly<Record<string, "silent" | number>> = {}) {
  return simulate(leastCost, { env, outside }).invite({ to, from: "alice" });
}

describe("Least-cost routing", () => {
  it.each([
    ["a landline", LANDLINE, alpha],
    ["a mobile, by the longest beginning", "+4915112345678", "sip:+4915112345678@beta.example:5080"],
    ["the rest of the world", "+33123456789", "sip:+33123456789@beta.example:5080"],
  ])("takes the gateway that is cheapest for %s", async (_what, number, target) => {
    const call = dial(number);
    await call.rings(target);
    await call.answers();
    await call.advance(10);
    expect(call).toBeConnectedTo(target);
    expect(call).toHaveRung([target]);
    expect(call.faults).toEqual([]);
  });

  it("takes the next gateway where the first has no line free", async () => {
    const call = dial(LANDLINE, { "alpha.example": 503 });
    await call.answers(beta);
    await call.hangsUp();
    expect(call.cdr?.legs).toMatchObject([
      { target: alpha, code: 503 },
      { target: beta, code: 200 },
    ]);
  });

  it("takes the next gateway where the first gives no sign of life for six seconds", async () => {
    const call = dial(LANDLINE, { "alpha.example": "silent" });
    await call.rings(beta, { within: 7 });
    await call.answers();
    expect(call).toBeConnectedTo(beta);
    expect(call.logs).toMatchObject([{ level: "warn", text: `fails over to ${beta}` }]);
  });

  it("tells the caller at last where no gateway has a line", async () => {
    const call = dial(LANDLINE, { "alpha.example": 503, "beta.example": 500 });
    await call.ends();
    expect(call).toBeRejectedWith(500);
    expect(call.faults).toEqual([]);
  });

  it("does not pay twice to hear that the called side is busy, or does not answer", async () => {
    const busy = dial(LANDLINE);
    await busy.rings(alpha);
    await busy.rejects(alpha, 486);
    expect(busy).toBeRejectedWith(486);
    const away = dial(LANDLINE);
    await away.rings(alpha);
    await away.noAnswer(60);
    expect(away).toBeRejectedWith(408);
    for (const call of [busy, away]) expect(call).toHaveRung([alpha]);
  });

  it("calls for nobody from outside, and nothing that is no number", async () => {
    const stranger = simulate(leastCost, { env, public: true }).invite({ to: LANDLINE, from: "+4930999999" });
    await stranger.ends();
    expect(stranger).toBeRejectedWith(403);
    const word = dial("reception");
    await word.ends();
    expect(word).toBeRejectedWith(404);
  });

  it("goes by the gateways that are set, and says so where there is none", async () => {
    const one = simulate(leastCost, { env: { BETA: "beta.example" } }).invite({ to: LANDLINE, from: "alice" });
    await one.rings(`sip:${LANDLINE}@beta.example`);
    const none = simulate(leastCost).invite({ to: LANDLINE, from: "alice" });
    await none.ends();
    expect(none).toBeRejectedWith(480);
    expect(none.logs).toMatchObject([{ level: "error" }]);
  });
});
