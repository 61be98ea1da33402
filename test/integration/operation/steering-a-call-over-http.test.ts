import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { answer, connectCall, hangUp, ring } from "../../helpers/raw-call.ts";
import { expectRefusal, invite, RawDialog } from "../../helpers/raw-dialog.ts";
import { forwardTo, inviteScript, script } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

async function phones() {
  const caller = await rawPhone(strowger, "caller");
  const callee = await rawPhone(strowger, "callee");
  const bye = 'bye: (call, event) => console.log("bye by " + event.by),';
  await strowger.deploy("main", script(`  invite: () => ${forwardTo([callee])},\n  ${bye}`));
  return { caller, callee };
}

describe("A live call over HTTP", () => {
  it("is listed with its legs while it rings and when it is answered", async () => {
    const { caller, callee } = await phones();
    const call = await ring(caller, callee, "700");
    const ringing = await strowger.call((one) => one.state === "ringing");
    expect(ringing).toMatchObject({ script: "main", answeredAt: null, legs: [{ uri: callee.uri, state: "ringing" }] });
    answer(callee, call);
    const dialog = RawDialog.ofCaller(caller, call.invite, await caller.expect("200 INVITE"));
    dialog.ack(call.invite);
    await callee.expect("ACK");
    const answered = await strowger.call((one) => one.id === ringing.id && one.state === "answered");
    expect(answered.answeredAt).not.toBeNull();
    const { status, body } = await strowger.api("GET", `/v1/calls/${ringing.id}`);
    expect([status, body.id]).toEqual([200, ringing.id]);
    await hangUp(dialog, RawDialog.ofCallee(callee, call.offered, call.tag));
  });

  it("is hung up on both sides by DELETE", async () => {
    const { caller, callee } = await phones();
    const tail = await strowger.tail("main");
    await connectCall(caller, callee, "700");
    const { id } = await strowger.call((call) => call.state === "answered");
    const answer = await strowger.api("DELETE", `/v1/calls/${id}`);
    expect(answer.status).toBeLessThan(300);
    for (const phone of [caller, callee]) phone.answer(await phone.expect("BYE"), 200);
    await tail.line("bye by api");
    expect(await strowger.cdr((cdr) => cdr.id === id)).toMatchObject({ endedBy: "api", result: "answered" });
  });

  it("is cancelled by DELETE while it rings", async () => {
    const { caller, callee } = await phones();
    const call = await ring(caller, callee, "700");
    const { id } = await strowger.call((one) => one.state === "ringing");
    await strowger.api("DELETE", `/v1/calls/${id}`);
    callee.answer(await callee.expect("CANCEL"), 200, { toTag: call.tag });
    callee.answer(call.offered, 487, { toTag: call.tag });
    await callee.expect("ACK");
    await expectRefusal(caller, call.invite, 480);
  });

  it("is sent elsewhere by a decision while it rings", async () => {
    const { caller, callee } = await phones();
    const other = await rawPhone(strowger, "other");
    const call = await ring(caller, callee, "700");
    const { id } = await strowger.call((one) => one.state === "ringing");
    const decision = { type: "forward", targets: [other.uri] };
    const done = await strowger.api("POST", `/v1/calls/${id}/decisions`, decision);
    expect(done.status).toBeLessThan(300);
    callee.answer(await callee.expect("CANCEL"), 200, { toTag: call.tag });
    callee.answer(call.offered, 487, { toTag: call.tag });
    await callee.expect("ACK");
    const offered = await other.expect("INVITE");
    answer(other, { offered, tag: "other" });
    const dialog = RawDialog.ofCaller(caller, call.invite, await caller.expect("200 INVITE"));
    dialog.ack(call.invite);
    await other.expect("ACK");
    await hangUp(dialog, RawDialog.ofCallee(other, offered, "other"));
  });

  it("takes no decision that is none, and says which field is wrong", async () => {
    const { caller, callee } = await phones();
    const call = await connectCall(caller, callee, "700");
    const { id } = await strowger.call((one) => one.state === "answered");
    const { status, body } = await strowger.api("POST", `/v1/calls/${id}/decisions`, { type: "reject", code: 20 });
    expect([400, 422]).toContain(status);
    expect(JSON.stringify(body)).toContain("code");
    await hangUp(call.caller, call.callee);
  });

  it("that does not exist is 404", async () => {
    for (const [method, path] of [
      ["GET", ""],
      ["DELETE", ""],
      ["POST", "/decisions"],
    ] as const) {
      const body = method === "POST" ? { type: "hangup" } : undefined;
      const { status } = await strowger.api(method, `/v1/calls/nothing${path}`, body);
      expect([method, status]).toEqual([method, 404]);
    }
  });

  it("shows a refused call in the records, newest first", async () => {
    const { caller } = await phones();
    await strowger.deploy("main", inviteScript("reject(404)"));
    await expectRefusal(caller, invite(caller, "700", { from: "sip:refused@elsewhere.invalid" }), 404);
    const cdr = await strowger.cdr((record) => record.from.includes("refused"));
    expect(cdr).toMatchObject({ result: "failed", code: 404, endedBy: "switch", answeredAt: null, seconds: 0 });
    expect((await strowger.cdrs())[0]?.id).toBe(cdr.id);
  });
});
