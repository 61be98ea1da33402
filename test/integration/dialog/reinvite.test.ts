import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { answer, connectCall, hangUp } from "../../helpers/raw-call.ts";
import { ackRefusal } from "../../helpers/raw-dialog.ts";
import { script } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

async function connected() {
  const caller = await rawPhone(strowger, "caller");
  const callee = await rawPhone(strowger, "callee");
  const source = script(`
    invite: () => forward("${callee.uri}"),
    reinvite: (call, event) => console.log("reinvite by " + event.by + (event.sdp === null ? "" : " with sdp")),
  `);
  await strowger.deploy("main", source);
  return connectCall(caller, callee, "700");
}

describe("A re-INVITE", () => {
  it("puts the other side on hold: offer and answer pass untouched, and the script hears of it", async () => {
    const { caller, callee, tag } = await connected();
    const tail = await strowger.tail("main");
    const hold = caller.reinvite(sdp(6000, "sendonly", 2));
    const relayed = await callee.phone.expect("INVITE");
    expect(relayed.body).toBe(sdp(6000, "sendonly", 2));
    expect(relayed.header("Call-ID")).toBe(callee.callId);
    answer(callee.phone, { offered: relayed, tag }, sdp(7000, "recvonly", 2));
    const answered = await caller.phone.expect("200 INVITE");
    expect(answered.body).toBe(sdp(7000, "recvonly", 2));
    caller.ack(hold);
    await callee.phone.expect("ACK");
    await tail.line("reinvite by caller with sdp");
    await hangUp(callee, caller);
  });

  it("that is refused leaves the call as it was", async () => {
    const { caller, callee } = await connected();
    const offer = callee.reinvite(sdp(7002, "sendrecv", 2));
    const relayed = await caller.phone.expect("INVITE");
    caller.phone.answer(relayed, 488, { reason: "Not Acceptable Here" });
    ackRefusal(callee.phone, offer, await callee.phone.expect("488 INVITE"));
    await caller.phone.expect("ACK");
    await hangUp(caller, callee);
  });

  it("from both sides at once is answered 491 on both, and the call stays up", async () => {
    const { caller, callee } = await connected();
    const fromCaller = caller.reinvite(sdp(6002, "sendrecv", 2));
    const atCallee = await callee.phone.expect("INVITE");
    const fromCallee = callee.reinvite(sdp(7002, "sendrecv", 2));
    ackRefusal(callee.phone, fromCallee, await callee.phone.expect("491 INVITE"));
    callee.phone.answer(atCallee, 491, { reason: "Request Pending" });
    await callee.phone.expect("ACK");
    ackRefusal(caller.phone, fromCaller, await caller.phone.expect("491 INVITE"));
    await hangUp(caller, callee);
  });

  it("with a new Contact moves the target: the next request goes there (RFC 3261 §12.2.1.2)", async () => {
    const { caller, callee, tag } = await connected();
    const moved = await rawPhone(strowger, "moved");
    const offer = caller.reinvite(sdp(6004, "sendrecv", 2), { contact: moved.contact });
    const relayed = await callee.phone.expect("INVITE");
    answer(callee.phone, { offered: relayed, tag }, sdp(7000));
    await caller.phone.expect("200 INVITE");
    caller.ack(offer);
    await callee.phone.expect("ACK");
    callee.request("BYE");
    const bye = await moved.expect("BYE");
    expect(bye.uri).toBe(moved.uri);
    moved.answer(bye, 200);
    await callee.phone.expect("200 BYE");
  });

  it("without an offer gets one in the 200, and the answer goes across in the ACK", async () => {
    const { caller, callee, tag } = await connected();
    const empty = caller.request("INVITE");
    const relayed = await callee.phone.expect("INVITE");
    expect(relayed.body).toBe("");
    answer(callee.phone, { offered: relayed, tag }, sdp(7006, "sendrecv", 2));
    expect((await caller.phone.expect("200 INVITE")).body).toBe(sdp(7006, "sendrecv", 2));
    caller.ack(empty, sdp(6006, "sendrecv", 2));
    expect((await callee.phone.expect("ACK")).body).toBe(sdp(6006, "sendrecv", 2));
    await hangUp(caller, callee);
  });
});
