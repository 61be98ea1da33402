import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FaultReason, ScriptRef } from "../../../runtime/port/script.ts";
import { ScriptRunner } from "./script-runner.ts";

const runner = new ScriptRunner({ eventMs: 250, cpuMs: 1000 });
let neighbour: ScriptRef;

beforeAll(async () => {
  await runner.sandbox.start();
  neighbour = runner.loadBody("neighbour", "return 'fine';");
});
beforeEach(() => runner.allHosts());
afterAll(() => runner.sandbox.stop());

let attacks = 0;

/** Runs an attack with events of another script before and behind it, none of which may be lost. */
async function attack(
  body: string,
  before = "",
): Promise<{ reason: FaultReason | "returned"; value: unknown; ref: ScriptRef; message: string }> {
  const ref = runner.loadBody(`attack-${++attacks}`, body, before);
  const ahead = Array.from({ length: 10 }, () => runner.value(neighbour));
  const attacked = runner.run(ref);
  const behind = Array.from({ length: 10 }, () => runner.value(neighbour));
  const outcome = await attacked;
  expect(await Promise.all([...ahead, ...behind])).toEqual(Array.from({ length: 20 }, () => "fine"));
  if (outcome.type === "returned") return { reason: "returned", value: outcome.value, ref, message: "" };
  return { reason: outcome.fault.reason, value: undefined, ref, message: outcome.fault.message };
}

describe("a script that never ends costs its own event and no other", () => {
  it.each([
    ["an endless loop", "for (;;);"],
    ["a loop in try, catch and finally", "for (;;) try { for (;;); } catch {} finally { for (;;); }"],
    ["a loop behind an await", "return (async () => { await 0; for (;;); })();"],
    ["a loop behind a timer", "return new Promise((done) => setTimeout(done, 1)).then(() => { for (;;); });"],
    ["a loop in a timer", "return new Promise(() => setTimeout(() => { for (;;); }, 1));"],
    ["a flood of microtasks", "const f = () => { Promise.resolve().then(f); }; f(); return 1;"],
    ["a thenable that resolves to itself", "const t = { then(done) { done(t); } }; return t;"],
    [
      "an async generator",
      "async function* g() { for (;;) yield 1; } return (async () => { for await (const x of g()); })();",
    ],
    ["a regular expression that backtracks", "return /^(a+)+$/.test('a'.repeat(40) + '!');"],
  ])("%s", async (_, body) => {
    expect(await attack(body)).toMatchObject({ reason: "timeout" });
  });

  it("a loop at the top level of a module", async () => {
    expect(await attack("return 1;", "for (;;);")).toMatchObject({ reason: "timeout" });
  });
});

describe("a script that takes the process with it loses its event, is quarantined, and costs no other event", () => {
  it.each([
    ["an abort of the engine", "'a'.repeat(4e8).split('');"],
    ["an array too large to fill", "new Array(2 ** 32 - 2).fill(0);"],
    ["a number too long to print", "return String((2n ** (1n << 29n)).toString().length);"],
    ["JSON too large to parse", "const text = '[' + '{},'.repeat(1e7) + '{}]'; for (;;) JSON.parse(text);"],
    ["an unhandled rejection whose message is a loop", "Promise.reject({ get message() { for (;;); } }); return {};"],
    ["an error thrown at the top level whose message is a loop", "return 1;", "throw { get message() { for (;;); } };"],
  ])("%s", async (_, body, before = "") => {
    const { reason, ref, message } = await attack(body, before);
    expect(["crashed", "timeout", "memory"]).toContain(reason);
    if (reason === "memory") return;
    expect(message).toContain(`Version 1 of "${ref.script}" during "invite"`);
    expect(runner.sandbox.isQuarantined(ref)).toBe(true);
    expect(await runner.fault(ref)).toMatchObject({ reason: "quarantined" });
    expect(runner.sandbox.isQuarantined(neighbour)).toBe(false);
  });
});

