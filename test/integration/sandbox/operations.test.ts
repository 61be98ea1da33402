import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ok } from "../../../runtime/base/result.ts";
import type { ScriptRef } from "../../../runtime/port/script.ts";
import { asyncScript, ManualOperations, OPERATE } from "./manual-operations.ts";
import { ScriptRunner } from "./script-runner.ts";

const operations = new ManualOperations();
const runner = new ScriptRunner({ eventMs: 1000, cpuMs: 1000 }, 1, operations);

beforeAll(() => runner.sandbox.start());
afterAll(() => runner.sandbox.stop());
afterEach(() => {
  operations.asked.length = 0;
});

function load(name: string, body: string, before = ""): ScriptRef {
  return runner.load(name, asyncScript(body, before));
}

describe("a handler that awaits an operation", () => {
  it("gets its result, and the switch is told on whose behalf it is asked", async () => {
    const ref = load("echo", "return await operate('test.echo', { text: '日本 é', list: [1, null] });");
    const value = await runner.value(ref, { callId: "call-7", domain: "example.com" });
    expect(value).toEqual({ text: "日本 é", list: [1, null] });
    const [{ context, name, args }] = (await operations.of("test.echo")) as [(typeof operations.asked)[0]];
    expect({ ...context, signal: null, name, args }).toEqual({
      ref,
      callId: "call-7",
      domain: "example.com",
      mayLeave: true,
      signal: null,
      name: "test.echo",
      args: value,
    });
  });

  it("gets undefined where the operation gives nothing", async () => {
    const ref = load("nothing", "return String(await operate('later', {}));");
    const value = runner.value(ref);
    (await operations.of("later"))[0]?.done(ok(undefined));
    expect(await value).toBe("undefined");
  });

  it("keeps what it leaves in call.state afterwards", async () => {
    const ref = load("state", "call.state = await operate('test.echo', 5); return 1;");
    expect(await runner.run(ref)).toMatchObject({ type: "returned", state: "5" });
  });

  it("hears why it came to nothing: an OperationError with a code, whose stack leads to the line that asked", async () => {
    const ref = load(
      "caught",
      `await operate("test.echo", 1);
      try { await operate("test.refuse", {}); } catch (error) {
        return [error instanceof OperationError, error instanceof Error, error.name, error.code, error.message, error.stack];
      }`,
    );
    const value = (await runner.value(ref)) as unknown[];
    expect(value.slice(0, 5)).toEqual([true, true, "OperationError", "not-found", "there is none"]);
    expect(value[5]).toMatch(/^OperationError: there is none\n[\s\S]*file:\/\/\/main\.ts:8:/);
    expect(value[5]).not.toContain(process.cwd());
  });

  it("faults at that line where it leaves the rejection alone", async () => {
    const ref = load("uncaught", "await operate('test.echo', 1);\n\n  await voicemail.erase('alice', 'x');");
    expect(await runner.fault(ref)).toMatchObject({
      reason: "threw",
      message: "OperationError: there is none",
      file: "main.ts",
      line: 9,
      stack: expect.stringContaining("main.ts:9:"),
    });
  });

  it("is told of a fault of the switch without its details", async () => {
    const ref = load("broken", "return operate('test.break', {}).catch((error) => [error.code, error.message]);");
    const [code, message] = (await runner.value(ref)) as [string, string];
    expect(code).toBe("failed");
    expect(message).not.toContain("secret");
  });

  it("goes on in the order in which results come, whatever the order of asking", async () => {
    const ref = load(
      "order",
      `const seen = [];
      await Promise.all([1, 2, 3].map((n) => operate("later", n).then((value) => seen.push(value))));
      return seen;`,
    );
    const value = runner.value(ref);
    const asked = await operations.of("later", 3);
    expect(asked.map(({ args }) => args)).toEqual([1, 2, 3]);
    for (const index of [2, 0, 1]) asked[index]?.done(ok(`result ${index + 1}`));
    expect(await value).toEqual(["result 3", "result 1", "result 2"]);
  });

  it("hears each result once, also where the switch gives it twice", async () => {
    const ref = load(
      "twice",
      "let n = 0; await operate('later', {}).then(() => n++); await operate('test.echo', 1); return n;",
    );
    const value = runner.value(ref);
    const [asked] = await operations.of("later");
    for (let times = 0; times < 3; times++) asked?.done(ok(times));
    expect(await value).toBe(1);
  });

  it("may wait for timers and operations at the same time", async () => {
    const ref = load(
      "mixed",
      `const seen = [];
      const tick = (ms, name) => new Promise((done) => setTimeout(done, ms)).then(() => seen.push(name));
      await Promise.all([tick(20, "timer"), operate("test.echo", 1).then(() => seen.push("operation")), tick(1, "quick")]);
      await operate("test.echo", 2);
      await tick(1, "again");
      seen.push(await operate("test.echo", 3));
      return seen;`,
    );
    const seen = (await runner.value(ref)) as unknown[];
    expect(seen.slice(0, 3).sort()).toEqual(["operation", "quick", "timer"]);
    expect(seen.slice(3)).toEqual(["again", 3]);
  });

  it("does not hold up other events, and thousands wait side by side", async () => {
    const ref = load("many", "return await operate('later', event.index);");
    const values = Array.from({ length: 2000 }, (_, index) => runner.value(ref, { event: { index } }));
    const asked = await operations.of("later", 2000);
    expect(await runner.value(ref, { handler: "bye" })).toBe(1);
    for (const { args, done } of [...asked].reverse()) done(ok(args));
    expect(await Promise.all(values)).toEqual(values.map((_, index) => index));
  });
});

