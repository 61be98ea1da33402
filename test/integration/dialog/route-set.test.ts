import { afterAll, describe, expect, it } from "vitest";
import type { Field } from "../../../runtime/simulator/network/sip-text.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { answer, ring } from "../../helpers/raw-call.ts";
import { RawDialog } from "../../helpers/raw-dialog.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

describe("The route set of a dialog (RFC 3261 §12.1.1, §12.2.1.1)", () => {
  it("is the caller's Record-Route, copied whole into the answers and used in order towards the caller", async () => {
    const caller = await rawPhone(strowger, "caller");
    const edge = await rawPhone(strowger, "edge");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const near = `<sip:127.0.0.1:${edge.port};lr;x=near>`;
    const far = "<sip:192.0.2.9;lr;x=far>";
    const fields: Field[] = [
      ["Record-Route", near],
      ["Record-Route", far],
    ];
    const call = await ring(caller, callee, "700", { fields });
    expect(call.offered.headers("Record-Route")).toEqual([]);
    expect(call.ringing.headers("Record-Route").join(", ")).toBe(`${near}, ${far}`);
    answer(callee, call);
    const answered = await caller.expect("200 INVITE");
    expect(answered.headers("Record-Route").join(", ")).toBe(`${near}, ${far}`);
    const callerSide = RawDialog.ofCaller(caller, call.invite, answered);
    caller.request({
      method: "ACK",
      uri: callerSide.target,
      fields: [
        ["Via", caller.via()],
        ["Max-Forwards", "70"],
        ["From", callerSide.local],
        ["To", callerSide.remote],
        ["Call-ID", callerSide.callId],
        ["CSeq", `${call.invite.cseq} ACK`],
      ],
    });
    await callee.expect("ACK");

    RawDialog.ofCallee(callee, call.offered, call.tag).request("BYE");
    const bye = await edge.expect("BYE");
    expect(bye.uri).toBe(caller.uri);
    expect(bye.headers("Route").join(", ")).toBe(`${near}, ${far}`);
    edge.answer(bye, 200);
    await callee.expect("200 BYE");
  });

  it("is the callee's Record-Route in reverse towards the callee", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    const edge = await rawPhone(strowger, "edge");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const call = await ring(caller, callee, "700");
    const near = `<sip:127.0.0.1:${edge.port};lr>`;
    callee.answer(call.offered, 200, {
      toTag: call.tag,
      fields: [
        ["Record-Route", "<sip:192.0.2.7;lr>"],
        ["Record-Route", near],
        ["Contact", callee.contact],
      ],
    });
    const dialog = RawDialog.ofCaller(caller, call.invite, await caller.expect("200 INVITE"));
    dialog.ack(call.invite);
    const ack = await edge.expect("ACK");
    expect(ack.uri).toBe(callee.uri);
    expect(ack.headers("Route").join(", ")).toBe(`${near}, <sip:192.0.2.7;lr>`);
    dialog.request("BYE");
    edge.answer(await edge.expect("BYE"), 200);
    await caller.expect("200 BYE");
  });
});
