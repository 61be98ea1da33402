import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { forwardTo, inviteScript, script } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch({
  routes: [
    { name: "thief", to: "8XX", script: "thief", public: true },
    { name: "closed", to: "7XX", script: "closed" },
    { name: "all", script: "main", public: true },
  ],
});
afterAll(() => strowger.stop());

describe("a script that is after other calls", () => {
  it("cannot tell a call of another script from none, nor end or turn it", async () => {
    const [caller, callee, eve] = await Promise.all(
      ["caller", "callee", "eve"].map((name) => rawPhone(strowger, name)),
    );
    if (caller === undefined || callee === undefined || eve === undefined) throw new Error("No phones.");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    await strowger.deploy(
      "thief",
      `import { calls, hangup, reject, type Script } from "strowger";
export default {
  async invite(call) {
    const target = String(call.headers.get("X-Target"));
    for (const id of [target, "none"]) {
      for (const act of [() => calls.hangUp(id), () => calls.decide(id, hangup())]) {
        await act().then(() => console.log("done"), (error) => console.log(error.code + error.message.replaceAll(id, "ID")));
      }
    }
    return reject(603);
  },
} satisfies Script;`,
    );
    const tail = await strowger.tail("thief");
    const call = await connectCall(caller, callee, "100");
    const { id } = await strowger.call();
    await expectRefusal(eve, invite(eve, "800", { fields: [["X-Target", id]] }), 603);
    await tail.entry("the end", ({ type }) => type === "invocation");
    expect(tail.lines).toHaveLength(4);
    // What is said of a call of another and of none is the same, for either operation.
    expect(tail.lines.slice(0, 2)).toEqual(tail.lines.slice(2));
    expect(tail.lines.every((line) => line.startsWith("not-found"))).toBe(true);
    expect((await strowger.calls()).map((live) => live.id)).toEqual([id]);
    await hangUp(call.caller, call.callee);
    await strowger.noCalls();
  });

  it("that sends a call to the switch itself, under any of its names, asks itself no second time", async () => {
    const own = ["example.test", `127.0.0.1:${strowger.sipPort}`];
    await strowger.deploy(
      "main",
      script(`  invite: () => forward(${JSON.stringify(own.map((host) => `sip:777@${host}`))}),`),
    );
    const tail = await strowger.tail("main");
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "100"), 480);
    await strowger.noCalls();
    await tail.entry("the invocation", ({ type }) => type === "invocation");
    expect(tail.entries).toHaveLength(1);
  });

  it("cannot send a stranger's call out of the house where its route does not say so", async () => {
    const outside = await rawPhone(strowger, "outside");
    await strowger.deploy("closed", inviteScript(forwardTo([outside])));
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "700"), 403);
    await outside.settle();
    expect(outside.untaken).toEqual([]);
  });
});
