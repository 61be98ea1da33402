import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { forwardTo, inviteScript, script } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

/** Promise 1: the fallback follows within 300 ms of the fault; a loop's fault comes after its 50 ms. */
const FALLBACK_WITHIN_MS = 350;

const strowger = await startSwitch({
  routes: [
    {
      name: "guarded",
      to: "7XX",
      script: "main",
      public: true,
      fallback: [{ type: "reject", code: 480, reason: "Fallback" }],
    },
    { name: "orphan", to: "8XX", script: "never-deployed", fallback: [{ type: "reject", code: 410 }] },
    { name: "good", to: "9XX", script: "good" },
    { name: "rest", script: "main", public: true },
  ],
});
afterAll(() => strowger.stop());

describe("A script that fails", () => {
  it.each([
    ["throws", "threw", 'invite() { throw new Error("broken"); }'],
    ["rejects its promise", "threw", 'async invite() { await null; throw new Error("broken"); }'],
    ["loops for ever", "timeout", "invite() { for (;;); }"],
    ["returns nothing", "no-decision", "invite() { return undefined as never; }"],
    ["returns what is no decision", "invalid-decision", 'invite() { return { type: "fly" } as never; }'],
    ["rejects with a code that does not exist", "invalid-decision", "invite() { return reject(99); }"],
  ])("because it %s gets its route's fallback done, in time, and the fault in its tail", async (_, reason, handler) => {
    await strowger.deploy("main", script(`  ${handler},`));
    const tail = await strowger.tail("main");
    const caller = await rawPhone(strowger, "caller");
    const start = performance.now();
    const refusal = await expectRefusal(caller, invite(caller, "700"), 480);
    expect(performance.now() - start).toBeLessThan(FALLBACK_WITHIN_MS);
    expect(refusal.reason).toBe("Fallback");
    expect(await tail.fault()).toMatchObject({ reason });
    tail.close();
  });

  it("names the line where it threw", async () => {
    await strowger.deploy("main", script('  invite(call) {\n    throw new Error("no " + call.to.user);\n  },'));
    const tail = await strowger.tail("main");
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "700"), 480);
    expect(await tail.fault()).toMatchObject({ message: expect.stringContaining("no 700"), line: 5 });
  });

  it("gets 500 where the route names no fallback", async () => {
    await strowger.deploy("main", script('  invite() { throw new Error("broken"); },'));
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "101"), 500);
  });

  it("that was never deployed is its route's fallback too", async () => {
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "800"), 410);
  });

  it("in a later event costs that event alone: the call goes on", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    const handlers = `
      invite: () => ${forwardTo([callee])},
      answered() { throw new Error("broken"); },
      bye: () => console.log("bye"),`;
    await strowger.deploy("main", script(handlers));
    const tail = await strowger.tail("main");
    const call = await connectCall(caller, callee, "700");
    expect(await tail.fault()).toMatchObject({ reason: "threw" });
    await hangUp(call.caller, call.callee);
    await tail.line("bye");
  });

  it("because it loops does not take a call of another script with it", async () => {
    const caller = await rawPhone(strowger, "caller");
    await strowger.deploy("good", inviteScript("reject(486)"));
    await strowger.deploy("main", script("  invite() { for (;;); },"));
    const looping = invite(caller, "700");
    const good = invite(caller, "900");
    await expectRefusal(caller, good, 486);
    await expectRefusal(caller, looping, 480);
  });
});
