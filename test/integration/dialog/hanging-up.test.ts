import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { forwardTo, inviteScript, script } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

async function connected() {
  const caller = await rawPhone(strowger, "caller");
  const callee = await rawPhone(strowger, "callee");
  await strowger.deploy("main", inviteScript(forwardTo([callee])));
  return connectCall(caller, callee, "700");
}

describe("Hanging up", () => {
  it("from both sides at once ends the call once, and both BYEs are answered", async () => {
    const { caller, callee } = await connected();
    const tail = await strowger.tail("main");
    caller.request("BYE");
    callee.request("BYE");
    callee.phone.answer(await callee.phone.expect("BYE"), 200);
    await callee.phone.expect(/^SIP\/2\.0 (200|481)[\s\S]*BYE/);
    await caller.phone.expect(/^SIP\/2\.0 (200|481)[\s\S]*BYE/);
    await strowger.noCalls();
    expect(tail.entries.filter((entry) => entry.type === "fault")).toEqual([]);
    const { body } = await strowger.api("GET", "/v1/cdrs");
    expect(body.items).toHaveLength(1);
  });

  it("carries the Reason header across", async () => {
    const { caller, callee } = await connected();
    caller.request("BYE", { fields: [["Reason", 'Q.850;cause=16;text="Normal"']] });
    const bye = await callee.phone.expect("BYE");
    expect(bye.header("Reason")).toBe('Q.850;cause=16;text="Normal"');
    callee.phone.answer(bye, 200);
    await caller.phone.expect("200 BYE");
  });

  it("ends the call for the one who hangs up although the other side knows nothing of it any more", async () => {
    const { caller, callee } = await connected();
    caller.request("BYE");
    callee.phone.answer(await callee.phone.expect("BYE"), 481);
    await caller.phone.expect("200 BYE");
    await strowger.noCalls();
  });

  it("after maxSeconds is done by the switch, on both sides", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    const handlers = `
      invite: () => ${forwardTo([callee], { maxSeconds: 1 })},
      bye: (call, event) => console.log("bye by " + event.by),`;
    await strowger.deploy("main", script(handlers));
    const tail = await strowger.tail("main");
    await connectCall(caller, callee, "700");
    for (const phone of [caller, callee]) phone.answer(await phone.expect("BYE"), 200);
    await tail.line("bye by switch");
  });

  it("is over for good: a second BYE is answered 481", async () => {
    const { caller, callee } = await connected();
    await hangUp(caller, callee);
    await caller.bye("481 BYE");
  });
});
