import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ScriptRunner } from "./script-runner.ts";

const runner = new ScriptRunner({ eventMs: 1000, cpuMs: 1000 });

beforeAll(() => runner.sandbox.start());
afterAll(() => runner.sandbox.stop());

describe("a script in the sandbox", () => {
  it("returns the decision that a builder of strowger made", async () => {
    const ref = runner.loadBody(
      "builder",
      'return [forward("alice", { ringSeconds: 20 }), reject(404)];',
      'import { forward, reject } from "strowger";',
    );
    expect(await runner.run(ref)).toEqual({
      type: "returned",
      value: [
        { type: "forward", targets: ["alice"], ringSeconds: 20 },
        { type: "reject", code: 404 },
      ],
      state: undefined,
    });
  });

  it("returns undefined where its handler returns nothing", async () => {
    const ref = runner.load("silent", "export default { bye() {} };");
    expect(await runner.run(ref, { handler: "bye" })).toEqual({ type: "returned", value: undefined, state: undefined });
  });

  it("gets the event and the call, with text beyond ASCII intact both ways", async () => {
    const ref = runner.loadBody("echo", "return { said: event.said, id: call.id, own: 'ß😀' };");
    expect(await runner.value(ref, { callId: "ü-1", event: { said: "日本 é" } })).toEqual({
      said: "日本 é",
      id: "ü-1",
      own: "ß😀",
    });
  });

  it("reads headers by long, compact and mixed-case names, folded lines joined, and never sees the raw head", async () => {
    const ref = runner.loadBody(
      "headers",
      "return [call.headers.get('VIA'), call.headers.all('v'), call.headers.get('subject'), call.headers.get('X-None') ?? null, call.head ?? null];",
    );
    const head = "v: one \r\nVia: two\r\nSubject: a\r\n\t b\r\n";
    expect(await runner.value(ref, { head })).toEqual(["one", ["one", "two"], "a b", null, null]);
  });

  it("calls its own methods through this", async () => {
    const ref = runner.load(
      "methods",
      "export default { pick() { return 'bob'; }, invite() { return this.pick(); } };",
    );
    expect(await runner.value(ref)).toBe("bob");
  });

  it("imports its own files by relative paths, and names file, line and column where one throws", async () => {
    const ref = runner.load("files", {
      "main.ts": 'import { pick } from "./lib/pick.ts";\nexport default { invite: () => pick() };',
      "lib/pick.ts": 'import { name } from "../name.ts";\nexport function pick() {\n  throw new RangeError(name);\n}',
      "name.ts": 'export const name = "no trunk";',
    });
    expect(await runner.fault(ref)).toEqual({
      reason: "threw",
      message: "RangeError: no trunk",
      file: "lib/pick.ts",
      line: 3,
      column: 9,
      stack: "RangeError: no trunk\n    at pick (lib/pick.ts:3:9)\n    at Object.invite (main.ts:2:32)",
    });
  });

  it("does not load where a module cannot be found or has no such export, and says which", async () => {
    const lost = runner.load("lost", 'import "./nowhere.ts"; export default {};');
    expect((await runner.fault(lost)).message).toContain('Cannot find "nowhere.ts"');
    const bare = runner.load("bare", 'import "node:fs"; export default {};');
    expect((await runner.fault(bare)).message).toContain('Cannot import "node:fs"');
    const above = runner.load("above", 'import "../../etc/passwd"; export default {};');
    expect((await runner.fault(above)).message).toContain("Cannot find");
    const wrong = runner.load("wrong", 'import { nothing } from "strowger"; export default {};');
    expect((await runner.fault(wrong)).message).toContain("nothing");
  });

  it("faults with the place of what does not compile, and of what throws at the top level", async () => {
    const syntax = runner.load("syntax", "export default {};\nlet a = ;");
    expect(await runner.fault(syntax)).toMatchObject({ reason: "threw", file: "main.ts", line: 2, column: 9 });
    const top = runner.load("top", "export default {};\n  missing();");
    expect(await runner.fault(top)).toMatchObject({ reason: "threw", file: "main.ts", line: 2, column: 3 });
  });

  it("is told that a handler or a version is missing", async () => {
    const ref = runner.loadBody("one-handler", "return 1;");
    expect(await runner.fault(ref, { handler: "bye" })).toMatchObject({ reason: "missing" });
    expect(await runner.fault({ script: "never-loaded", version: 1 })).toMatchObject({ reason: "missing" });
    runner.sandbox.unload(ref);
    expect(await runner.fault(ref)).toMatchObject({ reason: "missing" });
  });

  it("runs a thousand events, each with its own outcome", async () => {
    const ref = runner.loadBody("thousand", "return event.index;");
    for (let first = 0; first < 1000; first += 250) {
      const indexes = Array.from({ length: 250 }, (_, index) => first + index);
      expect(await Promise.all(indexes.map((index) => runner.value(ref, { event: { index } })))).toEqual(indexes);
    }
  });

  it("loads ahead of its first event where it is to be warm", async () => {
    const ref = runner.load("warm", "let loads = 0; loads++; export default { invite: () => loads };", true);
    expect(await runner.value(ref)).toBe(1);
  });

  it("reports each event to the listener", async () => {
    const ref = runner.loadBody("watched", "throw new Error('no');");
    await runner.run(ref, { callId: "call-w" });
    const seen = runner.invocations.filter((invocation) => invocation.callId === "call-w");
    expect(seen).toMatchObject([{ ref, handler: "invite", outcome: "threw", fault: { message: "Error: no" } }]);
  });
});

