import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Field } from "../../../runtime/simulator/network/sip-text.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

/** Octets that are neither ASCII nor UTF-8: a body is nobody's business but the phones'. */
const binaryBody = "gr\xfc\xdfe \x01\xff\r\n";

async function connected() {
  const caller = await rawPhone(strowger, "caller");
  const callee = await rawPhone(strowger, "callee");
  await strowger.deploy("main", inviteScript(forwardTo([callee])));
  return connectCall(caller, callee, "700");
}

describe("A request within a call", () => {
  let call: Awaited<ReturnType<typeof connected>>;
  beforeEach(async () => {
    call = await connected();
  });

  it.each(["INFO", "MESSAGE", "OPTIONS", "UPDATE", "CHAT"])(
    "%s is relayed with its body and headers, and so is the answer",
    async (method) => {
      const { caller, callee } = call;
      const fields: Field[] = [
        ["X-Trace", "a, b"],
        ["Content-Type", "text/plain"],
      ];
      caller.request(method, { body: binaryBody, fields });
      const relayed = await callee.phone.expect(method);
      expect(relayed.header("X-Trace")).toBe("a, b");
      expect(relayed.body).toBe(binaryBody);
      callee.phone.answer(relayed, 200, { reason: "Fine", fields: [["X-Answer", "yes"]], body: "" });
      const answered = await caller.phone.expect(`200 ${method}`);
      expect(answered.header("X-Answer")).toBe("yes");
      await hangUp(caller, callee);
    },
  );

  it("goes from the callee to the caller too, and a refusal comes back as it is", async () => {
    const { caller, callee } = call;
    callee.request("INFO", { body: "x", fields: [["Content-Type", "text/plain"]] });
    caller.phone.answer(await caller.phone.expect("INFO"), 469, { reason: "Bad Info Package" });
    const refusal = await callee.phone.expect("469 INFO");
    expect(refusal.reason).toBe("Bad Info Package");
    await hangUp(caller, callee);
  });

  it("with a CSeq lower than the last is answered 500 and not relayed (RFC 3261 §12.2.2)", async () => {
    const { caller, callee } = call;
    caller.request("INFO", { cseq: 50 });
    callee.phone.answer(await callee.phone.expect("INFO"), 200);
    await caller.phone.expect("200 INFO");
    caller.request("INFO", { cseq: 40 });
    await caller.phone.expect("500 INFO");
    await callee.phone.settle();
    expect(callee.phone.has("INFO")).toBe(false);
    caller.cseq = 60;
    await hangUp(caller, callee);
  });

  it("with Max-Forwards 0 is answered 483", async () => {
    const { caller, callee } = call;
    const text = caller.request("INFO").text;
    callee.phone.answer(await callee.phone.expect("INFO"), 200);
    await caller.phone.expect("200 INFO");
    const next = text
      .replace("Max-Forwards: 70", "Max-Forwards: 0")
      .replace(/branch=[^;]+/, "branch=z9hG4bKmf0")
      .replace(/CSeq: \d+/, `CSeq: ${++caller.cseq}`);
    caller.phone.send(next);
    await caller.phone.expect("483 INFO");
    await hangUp(caller, callee);
  });
});
