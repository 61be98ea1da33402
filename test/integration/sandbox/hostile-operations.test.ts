import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ok } from "../../../runtime/base/result.ts";
import { asyncScript, ManualOperations, OPERATE } from "./manual-operations.ts";
import { ScriptRunner } from "./script-runner.ts";

const operations = new ManualOperations();
const runner = new ScriptRunner({ eventMs: 500, cpuMs: 2000 }, 1, operations);
let attacks = 0;

beforeAll(() => runner.sandbox.start());
afterAll(() => runner.sandbox.stop());
afterEach(() => {
  operations.asked.length = 0;
});

/** What an async handler of this body returns. */
function attack(body: string, before = ""): Promise<unknown> {
  return runner.value(runner.load(`attack-${++attacks}`, asyncScript(body, before)));
}

describe("the arguments of an operation", () => {
  it("are read within the isolate, and what arrives is the plain data that was read", async () => {
    const value = await attack(`
      const seen = [];
      const tricky = new Proxy({ a: 1 }, { get(target, key) { seen.push(typeof key); return key === "toJSON" ? undefined : target[key]; } });
      await operate("test.echo", {
        get now() { return "read"; }, toJSON: undefined, tricky,
        own: { toJSON: (key) => "as " + key }, date: new Date(0), fn() {}, symbol: Symbol("s"), map: new Map([[1, 2]]),
      });
      return seen.every((type) => type === "string");`);
    expect(value).toBe(true);
    expect(operations.asked[0]?.args).toEqual({
      now: "read",
      tricky: { a: 1 },
      own: "as own",
      date: "1970-01-01T00:00:00.000Z",
      map: {},
    });
  });

  it.each([
    ["a cycle", "const a = {}; a.a = a;"],
    ["a BigInt", "const a = 1n;"],
    ["a getter that throws", "const a = { get x() { throw new TypeError('x'); } };"],
    ["a revoked proxy", "const { proxy: a, revoke } = Proxy.revocable({}, {}); revoke();"],
    [
      "an operation begun within toJSON that is refused",
      "const a = { toJSON() { throw operate(Symbol('s'), 1).catch(() => 0) && new TypeError('x'); } };",
    ],
  ])("that are no data, such as %s, reject the promise and reach nobody", async (_, prepare) => {
    expect(await attack(`${prepare} return operate("test.echo", a).catch((error) => error.name);`)).toBe("TypeError");
    expect(operations.asked).toEqual([]);
  });

  it("whose reading never ends cost their own event", async () => {
    const ref = runner.load("endless", asyncScript("await operate('test.echo', { get a() { for (;;); } });"));
    expect(await runner.fault(ref)).toMatchObject({ reason: "timeout" });
    expect(operations.asked).toEqual([]);
  });

  it("keep keys like __proto__ as plain data", async () => {
    await attack(`return operate("test.echo", JSON.parse('{"__proto__":{"admin":true}}'));`);
    const args = operations.asked[0]?.args as { admin?: boolean };
    expect(Object.keys(args)).toEqual(["__proto__"]);
    expect(args.admin).toBeUndefined();
  });

  it("and the name may be no trick either", async () => {
    const names = `[Symbol("s"), {}, { toString: () => "test.echo" }, "x".repeat(1000), undefined]`;
    const value = await attack(
      `return Promise.all(${names}.map((name) => operate(name, 1).catch((error) => error.name)));`,
    );
    expect(value).toEqual(Array.from({ length: 5 }, () => "TypeError"));
    expect(
      await attack(`return Promise.race([operate("test.echo\\n1,", 1).then(() => "done"), operate("test.echo", 2)]);`),
    ).toBe(2);
    expect(operations.asked.map(({ name }) => name)).not.toContain("test.echo\n1,");
  });
});

