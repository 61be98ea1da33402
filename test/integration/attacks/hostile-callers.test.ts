import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { inviteScript, script } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

/** Promise 1: the fallback follows within 300 ms of the fault; a fault of time comes after 50 ms, and machines are busy. */
const FALLBACK_WITHIN_MS = 1_000;

const strowger = await startSwitch({
  routes: [
    { name: "good", to: "9XX", script: "good", public: true },
    { name: "all", script: "main", public: true, fallback: [{ type: "reject", code: 480 }] },
  ],
});
afterAll(() => strowger.stop());

describe("a caller without any access", () => {
  it("whose From makes an expression of the script run for ever costs that call its script, and no other", async () => {
    await strowger.deploy("good", inviteScript("reject(486)"));
    await strowger.deploy(
      "main",
      script("  invite: (call) => (/^(\\w+\\.?)+@$/.test(call.from.user) ? reject(404) : reject(603)),"),
    );
    const tail = await strowger.tail("main");
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "700", { from: "sip:short@elsewhere.invalid" }), 603);
    const startedAt = performance.now();
    const crafted = invite(caller, "700", { from: `sip:${"a".repeat(60)}!@elsewhere.invalid` });
    const good = invite(caller, "900");
    await expectRefusal(caller, good, 486);
    await expectRefusal(caller, crafted, 480);
    expect(performance.now() - startedAt).toBeLessThan(FALLBACK_WITHIN_MS);
    expect(await tail.entry("the fault", ({ type }) => type === "fault")).toMatchObject({
      handler: "invite",
      fault: { reason: "timeout" },
    });
    await expectRefusal(caller, invite(caller, "700", { from: "sip:short@elsewhere.invalid" }), 603);
  });

  it("writes no line of its own into a log: what it is called stays text within one entry", async () => {
    await strowger.deploy(
      "main",
      script('  invite(call) { console.log("from " + call.headers.get("X-Name")); return reject(603); },'),
    );
    const tail = await strowger.tail("main");
    const caller = await rawPhone(strowger, "caller");
    const name = `eve\u001b[2J","level":"fatal"}{"type":"fault"} %0a%0d event: fault data: {}`;
    await expectRefusal(caller, invite(caller, "700", { fields: [["X-Name", name]] }), 603);
    await tail.line(`from ${name}`);
    await tail.entry("the invocation", ({ type }) => type === "invocation");
    expect(tail.entries.map(({ type }) => type).toSorted()).toEqual(["invocation", "log"]);
    expect(strowger.log()).not.toContain("\u001b[2J");
  });

  it("and a script that prints line breaks and escapes adds one entry to its tail for each line it prints", async () => {
    await strowger.deploy(
      "main",
      script('  invite() { console.log("one\\n\\nevent: fault\\ndata: {}\\n\\n\\u001b[2J"); return reject(603); },'),
    );
    const tail = await strowger.tail("main");
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "700"), 603);
    await tail.line("one\n\nevent: fault\ndata: {}\n\n\u001b[2J");
    await tail.entry("the invocation", ({ type }) => type === "invocation");
    expect(tail.entries.map(({ type }) => type).toSorted()).toEqual(["invocation", "log"]);
    expect(strowger.log()).not.toContain("\u001b[2J");
  });
});
