import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { inviteScript, script } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

describe("A script that does not connect the call", () => {
  it("rejects with a code, a reason phrase and headers of its own", async () => {
    const options = '{ reason: "Come Back Later", headers: { "X-Queue": "sales", "Retry-After": "120" } }';
    await strowger.deploy("main", inviteScript(`reject(486, ${options})`));
    const caller = await rawPhone(strowger, "caller");
    const refusal = await expectRefusal(caller, invite(caller, "700"), 486);
    expect(refusal.reason).toBe("Come Back Later");
    expect(refusal.header("X-Queue")).toBe("sales");
    expect(refusal.header("Retry-After")).toBe("120");
    expect(refusal.param("To", "tag")).not.toBe("");
  });

  it("redirects to contacts in its order", async () => {
    await strowger.deploy("main", inviteScript('redirect(["sip:a@192.0.2.1", "sip:b@192.0.2.2"], { code: 301 })'));
    const caller = await rawPhone(strowger, "caller");
    const refusal = await expectRefusal(caller, invite(caller, "700"), 301);
    const contacts = refusal.headers("Contact").join(", ");
    expect(contacts.indexOf("sip:a@192.0.2.1")).toBeGreaterThanOrEqual(0);
    expect(contacts.indexOf("sip:b@192.0.2.2")).toBeGreaterThan(contacts.indexOf("sip:a@192.0.2.1"));
  });

  it("reads every header of the INVITE, whatever the case of its name", async () => {
    await strowger.deploy(
      "main",
      script('  invite: (call) => reject(480, { reason: call.headers.get("x-ACCOUNT") ?? "none" }),'),
    );
    const caller = await rawPhone(strowger, "caller");
    const refusal = await expectRefusal(caller, invite(caller, "700", { fields: [["X-Account", "4711"]] }), 480);
    expect(refusal.reason).toBe("4711");
  });

  it("hangs up a call that waits: 480 to the caller", async () => {
    await strowger.deploy("main", inviteScript("hangup()"));
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "700"), 480);
  });

  it("tags the call and goes on with its plan; the record keeps the tags", async () => {
    await strowger.deploy("main", inviteScript('[tag({ customer: "acme" }), reject(603)]'));
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "700", { from: "sip:tagged@elsewhere.invalid" }), 603);
    const cdr = await strowger.cdr((record) => record.from.includes("tagged"));
    expect(cdr).toMatchObject({ code: 603, result: "failed", tags: { customer: "acme" } });
  });

  it("sends a number that nobody has nowhere, least of all out of the house", async () => {
    await strowger.deploy("main", inviteScript('forward("+4930999999")'));
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "700", { from: "sip:nowhere@elsewhere.invalid" }), 480);
    const cdr = await strowger.cdr((record) => record.from.includes("nowhere"));
    expect(cdr.legs).toMatchObject([{ target: "+4930999999", uri: null, code: 404 }]);
  });
});