describe("what an event may ask", () => {
  it("is fifty operations; one more is refused and fails the event, even where the script hides it", async () => {
    const body =
      "let code; for (let k = 0; k < event.count; k++) try { await operate('test.echo', k); } catch (error) { code = error.code; } return code ?? 'all';";
    const ref = load("fifty", body);
    expect(await runner.value(ref, { event: { count: 50 } })).toBe("all");
    operations.asked.length = 0;
    expect(await runner.fault(ref, { event: { count: 60 } })).toMatchObject({ reason: "too-many-operations" });
    expect(operations.asked).toHaveLength(50);
  });

  it("is 144 KB of arguments; more is refused before it leaves the isolate", async () => {
    const ref = load(
      "large",
      "return operate('test.echo', 'x'.repeat(event.size)).then((text) => text.length, (error) => error.code);",
    );
    expect(await runner.value(ref, { event: { size: 147_454 } })).toBe(147_454);
    expect(await runner.value(ref, { event: { size: 147_455 } })).toBe("too-large");
    const wide = load("wide", "return (await operate('test.echo', 'é'.repeat(147_454))).length;");
    expect(await runner.value(wide)).toBe(147_454);
  });

  it("gives 144 KB of result; more comes as an error that says so", async () => {
    const ref = load("large-result", "return operate('later', {}).catch((error) => [error.code, error.message]);");
    const value = runner.value(ref);
    (await operations.of("later"))[0]?.done(ok("x".repeat(150_000)));
    expect(await value).toEqual(["too-large", expect.stringContaining("147456")]);
  });

  it("is nothing while the script is loaded, and the event that loads it says where it asked", async () => {
    const ref = load("at-load", "return 1;", "voicemail.erase('alice', 'x');");
    expect(await runner.fault(ref)).toMatchObject({
      reason: "threw",
      message: expect.stringMatching(/does not load.*"voicemail.erase" works only inside a handler/),
      file: "main.ts",
      line: 5,
    });
    expect(operations.asked).toEqual([]);
  });

  it("is nothing once its event has ended", async () => {
    const ref = runner.load(
      "after-the-end",
      `${OPERATE}\nlet seen = []; export default {
        invite() { void (async () => { await 0; await operate("test.echo", 1).catch((error) => seen.push(error.code)); })(); return 1; },
        bye() { return seen; } };`,
    );
    expect(await runner.value(ref)).toBe(1);
    expect(await runner.value(ref, { handler: "bye" })).toEqual(["not-in-handler"]);
    expect(operations.asked).toEqual([]);
  });
});

describe("a result for which nobody waits any more", () => {
  it("is dropped where the event was given up, and the operation learns of it", async () => {
    const ref = runner.load(
      "given-up",
      `${OPERATE}\nlet ran = []; export default {
        async invite() { await operate("later", 1); ran.push("later"); await operate("test.echo", "after"); },
        bye() { return ran; } };`,
    );
    const { ticket } = runner.start(ref);
    const [asked] = await operations.of("later");
    const { signal } = (asked as (typeof operations.asked)[0]).context;
    expect(signal.aborted).toBe(false);
    runner.sandbox.abort(ticket);
    expect(signal.aborted).toBe(true);
    asked?.done(ok(1));
    expect(await runner.value(ref, { handler: "bye" })).toEqual([]);
    expect(operations.asked).toHaveLength(1);
  });

  it("is dropped where the handler returned without waiting", async () => {
    const ref = runner.load(
      "not-awaited",
      `${OPERATE}\nlet ran = 0; export default { async invite() { void operate("later", 1).then(() => ran++); return "gone"; }, bye() { return ran; } };`,
    );
    expect(await runner.value(ref)).toBe("gone");
    (await operations.of("later"))[0]?.done(ok(1));
    expect(await runner.value(ref, { handler: "bye" })).toBe(0);
  });
});
