import { OperationError, voicemail } from "strowger";
import { type SimulationOptions, simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import followMe from "./follow-me.ts";

const MOBILE = "sip:+491701234567@gw.example.net";
const CALLER = "+4930123456";

function dial(options: SimulationOptions = {}, from: string | null = CALLER) {
  const simulation = simulate(followMe, { kv: { "mobile:100": MOBILE }, public: true, ...options });
  return simulation.invite({ to: "100", ...(from === null ? {} : { from }) });
}

/** The desk rings in vain, and the mobile is answered. */
async function answeredAtTheMobile(options: SimulationOptions = {}) {
  const call = dial(options);
  await call.rings("alice");
  await call.noAnswer(15);
  await call.rings(MOBILE);
  await call.answers(MOBILE);
  return call;
}

describe("Follow me", () => {
  it("leaves the mobile in peace where the desk answers", async () => {
    const call = dial();
    await call.rings("alice");
    await call.answers("alice");
    expect(call).toBeConnectedTo("alice");
    expect(call).toHaveRung(["alice"]);
    expect(call.heardBy("100")).toEqual([]);
  });

  it("connects the mobile once 1 is pressed there", async () => {
    const call = await answeredAtTheMobile();
    await call.advance(2);
    expect(call.heardBy(MOBILE)).toEqual(["say:A call from 4 9 3 0 1 2 3 4 5 6. To take it, press 1."]);
    expect(call.connectedTo).toBeUndefined();
    expect(call.response).toBeUndefined();
    await call.presses("1", { by: MOBILE });
    expect(call).toBeConnectedTo(MOBILE);
    expect(call.logs).toMatchObject([{ text: `${CALLER} was answered by ${MOBILE}` }]);
    await call.hangsUp();
    expect(call.cdr?.legs).toMatchObject([{ code: 408 }, { target: MOBILE, code: 200 }]);
  });

  it("goes on to voicemail where the mobile's own voicemail answers, which presses nothing", async () => {
    const call = await answeredAtTheMobile();
    await call.hears("vm-greeting-unavailable");
    expect(call).toBeIn(voicemail("100"));
    await call.speaks(3);
    await call.hangsUp();
    expect(call.cdr?.legs).toMatchObject([{ code: 408 }, { target: MOBILE, code: 480, reason: "Not Taken" }]);
    expect(await call.mailbox("alice")).toHaveLength(1);
  });

  it("goes on to voicemail where another key is pressed, or the mobile is hung up or busy", async () => {
    const refused = await answeredAtTheMobile();
    await refused.presses("2", { by: MOBILE });
    await refused.hears("vm-greeting-unavailable");
    const hungUp = await answeredAtTheMobile();
    await hungUp.hangsUp(MOBILE);
    await hungUp.hears("vm-greeting-unavailable");
    const busy = dial();
    await busy.rings("alice");
    await busy.rejects("alice");
    await busy.rings(MOBILE);
    await busy.rejects(MOBILE);
    await busy.hears("vm-greeting-busy");
  });

  it("hangs up the mobile where the caller gives up in the middle of the question", async () => {
    const call = await answeredAtTheMobile();
    await call.advance(1);
    await call.hangsUp();
    expect(call.cdr).toMatchObject({ result: "cancelled" });
    expect(call.timeline).toMatch(/switch -> gw\.example\.net {2}BYE/);
    expect(call.faults).toEqual([]);
  });

  it("rings the mobile at once where no desk phone is there", async () => {
    const call = dial({ registrations: ["bob"] });
    await call.rings(MOBILE, { within: 1 });
  });

  it("says no more of a caller than what can be said", async () => {
    const call = dial({ registrations: ["bob"] }, null);
    await call.rings(MOBILE);
    await call.answers(MOBILE);
    await call.advance(1);
    expect(call.heardBy(MOBILE)).toEqual(["say:A call from somebody without a number. To take it, press 1."]);
  });

  it.each<[string, SimulationOptions]>([
    ["who has no mobile", { kv: {} }],
    ["whose mobile is no address", { kv: { "mobile:100": { number: 1 } } }],
    [
      "whose mobile cannot be looked up",
      { operations: { "kv.get": () => Promise.reject(new OperationError("failed", "")) } },
    ],
  ])("takes a message for %s", async (_who, options) => {
    const call = dial(options);
    await call.rings("alice");
    await call.noAnswer(15);
    expect(call).toBeIn(voicemail("100"));
    expect(call.faults).toEqual([]);
  });
});
