import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { answer, ring } from "../../helpers/raw-call.ts";
import { cancel, expectRefusal, inviteText, RawDialog } from "../../helpers/raw-dialog.ts";
import { script } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

beforeAll(async () => {
  const source = script(`
    invite: () => forward("bob"),
    cancel: (call, event) => console.log("cancel " + event.reason),
    ended: (call, event) => console.log("ended " + event.cdr.result),
  `);
  await strowger.deploy("main", source);
});

describe("A caller who gives up", () => {
  it("gets 200 for the CANCEL and 487 for the INVITE, and the callee stops ringing", async () => {
    const bob = await registeredPhone(strowger, "bob");
    const caller = await rawPhone(strowger, "caller");
    const tail = await strowger.tail("main");
    const call = await ring(caller, bob, "101");
    cancel(caller, call.invite, [["Reason", 'SIP;cause=200;text="Call completed elsewhere"']]);
    await caller.expect("200 CANCEL");
    const atBob = await bob.expect("CANCEL");
    expect(atBob.cseq).toBe(call.offered.cseq);
    expect(atBob.header("Reason")).toContain("Call completed elsewhere");
    bob.answer(atBob, 200, { toTag: call.tag });
    bob.answer(call.offered, 487, { toTag: call.tag });
    await bob.expect("ACK");
    await expectRefusal(caller, call.invite, 487);
    await tail.line("ended cancelled");
    expect(tail.lines[0]).toMatch(/^cancel .*Call completed elsewhere/);
  });

  it("whose CANCEL crosses the 200 leaves no call behind: the callee gets ACK and BYE", async () => {
    const bob = await registeredPhone(strowger, "bob");
    const caller = await rawPhone(strowger, "caller");
    const call = await ring(caller, bob, "101");
    cancel(caller, call.invite);
    await caller.expect("200 CANCEL");
    answer(bob, call);
    await bob.expect("ACK");
    bob.answer(await bob.expect("BYE"), 200);
    await expectRefusal(caller, call.invite, 487);
    await strowger.noCalls();
  });

  it("too late, after the 200 has reached it, still has a call and can hang it up", async () => {
    const bob = await registeredPhone(strowger, "bob");
    const caller = await rawPhone(strowger, "caller");
    const call = await ring(caller, bob, "101");
    answer(bob, call);
    const dialog = RawDialog.ofCaller(caller, call.invite, await caller.expect("200 INVITE"));
    cancel(caller, call.invite);
    await caller.expect(/^SIP\/2\.0 (200|481)[\s\S]*CANCEL/);
    dialog.ack(call.invite);
    await bob.expect("ACK");
    dialog.request("BYE");
    bob.answer(await bob.expect("BYE"), 200);
    await caller.expect("200 BYE");
  });

  it("is told 481 for a CANCEL of nothing", async () => {
    const caller = await rawPhone(strowger, "caller");
    const neverSent = new SipText(inviteText(caller, "101"));
    cancel(caller, neverSent);
    await caller.expect("481 CANCEL");
  });
});
