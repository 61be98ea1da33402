import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import type { ScriptOutcome } from "../../../runtime/port/script.ts";
import type { SandboxLimits } from "../../../runtime/sandbox/limits.ts";
import { mainThreadCpuMs } from "../../../runtime/sandbox/process-usage.ts";
import { hostPids } from "./host-pids.ts";
import { ScriptRunner } from "./script-runner.ts";

const runners: ScriptRunner[] = [];

/** A sandbox of this test's own, with all its hosts up. */
async function startRunner(limits: Partial<SandboxLimits> = {}, hosts = 1): Promise<ScriptRunner> {
  const runner = new ScriptRunner({ eventMs: 100, ...limits }, hosts);
  runners.push(runner);
  await runner.sandbox.start();
  await runner.allHosts();
  return runner;
}

afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.sandbox.stop();
});

/** Kills the host that burns CPU time. */
async function killBusyHost(): Promise<void> {
  const before = new Map(hostPids().map((pid) => [pid, mainThreadCpuMs(pid) ?? 0]));
  const busy = () => hostPids().find((pid) => (mainThreadCpuMs(pid) ?? 0) > (before.get(pid) ?? 0) + 50);
  await expect.poll(busy, { timeout: 5000 }).toBeDefined();
  process.kill(busy() ?? 0, "SIGKILL");
}

const faults = (outcomes: readonly ScriptOutcome[]) => outcomes.filter((outcome) => outcome.type === "fault");

describe("a host process", () => {
  it("has no environment and, where the machine has namespaces, no network", async () => {
    await startRunner();
    for (const pid of hostPids()) {
      expect(readFileSync(`/proc/${pid}/environ`, "latin1")).toBe("");
      if (process.getuid?.() !== 0 || !existsSync("/usr/bin/unshare")) continue;
      expect(readlinkSync(`/proc/${pid}/ns/net`)).not.toBe(readlinkSync("/proc/self/ns/net"));
    }
  });

  it("that is killed loses what it ran; what waited behind runs once on another, and a new spare comes up", async () => {
    const runner = await startRunner({ eventMs: 20_000, cpuMs: 20_000 });
    const busy = runner.loadBody("busy", "console.log('busy'); for (;;);");
    const quick = runner.loadBody("quick", "console.log('ran ' + event.index); return event.index;");
    const culprit = runner.run(busy);
    const waiting = Array.from({ length: 20 }, (_, index) => runner.run(quick, { event: { index } }));
    await expect.poll(() => runner.lines.some((line) => line.text === "busy"), { timeout: 5000 }).toBe(true);
    await killBusyHost();
    expect(await culprit).toMatchObject({
      type: "fault",
      fault: { reason: "crashed", message: 'Version 1 of "busy" during "invite" took its host process down' },
    });
    const outcomes = await Promise.all(waiting);
    expect(outcomes).toEqual(outcomes.map((_, index) => ({ type: "returned", value: index, state: undefined })));
    expect(runner.lines.filter((line) => line.text.startsWith("ran"))).toHaveLength(20);
    await runner.allHosts();
  });

  it("that is lost as well does not hand on once more what was handed to it", async () => {
    const runner = await startRunner({ eventMs: 20_000, cpuMs: 20_000 });
    const blocks = ["first", "second"].map((name) => runner.loadBody(name, `console.log("${name}"); for (;;);`));
    const culprits = blocks.map((ref) => runner.run(ref));
    const waiting = runner.run(runner.loadBody("quick", "return 1;"));
    for (const name of ["first", "second"]) {
      await expect.poll(() => runner.lines.some((line) => line.text === name), { timeout: 5000 }).toBe(true);
      await runner.allHosts();
      await killBusyHost();
    }
    expect(await Promise.all([...culprits, waiting])).toMatchObject([
      { fault: { reason: "crashed", message: expect.stringContaining("first") } },
      { fault: { reason: "crashed", message: expect.stringContaining("second") } },
      { fault: { reason: "crashed", message: expect.stringContaining("two host processes") } },
    ]);
  });

  it("takes the handlers that wait in it with it", async () => {
    const runner = await startRunner();
    const waits = runner.load("waits", "export default { invite: () => new Promise(() => {}), bye: () => 1 };");
    const pending = runner.run(waits);
    await runner.value(waits, { handler: "bye" });
    const wedge = runner.loadBody("wedge", "Promise.reject({ get message() { for (;;); } });");
    expect(await runner.fault(wedge)).toMatchObject({ reason: "timeout" });
    expect(await pending).toMatchObject({ type: "fault", fault: { reason: "crashed" } });
    expect(runner.sandbox.isQuarantined(waits)).toBe(false);
  });

  it("that holds too much memory outside of heaps is ended, and the script that has taken it is named", async () => {
    const runner = await startRunner({ hostMemoryMB: 200 });
    const hoard = runner.loadBody(
      "intl",
      "for (let k = 0; k < 100; k++) kept.push(new Intl.DateTimeFormat('de', { dateStyle: 'full', timeStyle: 'full' }), new Intl.Collator('de')); return 1;",
      "const kept = [];",
    );
    let outcome: ScriptOutcome | undefined;
    for (let event = 0; event < 2000 && !runner.sandbox.isQuarantined(hoard); event++)
      outcome = await runner.run(hoard);
    expect(runner.sandbox.isQuarantined(hoard)).toBe(true);
    expect(outcome).toBeDefined();
    await runner.allHosts();
  });

  it("is gone once the sandbox is stopped, even in the middle of an endless loop", async () => {
    const runner = await startRunner({ eventMs: 20_000, cpuMs: 20_000 }, 2);
    const busy = runner.loadBody("busy", "console.log('in'); for (;;);");
    void runner.run(busy);
    await expect.poll(() => runner.lines.length, { timeout: 5000 }).toBe(1);
    expect(hostPids().length).toBe(3);
    await runner.sandbox.stop();
    expect(hostPids()).toEqual([]);
  });
});