describe("a script that takes too much memory", () => {
  it("loses its event and its isolate, and runs again at the next event", async () => {
    const ref = runner.loadBody(
      "hoard",
      "if (event.calm) return 'calm'; const kept = []; for (;;) kept.push(new Array(1e5).fill(1.5));",
    );
    expect(["memory", "timeout"]).toContain((await runner.fault(ref)).reason);
    expect(await runner.value(ref, { event: { calm: true } })).toBe("calm");
  });

  it("little by little gets a new isolate between two events before the engine gives up", async () => {
    const ref = runner.loadBody(
      "drip",
      "for (let k = 0; k < 1000; k++) seen.add('k' + seen.size); return seen.size;",
      "const seen = new Set();",
    );
    const sizes: number[] = [];
    for (let event = 0; event < 750; event++) sizes.push((await runner.value(ref)) as number);
    expect(sizes.filter((size) => size === 1000).length).toBeGreaterThan(1);
  });

  it("outside of its heap finds neither shared nor resizable buffers nor WebAssembly", async () => {
    const { value } = await attack(`
      const Inner = new Uint8Array(1).buffer.constructor;
      const base = Object.getPrototypeOf(class extends ArrayBuffer {});
      return {
        absent: [typeof WebAssembly, typeof SharedArrayBuffer, typeof Atomics, typeof FinalizationRegistry, typeof WeakRef],
        resizable: [new ArrayBuffer(8, { maxByteLength: 64 }), new Inner(8, { maxByteLength: 64 }), Reflect.construct(base, [8, { maxByteLength: 64 }])].map((buffer) => buffer.resizable),
        resize: [typeof ArrayBuffer.prototype.resize, typeof ArrayBuffer.prototype.transfer],
      };`);
    expect(value).toEqual({
      absent: Array.from({ length: 5 }, () => "undefined"),
      resizable: [false, false, false],
      resize: ["undefined", "undefined"],
    });
  });
});

describe("whatever a script throws becomes a fault in text", () => {
  it.each([
    [
      "a proxy whose traps loop",
      "throw new Proxy({}, { get() { for (;;); }, getPrototypeOf() { for (;;); } });",
      "timeout",
    ],
    [
      "an error whose stack loops",
      "const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { for (;;); } }); throw e;",
      "timeout",
    ],
    ["a revoked proxy", "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy;", "threw"],
    ["a symbol", "throw Symbol('s');", "threw"],
    ["undefined", "throw undefined;", "threw"],
    ["an object without a prototype", "throw { __proto__: null };", "threw"],
    ["a very long string", "throw 'x'.repeat(1e7);", "threw"],
    ["an error with a very long message", "throw new Error('x'.repeat(1e7));", "threw"],
    [
      "an error while a stack hook is set",
      "try { Error.prepareStackTrace = () => { for (;;); }; } catch {} throw new Error('x');",
      "threw",
    ],
    ["a stack overflow", "const f = () => f(); f();", "threw"],
  ])("%s", async (_, body, reason) => {
    const fault = await attack(body);
    expect(fault.reason).toBe(reason);
    expect(fault.message.length).toBeGreaterThan(0);
    expect(fault.message.length).toBeLessThan(5000);
  });
});

