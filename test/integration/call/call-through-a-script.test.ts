import { afterAll, describe, expect, it } from "vitest";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { inviteAs } from "../../helpers/raw-account.ts";
import { answer, hangUp } from "../../helpers/raw-call.ts";
import { RawDialog } from "../../helpers/raw-dialog.ts";
import { script } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

const logEverything = script(`
  invite(call) {
    console.log("invite from " + call.user + " to " + call.to.user);
    return call.to.user === "101" ? forward("bob") : reject(404);
  },
  ringing: (call, event) => console.log("ringing " + event.leg.target + " " + event.code),
  answered: (call, event) => console.log("answered " + event.leg.target),
  info: (call, event) => console.log("info by " + event.by + ": " + event.body),
  bye: (call, event) => console.log("bye by " + event.by),
  ended: (call, event) => console.log("ended " + event.cdr.result + " by " + event.cdr.endedBy),
`);

async function aliceCallsBob() {
  const bob = await registeredPhone(strowger, "bob");
  const alice = await rawPhone(strowger, "alice");
  const invite = await inviteAs(alice, { user: "alice", password: "pw-alice" }, "101", { body: sdp(6000) });
  const offered = await bob.expect("INVITE");
  bob.answer(offered, 180, { reason: "Ringing", toTag: "bobs", fields: [["Contact", bob.contact]] });
  await alice.expect("180 INVITE");
  answer(bob, { offered, tag: "bobs" });
  const answered = await alice.expect("200 INVITE");
  const caller = RawDialog.ofCaller(alice, invite, answered);
  caller.ack(invite);
  await bob.expect("ACK");
  return { caller, callee: RawDialog.ofCallee(bob, offered, "bobs"), offered, answered };
}

describe("A call from alice to 101 through a script", () => {
  it("rings at bob, is answered, and ends when alice hangs up; the script sees each step", async () => {
    await strowger.deploy("main", logEverything);
    const tail = await strowger.tail("main");
    const { caller, callee } = await aliceCallsBob();
    const live = await strowger.call((call) => call.state === "answered");
    expect(live).toMatchObject({ user: "alice", script: "main", route: "all" });

    caller.request("INFO", { body: "Signal=5\r\n", fields: [["Content-Type", "application/dtmf-relay"]] });
    callee.phone.answer(await callee.phone.expect("INFO"), 200);
    await caller.phone.expect("200 INFO");
    await hangUp(caller, callee);

    await tail.line("ended answered by caller");
    expect(tail.lines.map((line) => line.trim())).toEqual([
      "invite from alice to 101",
      "ringing bob 180",
      "answered bob",
      "info by caller: Signal=5",
      "bye by caller",
      "ended answered by caller",
    ]);
    const cdr = await strowger.cdr((record) => record.id === live.id);
    expect(cdr).toMatchObject({ user: "alice", result: "answered", code: 200, endedBy: "caller", script: "main" });
    await strowger.noCalls();
  });

  it("ends when bob hangs up", async () => {
    const tail = await strowger.tail("main");
    const { caller, callee } = await aliceCallsBob();
    await hangUp(callee, caller);
    await tail.line("bye by callee");
    await tail.line("ended answered by callee");
  });

  it("passes the session descriptions on untouched, with dialogs of its own on each side", async () => {
    const { caller, callee, offered, answered } = await aliceCallsBob();
    expect(offered.body).toBe(sdp(6000));
    expect(answered.body).toBe(sdp(7000));
    expect(callee.callId).not.toBe(caller.callId);
    expect(answered.param("To", "tag")).not.toBe("bobs");
    for (const message of [offered, answered])
      expect(message.header("Contact")).toContain(`127.0.0.1:${strowger.sipPort}`);
    expect(offered.headers("Proxy-Authorization")).toEqual([]);
    await hangUp(caller, callee);
  });
});
