import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import type { ScriptInspection } from "../../../runtime/port/inspection.ts";
import type { Operations } from "../../../runtime/port/sandbox.ts";
import { until } from "../../helpers/until.ts";
import { ScriptRunner } from "../sandbox/script-runner.ts";
import type { Debugger, PausedAt } from "./debugger.ts";
import { attachTo } from "./debugger-port.ts";

/** Much longer than an event, an entry with its grace, and a handler may take here. */
const STANDS_STILL_MS = 700;
const LIMITS = { eventMs: 50, handlerMs: 400 };

const answerAtOnce: Operations = { run: (_context, _name, _args, done) => done({ ok: true, value: "there" }) };
const runner = new ScriptRunner(LIMITS, 1, answerAtOnce, undefined, undefined, true);
await runner.sandbox.start();
afterAll(() => runner.sandbox.stop());

const { inspection } = runner.sandbox;
if (inspection === null) throw new Error("Scripts cannot be debugged here.");

/** Asks for a variable until that much time has passed; gives what it was each time. */
async function seenFor(ms: number, debugging: Debugger, at: PausedAt, variable: string): Promise<Set<unknown>> {
  const seen = new Set<unknown>();
  for (const end = performance.now() + ms; performance.now() < end; ) seen.add(await debugging.evaluate(at, variable));
  return seen;
}

const GREETER = `
export default {
  invite(call) {
    const greeting = "hello " + call.id;
    return greeting;
  },
};`;

const ASKER = `
import { kv } from "strowger";
export default {
  async invite() {
    const answer = await kv.entry("x");
    return answer;
  },
};`;

describe("A script under a debugger", () => {
  it("stands still at a breakpoint, longer than any limit, shows its variables, and goes on", async () => {
    const ref = runner.load("greeter", GREETER);
    const debugging = await attachTo(inspection, "greeter");
    await debugging.breakAt("file:///main.ts", 4);
    const outcome = runner.value(ref, { callId: "call-7" });
    const at = await debugging.paused();
    expect(at).toMatchObject({ line: 4, frame: { functionName: "invite" } });
    expect([...(await seenFor(STANDS_STILL_MS, debugging, at, "greeting"))]).toEqual(["hello call-7"]);
    await debugging.resume();
    expect(await outcome).toBe("hello call-7");
    debugging.close();
  });

  it("stands still after it has waited for the switch, and its deadline with it", async () => {
    const ref = runner.load("asker", ASKER);
    const debugging = await attachTo(inspection, "asker");
    await debugging.breakAt("file:///main.ts", 5);
    const outcome = runner.value(ref);
    const at = await debugging.paused();
    expect([...(await seenFor(STANDS_STILL_MS, debugging, at, "answer"))]).toEqual(["there"]);
    await debugging.resume();
    expect(await outcome).toBe("there");
    debugging.close();
  });

  it("goes on where its debugger leaves, and nothing of it is left", async () => {
    const ref = runner.load("left", GREETER);
    const debugging = await attachTo(inspection, "left");
    await debugging.breakAt("file:///main.ts", 4);
    const outcome = runner.value(ref);
    await debugging.paused();
    debugging.close();
    expect(await outcome).toBe("hello call-1");
    expect(await runner.value(ref)).toBe("hello call-1");
    const next = await attachTo(inspection, "left");
    await next.breakAt("file:///main.ts", 3);
    const again = runner.value(ref);
    expect((await next.paused()).line).toBe(3);
    await next.resume();
    expect(await again).toBe("hello call-1");
    next.close();
  });

  it("keeps to its limits where nobody is attached", async () => {
    const ref = runner.loadBody("endless", "if (call.id === 'bad') for (;;); return call.id;");
    const [bad, good] = await Promise.all([
      runner.fault(ref, { callId: "bad" }),
      runner.value(ref, { callId: "good" }),
    ]);
    expect(bad).toMatchObject({ reason: "timeout" });
    expect(good).toBe("good");
  });

  it("can be stopped in an endless loop, which ends when the debugger leaves", async () => {
    // So long that the debugger is quicker, whatever else the machine does.
    const patient = new ScriptRunner({ eventMs: 5_000, cpuMs: 20_000 }, 1, answerAtOnce, undefined, undefined, true);
    await patient.sandbox.start();
    onTestFinished(() => patient.sandbox.stop());
    const ref = patient.loadBody("looping", "console.log('begun'); let rounds = 0; for (;;) rounds++;");
    const debugging = await attachTo(patient.sandbox.inspection as ScriptInspection, "looping");
    await debugging.ask("Debugger.enable");
    const fault = patient.fault(ref);
    await expect.poll(() => patient.lines.map(({ text }) => text), { timeout: 4_000 }).toContain("begun");
    await debugging.ask("Debugger.pause");
    const at = await debugging.paused();
    expect(await debugging.evaluate(at, "typeof rounds")).toBe("number");
    debugging.close();
    expect(await fault).toMatchObject({ reason: "timeout" });
    await expect.poll(() => patient.sandbox.readyHosts, { timeout: 20_000 }).toBe(1);
  });

  it("is another one to attach to once it is loaded again", async () => {
    runner.load("again", GREETER);
    const first = await attachTo(inspection, "again");
    runner.load("again", GREETER.replace("hello", "good morning"));
    await first.ended;
    const second = await attachTo(inspection, "again");
    await second.breakAt("file:///main.ts", 4);
    const outcome = runner.value({ script: "again", version: 1 });
    const at = await second.paused();
    expect(await second.evaluate(at, "greeting")).toBe("good morning call-1");
    await second.resume();
    await outcome;
    second.close();
  });

  it("stops and goes on as often as it is asked to, version after version", async () => {
    for (let version = 1; version <= 8; version++) {
      const ref = { script: "often", version };
      const code = GREETER.replace("hello", `version ${version},`);
      runner.sandbox.load({ ref, entry: "main.ts", modules: [{ path: "main.ts", code }], handlers: ["invite"] });
      await until("the version to be there", () => inspection.targets()[0]?.ref.version === version);
      const debugging = await attachTo(inspection, "often");
      await debugging.breakAt("file:///main.ts", 4);
      const values = [runner.value(ref), runner.value(ref), runner.value(ref)];
      for (const value of values) {
        const at = await debugging.paused();
        expect(await debugging.evaluate(at, "greeting")).toBe(`version ${version}, call-1`);
        await debugging.resume();
        await value;
      }
      if (version % 2 === 0) debugging.close();
      if (version % 3 > 0) runner.sandbox.unload(ref);
    }
    expect(runner.sandbox.readyHosts).toBe(1);
  });

  it("takes one debugger, and only by the name that was given", async () => {
    runner.load("single", GREETER);
    const first = await attachTo(inspection, "single");
    await expect(attachTo(inspection, "single")).rejects.toThrow("taken");
    const client = { heard: () => undefined, targetGone: () => undefined };
    expect(inspection.attach("single", client)).toBe("unknown");
    first.close();
  });

  it("waits for timers, and prints, as ever", async () => {
    const ref = runner.loadBody(
      "waiter",
      "return new Promise((done) => setTimeout(() => { console.log('later'); done(1); }, 20));",
    );
    expect(await runner.value(ref)).toBe(1);
    expect(runner.lines.map(({ text }) => text)).toContain("later");
  });
});
