import { afterAll, describe, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { forwardTo, script } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

describe("What a script remembers", () => {
  it("is call.state, kept between the events of a call", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    const handlers = `
      invite(call) { call.state = { steps: ["invite"] }; return ${forwardTo([callee])}; },
      answered(call) { call.state.steps.push("answered"); },
      bye(call) { console.log(call.state.steps.join()); },`;
    await strowger.deploy("main", script(handlers));
    const tail = await strowger.tail("main");
    const call = await connectCall(caller, callee, "700");
    await hangUp(call.caller, call.callee);
    await tail.line("invite,answered");
  });

  it("is its version: a call ends on the one it began with, the next call runs the new one", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    const version = (name: string) => `
      invite: () => ${forwardTo([callee])},
      bye: () => console.log("bye in ${name}"),`;
    await strowger.deploy("main", script(version("old")));
    const tail = await strowger.tail("main");
    const old = await connectCall(caller, callee, "700");
    await strowger.deploy("main", script(version("new")));
    const next = await connectCall(caller, callee, "700");
    await hangUp(old.caller, old.callee);
    await tail.line("bye in old");
    await hangUp(next.caller, next.callee);
    await tail.line("bye in new");
  });
});
