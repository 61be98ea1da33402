import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { ring } from "../../helpers/raw-call.ts";
import { cancel, expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { freshText, type RawPhone } from "../../helpers/raw-phone.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());
beforeAll(() => strowger.deploy("main", inviteScript("reject(404)")));

const self = `sip:127.0.0.1:${strowger.sipPort}`;

function request(phone: RawPhone, method: string, options: { uri?: string; to?: string } = {}): SipText {
  const { uri = self, to = `<${uri}>` } = options;
  return phone.request({
    method,
    uri,
    fields: [
      ["Via", phone.via()],
      ["Max-Forwards", "70"],
      ["From", `<sip:tester@elsewhere.invalid>;tag=${freshText("f")}`],
      ["To", to],
      ["Call-ID", freshText("out")],
      ["CSeq", `1 ${method}`],
    ],
  });
}

describe("A request outside a call", () => {
  it("OPTIONS to the switch is answered with what it can do", async () => {
    const phone = await rawPhone(strowger, "tester");
    request(phone, "OPTIONS");
    const answer = await phone.expect("200 OPTIONS");
    for (const method of ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER"]) {
      expect(answer.header("Allow").split(/,\s*/)).toContain(method);
    }
    expect(answer.header("Accept")).toContain("application/sdp");
    expect(answer.param("To", "tag")).not.toBe("");
  });

  it("with a method that is not served is answered 405 with Allow", async () => {
    const phone = await rawPhone(strowger, "tester");
    request(phone, "CONJURE");
    const answer = await phone.expect("405 CONJURE");
    expect(answer.header("Allow")).toContain("INVITE");
  });

  it("that requires an unknown extension is answered 420, which names it, before any script", async () => {
    const phone = await rawPhone(strowger, "tester");
    const tail = await strowger.tail("main");
    const sent = invite(phone, "700", { fields: [["Require", "levitation, timetravel"]] });
    const refusal = await expectRefusal(phone, sent, 420);
    expect(refusal.header("Unsupported").split(/,\s*/).sort()).toEqual(["levitation", "timetravel"]);
    expect(tail.entries).toEqual([]);
  });

  it("that requires what the switch speaks and what it does not is answered 420 for the latter", async () => {
    const phone = await rawPhone(strowger, "tester");
    const fields = [["Require", "100rel, timer, teleport"]] as const;
    const refusal = await expectRefusal(phone, invite(phone, "700", { fields }), 420);
    expect(refusal.header("Unsupported")).toBe("teleport");
  });

  it.each(["BYE", "INFO", "INVITE"])("%s in a dialog that is not there is answered 481", async (method) => {
    const phone = await rawPhone(strowger, "tester");
    request(phone, method, { uri: "sip:101@example.test", to: "<sip:101@example.test>;tag=longgone" });
    await phone.expect(`481 ${method}`);
  });

  it("ACK out of nowhere is met with silence", async () => {
    const phone = await rawPhone(strowger, "tester");
    request(phone, "ACK", { uri: "sip:101@example.test", to: "<sip:101@example.test>;tag=longgone" });
    await phone.settle();
    expect(phone.untaken).toEqual([]);
  });

  it("for a scheme that nobody knows is answered 416", async () => {
    const phone = await rawPhone(strowger, "tester");
    request(phone, "OPTIONS", { uri: "gopher://example.test/1" });
    await phone.expect("416 OPTIONS");
  });

  it("for a domain that is not ours is refused: no open relay", async () => {
    const phone = await rawPhone(strowger, "tester");
    invite(phone, "700", { uri: "sip:700@elsewhere.invalid" });
    await phone.expect(/^SIP\/2\.0 (403|407)/);
  });
});

describe("Max-Forwards (RFC 3261 §16.3, RFC 7332)", () => {
  it("0 ends a call with 483", async () => {
    const phone = await rawPhone(strowger, "caller");
    await expectRefusal(phone, invite(phone, "700", { maxForwards: 0 }), 483);
  });

  it("is one less on the leg that goes out", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const call = await ring(caller, callee, "700", { maxForwards: 12 });
    expect(call.offered.header("Max-Forwards")).toBe("11");
    cancel(caller, call.invite);
    await caller.expect("200 CANCEL");
  });
});

describe("A merged request (RFC 3261 §8.2.2.2)", () => {
  it("that comes a second time by another way is answered 482", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const same = { callId: freshText("merged"), fromTag: freshText("f") };
    const call = await ring(caller, callee, "700", same);
    const other = invite(caller, "700", same);
    await expectRefusal(caller, other, 482);
    cancel(caller, call.invite);
    await caller.expect("200 CANCEL");
  });
});
