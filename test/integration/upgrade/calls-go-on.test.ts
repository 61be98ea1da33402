import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { Child } from "../../helpers/child.ts";
import { freePort } from "../../helpers/free-port.ts";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { answer, connectCall, hangUp, ring } from "../../helpers/raw-call.ts";
import { RawDialog } from "../../helpers/raw-dialog.ts";
import { repoRoot } from "../../helpers/repo-root.ts";
import { script } from "../../helpers/script-source.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { configText } from "../../helpers/switch-config.ts";
import { talkAcross } from "../../helpers/talk-across.ts";
import { outcomeOf, ProgramOnDisk, switchProcesses, upgrade } from "../../helpers/upgrade.ts";
import { runStrowger } from "../http/cli/run-strowger.ts";

/** The switch is started once for each upgrade. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const SCRIPT = script(`
  invite(call) {
    call.state.greeting = "hello " + call.to.user;
    if (call.to.user === "recorded") return forward("bob", { record: true });
    return forward(call.to.user ?? "", { ringSeconds: 60 });
  },
  bye(call, event) {
    console.log("bye of " + event.by + ": " + call.state.greeting);
  },
  ended(call, event) {
    console.log("ended: " + call.state.greeting + ", version " + call.version + ", " + event.cdr.result);
  },`);

const program = new ProgramOnDisk();
let strowger: RunningSwitch;
beforeAll(async () => {
  strowger = await startSwitch({}, {}, program.root);
  await strowger.deploy("main", SCRIPT);
});
afterAll(async () => {
  await strowger.stop();
  program.remove();
});

const recordOf = (name: string) => strowger.cdr(({ from }) => from.includes(name));

describe("An upgrade", () => {
  it("lets the version on the disk take over a call, its script with what it remembers, and registrations", async () => {
    const callee = await registeredPhone(strowger, "alice");
    const caller = await rawPhone(strowger, "first");
    const call = await connectCall(caller, callee, "100", { from: "sip:first@elsewhere.invalid" });
    const [before] = switchProcesses(strowger);
    program.change("package.json", '"version": "0.1.0"', '"version": "0.2.0"');

    const done = await upgrade(strowger);
    expect(done).toMatchObject({ state: "done", version: "0.2.0", from: "0.1.0", to: "0.2.0", calls: 1, reason: null });
    expect(done.pauseSeconds).toBeGreaterThan(0);
    expect(switchProcesses(strowger)).not.toContain(before);
    expect(switchProcesses(strowger)).toHaveLength(1);
    const lock = JSON.parse(readFileSync(join(strowger.folder, "data", "lock"), "utf8"));
    expect([lock.pid]).toEqual(switchProcesses(strowger));

    const next = await connectCall(await rawPhone(strowger, "next"), callee, "100", {
      from: "sip:next@elsewhere.invalid",
    });
    await hangUp(next.callee, next.caller);
    const tail = await strowger.tail("main");
    await hangUp(call.caller, call.callee);
    await tail.line("bye of caller: hello 100");
    await tail.line("ended: hello 100, version 1, answered");
    expect(await recordOf("first")).toMatchObject({ result: "answered", code: 200, endedBy: "caller" });
    await strowger.noCalls();
    expect((await strowger.cdrs()).filter(({ from }) => from.includes("first"))).toHaveLength(1);
  });

  it("leaves a phone ringing, and its caller waiting, until the call is answered", async () => {
    const callee = await registeredPhone(strowger, "alice");
    const caller = await rawPhone(strowger, "ringing");
    const ringing = await ring(caller, callee, "100", { from: "sip:ringing@elsewhere.invalid" });
    expect((await upgrade(strowger)).state).toBe("done");
    answer(callee, ringing);
    const answered = await caller.expect("200 INVITE");
    const callerSide = RawDialog.ofCaller(caller, ringing.invite, answered);
    callerSide.ack(ringing.invite);
    await callee.expect("ACK");
    expect(callee.untaken.filter((text) => text.includes("CANCEL"))).toEqual([]);
    await hangUp(callerSide, RawDialog.ofCallee(callee, ringing.offered, ringing.tag));
    expect(await recordOf("ringing")).toMatchObject({ result: "answered", endedBy: "caller" });
  });

  it("ends connections, and reaches phones by those that they make", async () => {
    const callee = await registeredPhone(strowger, "alice", { transport: "tcp" });
    const caller = await rawPhone(strowger, "tcp", { transport: "tcp" });
    const call = await connectCall(caller, callee, "100", { from: "sip:tcp@elsewhere.invalid" });
    expect((await upgrade(strowger)).calls).toBe(1);

    const calleeAgain = await rawPhone(strowger, "alice", { transport: "tcp" });
    expect((await register(calleeAgain, { user: "alice", contacts: [callee.contact] })).status).toBe(200);
    const callerAgain = await rawPhone(strowger, "tcp", { transport: "tcp" });
    const callerSide = new RawDialog(callerAgain, call.caller);
    callerSide.request("INFO", { body: "x" });
    calleeAgain.answer(await calleeAgain.expect("INFO"), 200, { reason: "OK" });
    await callerAgain.expect("200 INFO");
    await hangUp(new RawDialog(calleeAgain, call.callee), callerSide);
    expect(await recordOf("tcp@")).toMatchObject({ result: "answered", endedBy: "callee" });
  });

  it("lets two phones hear each other through the switch again, at the same ports", () =>
    talkAcross(strowger, async () => expect((await upgrade(strowger)).calls).toBe(1)));

  it("is begun by SIGUSR2 to the parent as well, and not a second time while it runs", async () => {
    const { startedAt } = (await strowger.api("GET", "/v1/upgrade")).body;
    strowger.signal("SIGUSR2");
    await vi.waitUntil(async () => (await strowger.api("GET", "/v1/upgrade")).body.startedAt !== startedAt);
    const second = await strowger.api("POST", "/v1/upgrade");
    expect([second.status, second.body.code]).toEqual([409, "conflict"]);
    expect(second.body.detail).toContain("under way already");
    await vi.waitUntil(async () => (await statusOf())?.state === "done", 60_000);
  });

  it("takes a configuration over that was read again while the new version got ready", async () => {
    const config = JSON.parse(readFileSync(strowger.configFile, "utf8"));
    const begun = await strowger.api("POST", "/v1/upgrade");
    // Whichever of the two has read it by now, the new one has it in the end.
    await vi.waitUntil(() => switchProcesses(strowger).length === 2, 10_000);
    const users = { ...config.users, late: { password: "pw-late", extension: "199" } };
    writeFileSync(strowger.configFile, JSON.stringify({ ...config, users }));
    expect((await outcomeOf(strowger, begun.body.startedAt)).state).toBe("done");
    await vi.waitUntil(async () => (await strowger.api("GET", "/v1/users/late")).status === 200, 10_000);
  });
});

describe("A process of the switch that no parent has started", () => {
  it("says that nobody could start another version beside it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "strowger-alone-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const [file, http] = [join(folder, "strowger.yaml"), await freePort()];
    writeFileSync(file, configText({}, { sip: await freePort(), http }));
    const alone = new Child(process.execPath, [join(repoRoot, "runtime", "switch-process.ts"), "--config", file]);
    await alone.wrote(/is running/, 60_000);
    const token = readFileSync(join(folder, "data", "token"), "utf8").trim();
    const answer = await fetch(`http://127.0.0.1:${http}/v1/upgrade`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      code: "conflict",
      detail: expect.stringContaining("restart the switch"),
    });
    alone.signal("SIGUSR2");
    await alone.wrote(/No parent has started this process/);
    expect((await alone.stop()).code).toBe(0);
  });
});

describe("strowger upgrade", () => {
  const run = (...args: readonly string[]) =>
    runStrowger(args, { url: strowger.url, token: strowger.token, cwd: strowger.folder });

  it("waits, and says what came of it", async () => {
    const { code, stdout, stderr } = await run("upgrade");
    expect(stdout).toMatch(/^Version 0\.2\.0 has taken over 0 calls from 0\.2\.0; new requests waited [\d.]+ s\.\n$/);
    expect(stderr).toContain("Version 0.2.0 serves, and the new one gets ready ...");
    expect(code).toBe(0);
  });

  it("gives the same as JSON, also of the last one", async () => {
    const { code, stdout } = await run("--json", "upgrade", "--status");
    expect(JSON.parse(stdout)).toMatchObject({ state: "done", version: "0.2.0", calls: 0, reason: null });
    expect(code).toBe(0);
  });

  it("fails with the reason where the new version does not start", async () => {
    program.change("runtime/app.ts", "export async function createApp(", "export async function createApp((");
    const { code, stderr } = await run("upgrade");
    program.change("runtime/app.ts", "export async function createApp((", "export async function createApp(");
    expect(stderr).toMatch(/the upgrade has failed: .*app\.ts.*; version 0\.2\.0 serves/s);
    expect(code).toBe(1);
  });

  it("leaves an entry in the audit log", async () => {
    const { body } = await strowger.api("GET", "/v1/audit");
    expect(body.items).toContainEqual(expect.objectContaining({ action: "POST /v1/upgrade", status: 202 }));
  });
});

async function statusOf(): Promise<{ readonly state: string } | undefined> {
  return (await strowger.api("GET", "/v1/upgrade").catch(() => undefined))?.body;
}
