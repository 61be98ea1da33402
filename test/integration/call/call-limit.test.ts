import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { invite } from "../../helpers/raw-dialog.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch({ limits: { calls: { max: 2, perSecond: 500 } } });
afterAll(() => strowger.stop());

describe("The limit of calls", () => {
  it("answers 503 with Retry-After beyond it, keeps the calls that are up, and takes new ones when one has ended", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const first = await connectCall(caller, callee, "700");
    const second = await connectCall(caller, callee, "700");

    invite(caller, "700");
    const refusal = await caller.expect("503 INVITE");
    expect(Number(refusal.header("Retry-After"))).toBeGreaterThan(0);
    await callee.settle();
    expect(callee.has("INVITE")).toBe(false);

    await hangUp(first.caller, first.callee);
    const third = await connectCall(caller, callee, "700");
    for (const call of [second, third]) await hangUp(call.caller, call.callee);
  });
});
