import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { answer, connectCall, hangUp, ring } from "../../helpers/raw-call.ts";
import { expectRefusal, invite, RawDialog } from "../../helpers/raw-dialog.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

async function phones() {
  const caller = await rawPhone(strowger, "caller");
  const callee = await rawPhone(strowger, "callee");
  await strowger.deploy("main", inviteScript(forwardTo([callee])));
  return { caller, callee };
}

describe("Retransmissions over UDP", () => {
  it("of an INVITE while it rings get the last provisional answer again, and the callee is called once", async () => {
    const { caller, callee } = await phones();
    const call = await ring(caller, callee, "700");
    caller.send(call.invite.text);
    await caller.expectAgain(call.ringing);
    answer(callee, call);
    const dialog = RawDialog.ofCaller(caller, call.invite, await caller.expect("200 INVITE"));
    dialog.ack(call.invite);
    await callee.expect("ACK");
    expect(callee.has("INVITE")).toBe(false);
    await hangUp(dialog, RawDialog.ofCallee(callee, call.offered, call.tag));
  });

  it("of an INVITE after the 200 begin no second call (RFC 6026)", async () => {
    const { caller, callee } = await phones();
    const call = await connectCall(caller, callee, "700");
    caller.send(call.invite.text);
    await callee.settle();
    expect(callee.has("INVITE")).toBe(false);
    expect(await strowger.calls()).toHaveLength(1);
    await hangUp(call.caller, call.callee);
  });

  it("of a 200 from the callee get the ACK again", async () => {
    const { caller, callee } = await phones();
    const call = await ring(caller, callee, "700");
    answer(callee, call);
    const dialog = RawDialog.ofCaller(caller, call.invite, await caller.expect("200 INVITE"));
    dialog.ack(call.invite);
    const ack = await callee.expect("ACK");
    answer(callee, call);
    // A branch of its own for each ACK, or the same: both are right.
    await Promise.any([callee.expect("ACK"), callee.expectAgain(ack)]);
    await hangUp(dialog, RawDialog.ofCallee(callee, call.offered, call.tag));
  });

  it("of the 200 reach a caller whose ACK is late, until it comes", async () => {
    const { caller, callee } = await phones();
    const call = await ring(caller, callee, "700");
    answer(callee, call);
    const answered = await caller.expect("200 INVITE");
    await caller.expectAgain(answered);
    const dialog = RawDialog.ofCaller(caller, call.invite, answered);
    dialog.ack(call.invite);
    await callee.expect("ACK");
    await hangUp(dialog, RawDialog.ofCallee(callee, call.offered, call.tag));
  });

  it("of a refusal go on until the ACK, which is not passed on", async () => {
    const { caller, callee } = await phones();
    const sent = invite(caller, "700");
    callee.answer(await callee.expect("INVITE"), 486, { toTag: "busy" });
    await callee.expect("ACK");
    const refusal = await caller.expect("486 INVITE");
    await caller.expectAgain(refusal);
    caller.send(sent.text);
    await caller.expectAgain(refusal);
    await strowger.deploy("main", inviteScript("reject(404)"));
    await expectRefusal(caller, invite(caller, "700"), 404);
    expect(callee.untaken).toEqual([]);
  });

  it("of a request without an answer of its own get the same answer again, and reach the other side once", async () => {
    const { caller, callee } = await phones();
    const call = await connectCall(caller, callee, "700");
    const info = call.caller.request("INFO");
    callee.answer(await callee.expect("INFO"), 200);
    const answered = await caller.expect("200 INFO");
    caller.send(info.text);
    await caller.expectAgain(answered);
    expect(callee.has("INFO")).toBe(false);
    await hangUp(call.caller, call.callee);
  });
});
