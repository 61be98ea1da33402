import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { killSwitch } from "../../helpers/kill-switch.ts";
import { messagesIn } from "../../helpers/mailbox.ts";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { type ConnectedCall, connectCall, hangUp, ring } from "../../helpers/raw-call.ts";
import { RawDialog } from "../../helpers/raw-dialog.ts";
import type { RawPhone } from "../../helpers/raw-phone.ts";
import { script } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { talkAcross } from "../../helpers/talk-across.ts";
import { TalkingPhone } from "../../helpers/talking-phone.ts";

const BEEP_HERTZ = 1000;

const SCRIPT = script(`
  invite(call) {
    call.state.greeting = "hello " + call.to.user;
    if (call.to.user === "menu") return gather({ prompt: "vm-enter-pin", digits: 2, timeoutSeconds: 20 });
    if (call.to.user === "box") return voicemail("alice", { greeting: "none" });
    if (call.to.user === "recorded") return forward("bob", { record: true });
    const [user, seconds] = (call.to.user ?? "").split("-");
    return forward(user, { ringSeconds: 60, ...(seconds === undefined ? {} : { maxSeconds: Number(seconds) }) });
  },
  gathered(call, event) {
    console.log("gathered " + event.digits);
    return hangup();
  },
  bye(call, event) {
    console.log("bye of " + event.by + ": " + call.state.greeting);
  },
  ended(call, event) {
    console.log("ended: " + call.state.greeting + ", version " + call.version + ", " + event.cdr.result);
  },`);

let strowger: RunningSwitch;
beforeAll(async () => {
  strowger = await startSwitch();
  await strowger.deploy("main", SCRIPT);
});
afterAll(() => strowger.stop());
/** The switch starts as often as it is killed. */
vi.setConfig({ testTimeout: 180_000 });

/** The same dialog over another connection of the phone. */
function movedTo(dialog: RawDialog, phone: RawPhone): RawDialog {
  return new RawDialog(phone, dialog);
}

/** Callers have names of their own, by which records are found. */
async function callUp(name: string, to = "100"): Promise<ConnectedCall> {
  const callee = await registeredPhone(strowger, "alice");
  const caller = await rawPhone(strowger, name);
  return connectCall(caller, callee, to, { from: `sip:${name}@elsewhere.invalid` });
}

const recordOf = (name: string) => strowger.cdr(({ from }) => from.includes(name));

describe("A call that is up when the switch is killed", () => {
  it("takes INFO, re-INVITE and UPDATE afterwards, and the BYE of its caller, and leaves one record of its whole time", async () => {
    const { caller, callee } = await callUp("first");
    const startedAt = Date.now();
    await killSwitch(strowger);
    expect(await strowger.calls()).toHaveLength(1);

    caller.request("INFO", { body: "x" });
    callee.phone.answer(await callee.phone.expect("INFO"), 200, { reason: "OK" });
    await caller.phone.expect("200 INFO");

    const offer = callee.reinvite(sdp(7002));
    const offered = await caller.phone.expect("INVITE");
    expect(offered.body).toBe(sdp(7002));
    caller.phone.answer(offered, 200, {
      fields: [
        ["Contact", caller.phone.contact],
        ["Content-Type", "application/sdp"],
      ],
      body: sdp(6002),
    });
    await callee.phone.expect("200 INVITE");
    callee.ack(offer);
    await caller.phone.expect("ACK");

    caller.request("UPDATE", { fields: [["Contact", caller.phone.contact]] });
    callee.phone.answer(await callee.phone.expect("UPDATE"), 200, { fields: [["Contact", callee.phone.contact]] });
    await caller.phone.expect("200 UPDATE");

    const tail = await strowger.tail("main");
    await hangUp(caller, callee);
    await tail.line("bye of caller: hello 100");
    await tail.line("ended: hello 100, version 1, answered");
    tail.close();
    const record = await recordOf("first");
    expect(record).toMatchObject({ result: "answered", code: 200, endedBy: "caller", script: "main", version: 1 });
    expect(record.seconds).toBeGreaterThanOrEqual((Date.now() - startedAt) / 1000 - 1);
    expect((await strowger.cdrs()).filter(({ from }) => from.includes("first"))).toHaveLength(1);
    await strowger.noCalls();
  });

  it("is hung up by its called side, on the version of the script that it began with", async () => {
    const { caller, callee } = await callUp("second");
    await strowger.deploy("main", `${SCRIPT}\n// another version`);
    await killSwitch(strowger);
    const tail = await strowger.tail("main");
    await hangUp(callee, caller);
    await tail.line("ended: hello 100, version 1, answered");
    tail.close();
    expect(await recordOf("second")).toMatchObject({ result: "answered", endedBy: "callee", version: 1 });
  });

  it("is hung up over the API", async () => {
    const { caller, callee } = await callUp("third");
    await killSwitch(strowger);
    const [call] = await strowger.calls();
    expect(call).toMatchObject({ state: "answered" });
    expect((await strowger.api("DELETE", `/v1/calls/${call?.id}`)).status).toBe(204);
    for (const { phone } of [caller, callee]) phone.answer(await phone.expect("BYE"), 200);
    expect(await recordOf("third")).toMatchObject({ result: "answered", endedBy: "api" });
  });

  it("ends when its time is over, counted from its answer", async () => {
    const { caller, callee } = await callUp("fourth", "alice-20");
    await killSwitch(strowger);
    for (const { phone } of [caller, callee]) phone.answer(await phone.expect("BYE", 30_000), 200);
    const record = await recordOf("fourth");
    expect(record.endedBy).toBe("switch");
    expect(record.seconds).toBeGreaterThanOrEqual(20);
    expect(record.seconds).toBeLessThan(21.5);
  });

  it("outlives a second and a third restart", async () => {
    const { caller, callee } = await callUp("often");
    for (let round = 0; round < 3; round++) await killSwitch(strowger);
    await hangUp(caller, callee);
    expect(await recordOf("often")).toMatchObject({ result: "answered" });
    await strowger.noCalls();
  });
});