describe("the limits of an event", () => {
  it("quarantine a version that times out three times, and no other", async () => {
    const runner = await startRunner({ eventMs: 20 });
    const loop = runner.loadBody("loop", "for (;;);");
    for (let tries = 0; tries < 20 && !runner.sandbox.isQuarantined(loop); tries++) await runner.fault(loop);
    const before = runner.invocations.filter((invocation) => invocation.outcome === "timeout").length;
    expect(before).toBeGreaterThanOrEqual(3);
    expect(await runner.fault(loop)).toMatchObject({ reason: "quarantined" });
  });

  it("end a handler whose entries together use too much CPU time", async () => {
    const runner = await startRunner({ eventMs: 1000, cpuMs: 60 });
    const ref = runner.loadBody(
      "slices",
      "return (async () => { for (;;) { await new Promise((done) => setTimeout(done, 1)); for (let k = 0; k < 3e7; k++); } })();",
    );
    expect(await runner.fault(ref)).toMatchObject({ reason: "timeout" });
  });

  it("end a handler that waits for too long, and nothing of it runs later", async () => {
    const runner = await startRunner({ handlerMs: 50 });
    const ref = runner.load(
      "waits",
      "export default { invite: () => new Promise((done) => setTimeout(done, 200)).then(() => console.log('later')), async bye() { await new Promise((done) => setTimeout(done, 10)); } };",
    );
    expect(await runner.fault(ref)).toMatchObject({ reason: "timeout", message: expect.stringContaining("50 ms") });
    await runner.run(ref, { handler: "bye" });
    expect(runner.lines).toEqual([]);
  });

  it("refuse an event that is too large, before any host sees it", async () => {
    const runner = await startRunner();
    const ref = runner.loadBody("any", "return 1;");
    expect(await runner.fault(ref, { event: { body: "x".repeat(33_000) } })).toMatchObject({
      reason: "overloaded",
      message: expect.stringContaining("32768"),
    });
  });

  it("refuse events at once where too many wait, and tell so never within run itself", async () => {
    const runner = await startRunner({ eventMs: 2000, cpuMs: 10_000 });
    const slow = runner.loadBody("slow", "console.log('in'); for (let k = 0; k < 3e8; k++); return 1;");
    void runner.run(slow);
    const quick = runner.loadBody("quick", "return 1;");
    const outcomes: ScriptOutcome[] = [];
    const all = Array.from({ length: 6000 }, async () => outcomes.push(await runner.run(quick)));
    expect(outcomes).toEqual([]);
    await new Promise((done) => setImmediate(done));
    const refused = faults(outcomes);
    expect(refused.length).toBeGreaterThan(1000);
    expect(refused[0]).toMatchObject({ type: "fault", fault: { reason: "overloaded" } });
    await Promise.all(all);
    expect(faults(outcomes).length).toBe(refused.length);
  });
});
