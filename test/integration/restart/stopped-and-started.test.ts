import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Child } from "../../helpers/child.ts";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { connectCall, hangUp, ring } from "../../helpers/raw-call.ts";
import { repoRoot } from "../../helpers/repo-root.ts";
import { script } from "../../helpers/script-source.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";

vi.setConfig({ testTimeout: 120_000 });

const SCRIPT = script(`invite: (call) => forward("alice"),`);

async function started(keepCallsSeconds?: number): Promise<RunningSwitch> {
  const strowger = await startSwitch(keepCallsSeconds === undefined ? {} : { restart: { keepCallsSeconds } });
  onTestFinished(() => strowger.stop());
  await strowger.deploy("main", SCRIPT);
  return strowger;
}

describe("A switch that is stopped by SIGTERM and started again", () => {
  it("goes on with calls that are up, and refuses those that ring", async () => {
    const strowger = await started();
    const callee = await registeredPhone(strowger, "alice");
    const { caller, callee: called } = await connectCall(await rawPhone(strowger, "up"), callee, "100", {
      from: "sip:up@elsewhere.invalid",
    });
    const late = await rawPhone(strowger, "late");
    const ringing = ring(late, callee, "100", { from: "sip:late@elsewhere.invalid" });
    await ringing;
    await strowger.restart();
    await late.expect("480 INVITE");
    expect(await strowger.calls()).toHaveLength(1);
    await hangUp(caller, called);
    expect(await strowger.cdr(({ from }) => from.includes("up@"))).toMatchObject({ result: "answered", code: 200 });
    expect((await strowger.cdrs()).map(({ result }) => result).sort()).toEqual(["answered", "failed"]);
  });

  it("hangs calls up where the configuration says that none is kept", async () => {
    const strowger = await started(0);
    const callee = await registeredPhone(strowger, "alice");
    const call = await connectCall(await rawPhone(strowger, "caller"), callee, "100");
    const restarted = strowger.restart();
    for (const { phone } of [call.caller, call.callee]) phone.answer(await phone.expect("BYE"), 200);
    await restarted;
    expect(await strowger.calls()).toEqual([]);
    expect(await strowger.cdr(() => true)).toMatchObject({ result: "answered", endedBy: "switch" });
  });
});

describe("A second switch on the same data folder", () => {
  it("does not start, and names the process that has it", async () => {
    const strowger = await started();
    const second = new Child(process.execPath, [`${repoRoot}/runtime/main.ts`, "--config", strowger.configFile]);
    expect((await second.exited).code).toBe(1);
    expect(second.output).toMatch(/in use by another switch, process \d+: stop that one/);
    expect(second.output).not.toMatch(/\n\s+at /);
    expect((await strowger.api("GET", "/v1/calls")).status).toBe(200);
  });
});
