import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { answer, hangUp } from "../../helpers/raw-call.ts";
import { invite, RawDialog } from "../../helpers/raw-dialog.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

describe("A call without an offer in the INVITE (RFC 3264 §5)", () => {
  it("takes the offer from the 200 to the caller and the answer from the ACK to the callee", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const sent = invite(caller, "700");
    const offered = await callee.expect("INVITE");
    expect(offered.body).toBe("");
    answer(callee, { offered, tag: "late" }, sdp(7000));
    const answered = await caller.expect("200 INVITE");
    expect(answered.body).toBe(sdp(7000));
    // The callee must not be told of an answer that the caller has not given yet.
    expect(callee.has("ACK")).toBe(false);
    const dialog = RawDialog.ofCaller(caller, sent, answered);
    dialog.ack(sent, sdp(6000));
    const ack = await callee.expect("ACK");
    expect(ack.body).toBe(sdp(6000));
    expect(ack.header("Content-Type")).toBe("application/sdp");
    await hangUp(dialog, RawDialog.ofCallee(callee, offered, "late"));
  });
});