describe("Phones on TCP", () => {
  it("are reached by the connection that they make after the restart", async () => {
    const callee = await registeredPhone(strowger, "alice", { transport: "tcp" });
    const caller = await rawPhone(strowger, "tcp", { transport: "tcp" });
    const call = await connectCall(caller, callee, "100", { from: "sip:tcp@elsewhere.invalid" });
    await killSwitch(strowger);

    const calleeAgain = await rawPhone(strowger, "alice", { transport: "tcp" });
    expect((await register(calleeAgain, { user: "alice", contacts: [callee.contact] })).status).toBe(200);
    const callerAgain = await rawPhone(strowger, "tcp", { transport: "tcp" });
    const callerSide = movedTo(call.caller, callerAgain);
    callerSide.request("INFO", { body: "x" });
    calleeAgain.answer(await calleeAgain.expect("INFO"), 200, { reason: "OK" });
    await callerAgain.expect("200 INFO");
    await hangUp(movedTo(call.callee, calleeAgain), callerSide);
    expect(await recordOf("tcp@")).toMatchObject({ result: "answered", endedBy: "callee" });
  });
});

describe("A call that rings when the switch is killed", () => {
  it("is refused with 500 at its caller and cancelled at the phone that rings", async () => {
    const callee = await registeredPhone(strowger, "alice");
    const caller = await rawPhone(strowger, "ringing");
    const { offered } = await ring(caller, callee, "100", { from: "sip:ringing@elsewhere.invalid" });
    await killSwitch(strowger);
    const refusal = await caller.expect("500 INVITE");
    expect(refusal.reason).toBe("The Switch Has Restarted");
    const cancel = await callee.expect("CANCEL");
    expect(cancel.param("Via", "branch")).toBe(offered.param("Via", "branch"));
    callee.answer(cancel, 200);
    callee.answer(offered, 487, { toTag: "gone" });
    await callee.expect("ACK");
    const record = await recordOf("ringing");
    expect(record).toMatchObject({ result: "failed", code: 500, endedBy: "switch" });
    expect(record.legs.map(({ code }) => code)).toContain(487);
  });
});

describe("Two phones that hear each other through the switch", () => {
  it("do so again at the same ports", () => talkAcross(strowger, () => killSwitch(strowger)));
});

describe("A caller who talks with the switch alone when it is killed", () => {
  it("has left what he has said by then in the mailbox, and may go on after another beep", async () => {
    const phone = await TalkingPhone.call(strowger, "box");
    await phone.hearsTone(BEEP_HERTZ);
    await phone.say(440, 3_000);
    await killSwitch(strowger);
    const [first] = await messagesIn(strowger, "alice");
    expect(first?.seconds).toBeGreaterThan(1.5);
    await phone.hearsTone(BEEP_HERTZ);
    await phone.say(440, 2_000);
    await phone.hangUp();
    await messagesIn(strowger, "alice", 2);
  });

  it("hears the menu again at the same port, and his keys count", async () => {
    const phone = await TalkingPhone.call(strowger, "menu");
    await phone.hears("vm-enter-pin");
    await killSwitch(strowger);
    const after = await strowger.tail("main");
    await phone.hears("vm-enter-pin");
    await phone.press("42");
    await after.line("gathered 42");
    after.close();
    await phone.isHungUp();
  });
});