describe("a decision that is not small, plain data is a fault", () => {
  it.each([
    ["a proxy whose traps loop", "return new Proxy({}, { get() { for (;;); }, ownKeys() { for (;;); } });", "timeout"],
    ["a getter that loops", "return { get type() { for (;;); } };", "timeout"],
    ["a getter that throws", "return { get type() { throw new Error('x'); } };", "invalid-decision"],
    ["toJSON that loops", "return { toJSON() { for (;;); } };", "timeout"],
    ["a thenable whose then loops", "return { then() { for (;;); } };", "timeout"],
    ["a cycle", "const a = {}; a.a = a; return a;", "invalid-decision"],
    ["a BigInt", "return { type: 1n };", "invalid-decision"],
    ["a function", "return () => 1;", "invalid-decision"],
    ["more than 64 KB", "return { type: 'x'.repeat(70000) };", "invalid-decision"],
    ["more than 64 KB once escaped", "return { type: 'é'.repeat(30000) };", "invalid-decision"],
  ])("%s", async (_, body, reason) => {
    expect(await attack(body)).toMatchObject({ reason });
  });

  it("and keys like __proto__ are plain data on the way out", async () => {
    const { value } = await attack('return JSON.parse(\'{"__proto__":{"admin":true},"type":"reject"}\');');
    expect(Object.keys(value as object)).toEqual(["__proto__", "type"]);
    expect((value as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe("a script that changes built-ins changes its own answers alone", () => {
  const pollution = `
    Object.prototype.toJSON = () => "evil"; JSON.parse = () => "evil"; JSON.stringify = () => "evil";
    Map.prototype.get = () => ({ evil: 1 }); Map.prototype.set = () => 0; Map.prototype.delete = () => 0;
    Function.prototype.call = Function.prototype.apply = () => "evil"; Reflect.apply = () => "evil";
    Promise.prototype.then = () => 1; String.prototype.slice = () => "evil"; Array.prototype.push = () => { throw 1; };
    Array.prototype[Symbol.iterator] = () => { throw 2; }; Error.prototype.toString = () => "evil";`;

  it("and still gets faults and answers of the right form", async () => {
    expect(await attack("return { type: 'x' };", pollution)).toMatchObject({ reason: "returned", value: "evil" });
    expect(await attack("throw new Error('true');", pollution)).toMatchObject({
      reason: "threw",
      message: "Error: true",
    });
    expect(
      await attack(
        "return 1;",
        "Object.freeze(Object.prototype); Object.freeze(Promise.prototype); Object.preventExtensions(globalThis);",
      ),
    ).toMatchObject({ value: 1 });
  });

  it("even where an async handler waits", async () => {
    const { value } = await attack(
      "return (async () => { await new Promise((done) => setTimeout(done, 1)); return 'mine'; })();",
      pollution,
    );
    expect(value).toBe("mine");
  });
});

describe("a script cannot reach the process around it", () => {
  it("through function constructors, globals or callers", async () => {
    const { value } = await attack(`
      const outer = (f) => f.constructor("return [typeof process, typeof require, typeof ivm]")();
      const seen = [outer(setTimeout), outer(console.log), outer(call.headers.get), outer(Date)];
      let caller; try { caller = String(arguments.callee.caller); } catch (error) { caller = error.name; }
      const globals = Object.getOwnPropertyNames(globalThis).filter((name) => /ivm|isolate|require|process|adopt|install/i.test(name));
      return { seen, caller, globals };`);
    const nothing = ["undefined", "undefined", "undefined"];
    expect(value).toEqual({
      seen: [nothing, nothing, nothing, nothing],
      caller: expect.stringMatching(/null|TypeError/),
      globals: [],
    });
  });

  it("through import()", async () => {
    const { value } = await attack("return import('node:fs').then(() => 'got it', (error) => String(error));");
    expect(value).not.toBe("got it");
  });

  it("and no text that it can print names a path of the machine", async () => {
    const { value } = await attack(`
      const texts = [];
      try { setTimeout(1); } catch (error) { texts.push(error.stack); }
      try { new TextDecoder("utf-16"); } catch (error) { texts.push(error.stack); }
      texts.push(new Error("here").stack);
      return texts.join();`);
    expect(value).not.toContain(process.cwd());
    expect(value).not.toContain("node_modules");
  });
});

describe("a script that floods the host", () => {
  it("with log lines gets its first hundred and one line that says so, each clipped to 2 KB", async () => {
    const ref = runner.loadBody(
      "chatty",
      "for (let k = 0; k < 20000; k++) console.log(k === 0 ? 'x'.repeat(1e6) : k); return 1;",
    );
    expect(await runner.value(ref, { callId: "chatty-call" })).toBe(1);
    const lines = runner.lines.filter((line) => line.callId === "chatty-call");
    expect(lines).toHaveLength(101);
    expect(lines[0]?.text).toHaveLength(2048);
    expect(lines[99]?.text).toBe("99");
    expect(lines[100]).toMatchObject({ level: "warn", text: expect.stringContaining("dropped") });
  });

  it("with timers faults, even where it hides the error", async () => {
    const body = "for (let k = 0; k < 1000; k++) try { setTimeout(() => {}, 1); } catch {} return 1;";
    expect(await attack(body)).toMatchObject({ reason: "too-many-operations" });
    expect(await attack("for (;;) try { setTimeout(() => {}, 1); } catch {}")).toMatchObject({ reason: "timeout" });
  });
});

describe("calls that run on the same version", () => {
  it("each see their own state, and the end of one ends what it waits for", async () => {
    const ref = runner.load(
      "two-calls",
      `let ran = []; export default {
        invite(call) { call.state = { of: call.id, before: call.state }; return call.state.of; },
        async bye(call) { await new Promise((done) => setTimeout(done, 20)); ran.push(call.id); },
        async ended() { while (ran.length === 0) await new Promise((done) => setTimeout(done, 20)); return ran; },
      };`,
    );
    const [one, other] = await Promise.all([
      runner.run(ref, { callId: "one", state: '"s1"' }),
      runner.run(ref, { callId: "other", state: '"s2"' }),
    ]);
    expect([one, other]).toMatchObject([
      { state: '{"of":"one","before":"s1"}' },
      { state: '{"of":"other","before":"s2"}' },
    ]);
    const ends = runner.start(ref, { handler: "bye", callId: "gone" });
    void runner.run(ref, { handler: "bye", callId: "stays" });
    runner.sandbox.abort(ends.ticket);
    expect(await runner.value(ref, { handler: "ended" })).toEqual(["stays"]);
  });
});
