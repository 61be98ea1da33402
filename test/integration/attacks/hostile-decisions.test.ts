import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch({
  routes: [
    { name: "all", script: "main", public: true, fallback: [{ type: "reject", code: 480, reason: "Fallback" }] },
  ],
});
afterAll(() => strowger.stop());

/** Takes every call with this decision, whatever the types say. */
function deciding(decision: string): Promise<number> {
  return strowger.deploy("main", `export default { invite: (): unknown => (${decision}) };`);
}

describe("a decision that is made to break out of its message", () => {
  it.each([
    ["a line break in a header", `{ type: "reject", code: 486, headers: { "X-A": "b\\r\\nX-Evil: 1" } }`],
    ["a bare line feed in a header", `{ type: "reject", code: 486, headers: { "X-A": "b\\nX-Evil: 1" } }`],
    ["a NUL in a header", `{ type: "reject", code: 486, headers: { "X-A": "X-Evil\\0" } }`],
    ["a line break in the name of a header", `{ type: "reject", code: 486, headers: { "X-A: b\\r\\nX-Evil": "1" } }`],
    ["a line break in the reason", `{ type: "reject", code: 486, reason: "No\\r\\nX-Evil: 1" }`],
    ["a Via of its own", `{ type: "reject", code: 486, headers: { Via: "SIP/2.0/UDP evil.invalid" } }`],
    ["a To tag of its own, by the compact name", `{ type: "reject", code: 486, headers: { t: "<sip:a@b>;tag=evil" } }`],
    ["a Content-Length of its own", `{ type: "reject", code: 486, headers: { "content-length": "10000" } }`],
    ["a line break in a target", `{ type: "forward", targets: ["sip:a@127.0.0.1\\r\\nX-Evil: 1"] }`],
    ["a caller id that ends the header", `{ type: "forward", targets: ["alice"], callerId: 'x"<sip:evil@b>' }`],
    ["ten thousand targets", `{ type: "forward", targets: Array(10000).fill("alice") }`],
    ["a plan of ten thousand steps", `Array(10000).fill({ type: "tag", name: "a", value: "b" })`],
    [
      "a thousand headers",
      `{ type: "reject", code: 486, headers: Object.fromEntries(Array.from({ length: 1000 }, (_, k) => ["X-" + k, "1"])) }`,
    ],
    ["a code that is a text", `{ type: "reject", code: "486" }`],
    ["a code that is no code", `{ type: "reject", code: 200 }`],
    ["a type that every object has", `{ type: "constructor" }`],
    ["a prototype in the place of a code", `JSON.parse('{"type": "reject", "__proto__": {"code": 486}}')`],
    ["a key that nobody knows", `{ type: "reject", code: 486, then: 1, constructor: 2 }`],
  ])("such as %s is a fault, and nothing of it reaches the wire", async (_, decision) => {
    await deciding(decision);
    const tail = await strowger.tail("main");
    const caller = await rawPhone(strowger, "caller");
    const refusal = await expectRefusal(caller, invite(caller, "700"), 480);
    expect(refusal.reason).toBe("Fallback");
    expect(refusal.text).not.toMatch(/evil/i);
    expect(await tail.fault()).toMatchObject({ reason: "invalid-decision" });
    tail.close();
  });

  it("leaves the next call as it should be", async () => {
    await deciding(`{ type: "reject", code: 486, headers: { "X-A": "b" } }`);
    const caller = await rawPhone(strowger, "caller");
    expect((await expectRefusal(caller, invite(caller, "700"), 486)).header("X-A")).toBe("b");
  });
});
