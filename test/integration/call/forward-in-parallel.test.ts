import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { answer, hangUp } from "../../helpers/raw-call.ts";
import { expectRefusal, invite, RawDialog } from "../../helpers/raw-dialog.ts";
import type { RawPhone } from "../../helpers/raw-phone.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

async function phones(): Promise<{ caller: RawPhone; desk: RawPhone; mobile: RawPhone }> {
  const caller = await rawPhone(strowger, "caller");
  const desk = await rawPhone(strowger, "desk");
  const mobile = await rawPhone(strowger, "mobile");
  await strowger.deploy("main", inviteScript(forwardTo([desk, mobile])));
  return { caller, desk, mobile };
}

async function refuse(phone: RawPhone, status: number): Promise<void> {
  phone.answer(await phone.expect("INVITE"), status, { toTag: `t${status}` });
  await phone.expect("ACK");
}

describe("Forward to several targets at once", () => {
  it("connects the first that answers and cancels the others", async () => {
    const { caller, desk, mobile } = await phones();
    const sent = invite(caller, "700", { body: sdp(6000) });
    const [atDesk, atMobile] = [await desk.expect("INVITE"), await mobile.expect("INVITE")];
    expect(atDesk.param("Via", "branch")).not.toBe(atMobile.param("Via", "branch"));
    desk.answer(atDesk, 180, { toTag: "desk", fields: [["Contact", desk.contact]] });
    mobile.answer(atMobile, 180, { toTag: "mobile", fields: [["Contact", mobile.contact]] });
    await caller.expect("180 INVITE");

    answer(mobile, { offered: atMobile, tag: "mobile" });
    const answered = await caller.expect("200 INVITE");
    const dialog = RawDialog.ofCaller(caller, sent, answered);
    dialog.ack(sent);
    await mobile.expect("ACK");

    const cancel = await desk.expect("CANCEL");
    expect(cancel.header("Via")).toBe(atDesk.header("Via"));
    desk.answer(cancel, 200, { toTag: "desk" });
    desk.answer(atDesk, 487, { toTag: "desk" });
    await desk.expect("ACK");
    await hangUp(dialog, RawDialog.ofCallee(mobile, atMobile, "mobile"));
  });

  it("gives the caller the best refusal when all refuse: the lowest class, not the last", async () => {
    const { caller, desk, mobile } = await phones();
    const sent = invite(caller, "700", { body: sdp(6000) });
    await refuse(desk, 486);
    await refuse(mobile, 500);
    await expectRefusal(caller, sent, 486);
  });

  it("ends the fork at once when one target refuses with 6xx", async () => {
    const { caller, desk, mobile } = await phones();
    const sent = invite(caller, "700", { body: sdp(6000) });
    const atDesk = await desk.expect("INVITE");
    desk.answer(atDesk, 180, { toTag: "desk" });
    await caller.expect("180 INVITE");
    await refuse(mobile, 603);
    desk.answer(await desk.expect("CANCEL"), 200, { toTag: "desk" });
    desk.answer(atDesk, 487, { toTag: "desk" });
    await desk.expect("ACK");
    await expectRefusal(caller, sent, 603);
  });

  it("never tells a downstream overload as its own: 503 goes up as 500", async () => {
    const { caller, desk, mobile } = await phones();
    const sent = invite(caller, "700", { body: sdp(6000) });
    await refuse(desk, 503);
    await refuse(mobile, 503);
    await expectRefusal(caller, sent, 500);
  });

  it("acknowledges and ends a second 200 that crosses the CANCEL", async () => {
    const { caller, desk, mobile } = await phones();
    const sent = invite(caller, "700", { body: sdp(6000) });
    const [atDesk, atMobile] = [await desk.expect("INVITE"), await mobile.expect("INVITE")];
    answer(mobile, { offered: atMobile, tag: "mobile" });
    const dialog = RawDialog.ofCaller(caller, sent, await caller.expect("200 INVITE"));
    dialog.ack(sent);
    answer(desk, { offered: atDesk, tag: "desk" });
    await desk.expect("ACK");
    desk.answer(await desk.expect("BYE"), 200);
    await hangUp(dialog, RawDialog.ofCallee(mobile, atMobile, "mobile"));
  });
});