describe("the function that begins operations", () => {
  it("cannot be changed, and leads nowhere but into its own isolate", async () => {
    const value = await attack(`
      const outer = (f) => f.constructor("return [typeof process, typeof require, typeof ivm]")();
      const symbol = Symbol.for("strowger.operation");
      let changed = 0;
      try { globalThis[symbol] = () => 1; changed++; } catch {}
      try { delete globalThis[symbol]; changed++; } catch {}
      try { start.extra = 1; changed++; } catch {}
      const promise = operate("test.echo", 1);
      let error; try { await operate("test.refuse", 1); } catch (e) { error = e; }
      return {
        changed, same: globalThis[symbol] === start, frozen: Object.isFrozen(start),
        reach: [start, promise.then, promise.constructor, error.constructor].map(outer),
        keys: Reflect.ownKeys(promise), proto: Object.getPrototypeOf(promise) === Promise.prototype,
      };`);
    const nothing = ["undefined", "undefined", "undefined"];
    expect(value).toEqual({
      changed: 0,
      same: true,
      frozen: true,
      reach: [nothing, nothing, nothing, nothing],
      keys: [],
      proto: true,
    });
  });

  it("works where built-ins were changed, which changes the script's own answers alone", async () => {
    const pollution = `
      JSON.parse = () => "evil"; JSON.stringify = () => "evil"; Reflect.apply = Reflect.construct = () => "evil";
      Map.prototype.get = () => ({ evil: 1 }); Map.prototype.set = () => 0; Map.prototype.delete = () => 0;
      Function.prototype.call = Function.prototype.apply = () => "evil"; String.prototype.slice = () => "evil";
      String.prototype.indexOf = () => -1; Object.defineProperty(Object.prototype, "waiting", { get() { return "evil"; }, set() {} });`;
    expect(await attack("return { type: (await operate('test.echo', { text: 'mine' })).text };", pollution)).toEqual({
      type: "mine",
    });
    expect(
      await attack("try { await operate('test.refuse', 1); } catch (error) { return error.code; }", pollution),
    ).toBe("not-found");
    expect(
      await attack("return await operate('test.echo', 'mine');", "globalThis.Promise = class {}; Error = 1;"),
    ).toBe("mine");
  });

  it("takes a class of errors that does harm as the script's own harm", async () => {
    const classes = `[undefined, 1, () => {}, class { constructor() { throw new RangeError("own"); } }, new Proxy(class {}, { construct() { return new Proxy({}, { defineProperty() { throw new RangeError("trap"); } }); } })]`;
    const value = await attack(
      `return Promise.all(${classes}.map((Failure) => start("test.refuse", 1, Failure).then(() => "done", (error) => error.name)));`,
    );
    expect(value).toEqual(["TypeError", "TypeError", "TypeError", "RangeError", "RangeError"]);
    const loop = runner.load(
      "loops-in-failure",
      asyncScript("await start('test.refuse', 1, class { constructor() { for (;;); } });"),
    );
    expect(await runner.fault(loop)).toMatchObject({ reason: "timeout" });
  });
});

describe("a result", () => {
  it("is plain data of the isolate, also where its keys are __proto__", async () => {
    const ref = runner.load(
      "plain",
      asyncScript(`const value = await operate("later", 1);
      return [Object.keys(value), value.admin ?? null, value.list.constructor === Array, Object.getPrototypeOf(value) === Object.prototype];`),
    );
    const value = runner.value(ref);
    (await operations.of("later"))[0]?.done(ok(JSON.parse('{"__proto__":{"admin":true},"list":[]}')));
    expect(await value).toEqual([["__proto__", "list"], null, true, true]);
  });

  it("that the switch cannot put into JSON is a fault of the switch, and costs the script one error", async () => {
    const ref = runner.load("no-json", asyncScript("return operate('later', 1).catch((error) => error.code);"));
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    for (const bad of [cycle, 1n]) {
      const value = runner.value(ref);
      (await operations.of("later")).at(-1)?.done(ok(bad));
      expect(await value).toBe("failed");
      operations.asked.length = 0;
    }
  });
});

describe("a flood of operations", () => {
  it("reaches the switch fifty times, from one event", async () => {
    const ref = runner.load(
      "flood",
      `${OPERATE}\nexport default { invite() { for (let k = 0; k < 5000; k++) operate("later", k).catch(() => 0); return 1; } };`,
    );
    expect(await runner.fault(ref)).toMatchObject({ reason: "too-many-operations" });
    expect(operations.asked).toHaveLength(50);
  });
});