describe("call.state", () => {
  it("comes back with a valid return where it changed, and not where it did not", async () => {
    const ref = runner.loadBody("state", "if (event.add) call.state = { n: (call.state?.n ?? 0) + 1 }; return 1;");
    expect(await runner.run(ref, { state: '{"n":4}', event: { add: true } })).toMatchObject({ state: '{"n":5}' });
    expect(await runner.run(ref, { state: '{"n":4}' })).toMatchObject({ state: undefined });
  });

  it("is not kept where the handler throws", async () => {
    const ref = runner.loadBody("state-throws", "call.state = 1; throw new Error('x');");
    expect((await runner.run(ref)).type).toBe("fault");
  });

  it("over its limit is a fault that names it", async () => {
    const ref = runner.loadBody("state-large", "call.state = 'x'.repeat(9000); return 1;");
    expect(await runner.fault(ref)).toMatchObject({
      reason: "invalid-decision",
      message: expect.stringContaining("call.state"),
    });
  });
});

describe("time and chance in a script", () => {
  const source = `export default { async invite() {
    const first = [Date.now(), new Date().getTime(), Math.random(), crypto.randomUUID()];
    await new Promise((done) => setTimeout(done, 30));
    return { first, now: Date.now(), text: Date(), more: Math.random(),
      format: new Intl.DateTimeFormat("en", { timeZone: "UTC", dateStyle: "short" }).format() };
  } };`;

  it("stand still during an event: Date.now() is the time at which it was sent", async () => {
    const ref = runner.load("clock", source);
    const before = Date.now();
    const value = (await runner.value(ref)) as { first: [number, number, number, string]; now: number; format: string };
    // Both clocks tell whole milliseconds, and may differ by one.
    expect(value.first[0]).toBeGreaterThanOrEqual(before - 1);
    expect(value.first[1]).toBe(value.first[0]);
    expect(value.now).toBe(value.first[0]);
    expect(value.format).toBe(new Intl.DateTimeFormat("en", { timeZone: "UTC", dateStyle: "short" }).format(value.now));
  });

  it("differ from event to event, and a UUID is of version 4", async () => {
    const ref = runner.load("chance", source);
    const values = (await Promise.all([runner.value(ref), runner.value(ref)])) as {
      first: [number, number, number, string];
    }[];
    const [one, other] = values.map((value) => value.first);
    expect(one?.[2]).not.toBe(other?.[2]);
    expect(one?.[3]).not.toBe(other?.[3]);
    expect(one?.[3]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(one?.[2]).toBeGreaterThanOrEqual(0);
    expect(one?.[2]).toBeLessThan(1);
  });
});

describe("an async handler", () => {
  it("answers when its promise does, with what it left in call.state by then", async () => {
    const ref = runner.load(
      "async",
      "export default { async invite(call) { await 0; await new Promise((done) => setTimeout(done, 20, 1)); call.state = 'late'; return 'done'; } };",
    );
    expect(await runner.run(ref)).toEqual({ type: "returned", value: "done", state: '"late"' });
  });

  it("does not hold up other events of its script", async () => {
    const ref = runner.load(
      "gate",
      "let open; const gate = new Promise((done) => { open = done; }); export default { invite: () => gate, bye() { open('opened'); return 'bye'; } };",
    );
    const waiting = runner.run(ref);
    expect(await runner.value(ref, { handler: "bye" })).toBe("bye");
    expect(await waiting).toMatchObject({ type: "returned", value: "opened" });
  });

  it("faults where its promise is rejected, where a timer of it throws, and where a rejection is left alone", async () => {
    const rejects = runner.loadBody("rejects", "return Promise.reject(new TypeError('off'));");
    expect(await runner.fault(rejects)).toMatchObject({ reason: "threw", message: "TypeError: off", file: "main.ts" });
    const timer = runner.loadBody(
      "timer-throws",
      "return new Promise(() => setTimeout(() => { throw new Error('tick'); }, 1));",
    );
    expect(await runner.fault(timer)).toMatchObject({ reason: "threw", message: "Error: tick", line: 2 });
    const alone = runner.loadBody("left-alone", "Promise.reject(new Error('boo')); return 1;");
    expect(await runner.fault(alone)).toMatchObject({ reason: "threw", message: "Error: boo", line: 2 });
  });

  it("does not call a timer that was cleared, nor one whose event is over", async () => {
    const ref = runner.load(
      "timers",
      `let fired = [];
      export default {
        async invite() {
          clearTimeout(setTimeout(() => fired.push("cleared"), 1));
          await new Promise((done) => setTimeout(done, 30));
          return fired;
        },
        ringing() { setTimeout(() => fired.push("over"), 1); },
      };`,
    );
    await runner.run(ref, { handler: "ringing" });
    expect(await runner.value(ref)).toEqual([]);
  });

  it("that is given up has no outcome", async () => {
    const ref = runner.loadBody("aborted", "return new Promise((done) => setTimeout(done, 60, 'late'));");
    const aborted = runner.start(ref);
    const kept = runner.run(ref);
    runner.sandbox.abort(aborted.ticket);
    const outcomes: string[] = [];
    void aborted.outcome.then(() => outcomes.push("aborted"));
    await kept;
    // The one given up was due before the one that was kept.
    await runner.run(ref);
    expect(outcomes).toEqual([]);
  });
});

describe("the globals of a script", () => {
  it("have a console whose lines name the call, with objects as JSON and errors with the script's own frames", async () => {
    const ref = runner.loadBody(
      "talks",
      "console.warn('a', 1, { b: [2] }, undefined); console.log(new Error('e')); return 1;",
    );
    await runner.run(ref, { callId: "call-t" });
    const lines = runner.lines.filter((line) => line.callId === "call-t");
    expect(lines).toEqual([
      { ref, callId: "call-t", handler: "invite", level: "warn", text: 'a 1 {"b":[2]} undefined' },
      {
        ref,
        callId: "call-t",
        handler: "invite",
        level: "info",
        text: expect.stringMatching(/^Error: e\n {4}at Object.invite \(main.ts:2:\d+\)$/),
      },
    ]);
  });

  it("encode and decode UTF-8 as the platform does", async () => {
    const texts = ["", "plain", "é ß 日本", "😀 a", "\ud800 lone", "\udc00"];
    const bytes = [
      [0xff],
      [0xc3],
      [0xc3, 0x28],
      [0xe2, 0x82],
      [0xe2, 0x28, 0xa1],
      [0xf0, 0x9f, 0x98, 0x80, 0x41],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80],
      [0xef, 0xbb, 0xbf, 0x41],
      [0xef, 0xbf, 0xbd],
      [0xf0, 0x9f, 0x41],
      [0xc0, 0x80],
    ];
    const ref = runner.loadBody(
      "utf-8",
      `const decoder = new TextDecoder(); const stream = new TextDecoder();
       const fatal = (list) => { try { return new TextDecoder("utf8", { fatal: true }).decode(new Uint8Array(list)); } catch (error) { return error.name; } };
       return { encoded: event.texts.map((text) => [...new TextEncoder().encode(text)]),
         decoded: event.bytes.map((list) => decoder.decode(new Uint8Array(list))), fatal: event.bytes.map(fatal),
         streamed: [0xf0, 0x9f, 0x98, 0x80, 0xc3].map((byte) => stream.decode(new Uint8Array([byte]), { stream: true })).concat(stream.decode()),
         into: new TextEncoder().encodeInto("aé日", new Uint8Array(4)) };`,
    );
    const fatal = (list: number[]): string => {
      try {
        return new TextDecoder("utf8", { fatal: true }).decode(new Uint8Array(list));
      } catch (error) {
        return (error as Error).name;
      }
    };
    expect(await runner.value(ref, { event: { texts, bytes } })).toEqual({
      encoded: texts.map((text) => [...new TextEncoder().encode(text)]),
      decoded: bytes.map((list) => new TextDecoder().decode(new Uint8Array(list))),
      fatal: bytes.map(fatal),
      streamed: ["", "", "", "😀", "", "\ufffd"],
      into: { read: 2, written: 3 },
    });
  });
});
