import { afterAll, describe, expect, it } from "vitest";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { answer, hangUp } from "../../helpers/raw-call.ts";
import { invite, RawDialog } from "../../helpers/raw-dialog.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { sdp, sdpFields } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

describe("Early media between two phones", () => {
  it("is agreed on by a late offer in a reliable 183 and its answer in the PRACK, and moved by an UPDATE", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const sent = invite(caller, "700", { fields: [["Supported", "100rel"]] });
    const offered = await callee.expect("INVITE");
    callee.answer(offered, 183, {
      toTag: "early",
      fields: [["Contact", callee.contact], ["Require", "100rel"], ["RSeq", "88"], ...sdpFields],
      body: sdp(7000),
    });
    const early = await caller.expect("183 INVITE");
    expect(early.body).toBe(sdp(7000));
    const dialog = RawDialog.ofCaller(caller, sent, early);
    const fields = [["RAck", `${early.header("RSeq")} 1 INVITE`], ...sdpFields] as const;
    dialog.request("PRACK", { fields, body: sdp(6000) });
    const prack = await callee.expect("PRACK");
    expect([prack.header("RAck"), prack.body]).toEqual(["88 1 INVITE", sdp(6000)]);
    callee.answer(prack, 200);
    await caller.expect("200 PRACK");
    dialog.request("UPDATE", { fields: sdpFields, body: sdp(6002) });
    const update = await callee.expect("UPDATE");
    expect(update.body).toBe(sdp(6002));
    callee.answer(update, 200, { fields: [["Contact", callee.contact], ...sdpFields], body: sdp(7002) });
    expect((await caller.expect("200 UPDATE")).body).toBe(sdp(7002));
    answer(callee, { offered, tag: "early" }, "");
    await caller.expect("200 INVITE");
    dialog.ack(sent);
    await callee.expect("ACK");
    await hangUp(dialog, RawDialog.ofCallee(callee, offered, "early"));
  });
});

describe("A phone that is set to forward its calls", () => {
  it("sends the caller on to another user, who sees who was called", async () => {
    const caller = await rawPhone(strowger, "caller");
    const alice = await registeredPhone(strowger, "alice");
    const bob = await registeredPhone(strowger, "bob");
    await strowger.deploy("main", inviteScript(`forward("alice")`));
    invite(caller, "alice", { body: sdp(6000) });
    alice.answer(await alice.expect("INVITE"), 302, {
      toTag: "moved",
      fields: [["Contact", `<sip:bob@${strowger.domain}>;q=0.5`]],
    });
    await alice.expect("ACK");
    await caller.expect("181 INVITE");
    const offered = await bob.expect("INVITE");
    expect(offered.header("Diversion")).toBe(`<sip:alice@${strowger.domain}>;reason=unconditional;counter=1`);
    bob.answer(offered, 486, { toTag: "busy" });
    await caller.expect("486 INVITE");
    await bob.expect("ACK");
  });
});
