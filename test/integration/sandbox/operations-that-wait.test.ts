import { afterEach, describe, expect, it } from "vitest";
import { ok } from "../../../runtime/base/result.ts";
import type { SandboxLimits } from "../../../runtime/sandbox/limits.ts";
import { hostPids } from "./host-pids.ts";
import { asyncScript, ManualOperations, OPERATE } from "./manual-operations.ts";
import { ScriptRunner } from "./script-runner.ts";

const runners: ScriptRunner[] = [];

afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.sandbox.stop();
});

/** A sandbox of this test's own, and what its scripts ask for. */
async function startRunner(
  limits: Partial<SandboxLimits> = {},
): Promise<{ own: ScriptRunner; asks: ManualOperations }> {
  const asks = new ManualOperations();
  const own = new ScriptRunner({ eventMs: 250, ...limits }, 1, asks);
  runners.push(own);
  await own.sandbox.start();
  return { own, asks };
}

describe("an isolate that is replaced while an event waits in it", () => {
  it("ends the event, and its results are ignored, where it was broken", async () => {
    const { own, asks } = await startRunner();
    const ref = own.load(
      "replaced",
      `${OPERATE}\nlet ran = 0; export default {
        async invite(call, event) { if (event.loop) for (;;); ran++; await operate("later", 1); ran += 100; return "late"; },
        bye() { return ran; } };`,
    );
    const waiting = own.run(ref);
    const [asked] = await asks.of("later");
    expect(await own.fault(ref, { event: { loop: true } })).toMatchObject({ reason: "timeout" });
    expect(await waiting).toMatchObject({ type: "fault", fault: { reason: "crashed" } });
    asked?.done(ok(1));
    expect(await own.value(ref, { handler: "bye" })).toBe(0);
  });

  it("still gets the results of that event where it was only full", async () => {
    const { own, asks } = await startRunner({ eventMs: 2000, cpuMs: 2000, memoryMB: 16 });
    const ref = own.load(
      "retired",
      `${OPERATE}\nlet kept = []; export default {
        async invite() { const isolate = kept; const value = await operate("later", 1); return [value, isolate === kept, kept.length > 0]; },
        bye() { for (let k = 0; k < 12; k++) kept.push(new Array(1e5).fill(k)); return kept.length; } };`,
    );
    const waiting = own.value(ref);
    const [asked] = await asks.of("later");
    await own.value(ref, { handler: "bye" });
    expect(await own.value(ref, { handler: "bye" })).toBe(12);
    asked?.done(ok("mine"));
    expect(await waiting).toEqual(["mine", true, true]);
  });
});

describe("an event that waits for too long", () => {
  it("ends at its deadline with the name of what it waits for; its host lives and its script is not to blame", async () => {
    const { own, asks } = await startRunner({ handlerMs: 60 });
    const ref = own.load("slow", asyncScript("return await operate('later', 1);"));
    await own.allHosts();
    const pids = hostPids();
    for (let times = 0; times < 4; times++) {
      expect(await own.fault(ref)).toMatchObject({ reason: "timeout", message: expect.stringContaining('"later"') });
    }
    expect(own.sandbox.isQuarantined(ref)).toBe(false);
    for (const { context, done } of asks.asked) {
      expect(context.signal.aborted).toBe(true);
      done(ok(1));
    }
    expect(await own.value(ref, { handler: "bye" })).toBe(1);
    expect(hostPids()).toEqual(pids);
  });

  it("is not measured by the limit of one entry: only what runs is", async () => {
    const { own, asks } = await startRunner({ eventMs: 50, cpuMs: 100 });
    const ref = own.load(
      "patient",
      asyncScript(
        "await operate('later', 1); await new Promise((done) => setTimeout(done, 200)); await operate('test.echo', 1); return 'done';",
      ),
    );
    const value = own.value(ref);
    const [asked] = await asks.of("later");
    setTimeout(() => asked?.done(ok(1)), 400);
    expect(await value).toBe("done");
  });

  it.each([
    ["an endless loop", "for (;;);"],
    ["a flood of microtasks", "const f = () => { Promise.resolve().then(f); }; f(); await new Promise(() => {});"],
  ])("behind the await, %s is stopped like any other", async (_, body) => {
    const { own } = await startRunner({ eventMs: 60 });
    const ref = own.load("loops", asyncScript(`await operate('test.echo', 1); ${body}`));
    expect(await own.fault(ref)).toMatchObject({ reason: "timeout" });
    expect(await own.value(ref, { handler: "bye" })).toBe(1);
  });

  it("uses up its CPU time over all its entries together", async () => {
    const { own } = await startRunner({ eventMs: 1000, cpuMs: 60 });
    const ref = own.load(
      "slices",
      asyncScript("for (;;) { await operate('test.echo', 1); for (let k = 0; k < 3e7; k++); }"),
    );
    expect(await own.fault(ref)).toMatchObject({ reason: "timeout" });
  });

  it("is a crash where its host is lost meanwhile, and its results go nowhere", async () => {
    const { own, asks } = await startRunner();
    const ref = own.load("killed", asyncScript("return await operate('later', 1);"));
    const waiting = own.run(ref);
    const [asked] = await asks.of("later");
    // Answers come in order: after this one, the handler before it is known to wait and no longer to run.
    expect(await own.value(ref, { handler: "bye" })).toBe(1);
    await own.allHosts();
    for (const pid of hostPids()) process.kill(pid, "SIGKILL");
    expect(await waiting).toMatchObject({ type: "fault", fault: { reason: "crashed" } });
    expect(asked?.context.signal.aborted).toBe(true);
    asked?.done(ok(1));
    await own.allHosts();
    expect(await own.value(ref, { handler: "bye" })).toBe(1);
  });
});
