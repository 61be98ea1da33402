import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { descendantsOf } from "../../helpers/process-tree.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

/** The processes in which scripts run: those below the switch that load the sandbox's host side. */
function scriptHosts(): number[] {
  return descendantsOf(strowger.pid)
    .filter(({ command }) => command.includes("sandbox/host"))
    .map(({ pid }) => pid);
}

describe("The death of every script host", () => {
  it("loses no call, and the next call runs its script again", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const call = await connectCall(caller, callee, "700");

    const hosts = scriptHosts();
    expect(hosts.length).toBeGreaterThan(0);
    for (const pid of hosts) process.kill(pid, "SIGKILL");
    await until("a new script host", () => scriptHosts().some((pid) => !hosts.includes(pid)));
    // From now on the switch knows that the old ones are gone.
    await until("one that is ready", async () => (await fetch(`${strowger.url}/readyz`)).ok);

    call.caller.request("INFO");
    callee.answer(await callee.expect("INFO"), 200);
    await caller.expect("200 INFO");
    await hangUp(call.caller, call.callee);
    await strowger.deploy("main", inviteScript("reject(486)"));
    await expectRefusal(caller, invite(caller, "700"), 486);
    expect(strowger.running).toBe(true);
  });
});
