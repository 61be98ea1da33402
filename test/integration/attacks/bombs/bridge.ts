/**
 * Attacks on the way between a script and its host process: what is thrown, what is returned, what is asked for, and the
 * built-ins in between. `operate` begins an operation, as the functions of "strowger" do.
 */
import { type Bomb, FATAL, STOPPED } from "./bomb.ts";

const THREW: Bomb["ends"] = ["threw"];
const NO_DATA: Bomb["ends"] = ["invalid-decision"];
const ANSWERS: Bomb["ends"] = ["returned"];

const thrown: readonly Bomb[] = [
  {
    name: "a hook for stacks that loops, set while the script is loaded",
    before: "try { Error.prepareStackTrace = () => { for (;;); }; } catch {}",
    body: "throw new RangeError('plain');",
    ends: THREW,
  },
  { name: "a thrown object whose message loops", body: "throw { get message() { for (;;); } };", ends: STOPPED },
  {
    name: "a thrown proxy that loops where it is looked at",
    body: "throw new Proxy(class {}, { get() { for (;;); }, getPrototypeOf() { for (;;); } });",
    ends: STOPPED,
  },
  {
    name: "a thrown error whose stack loops",
    body: "throw Object.defineProperty(new Error('plain'), 'stack', { get() { for (;;); } });",
    ends: STOPPED,
  },
  { name: "a thrown symbol", body: "throw Symbol.iterator;", ends: THREW },
  { name: "a thrown undefined", body: "throw undefined;", ends: THREW },
  { name: "a thrown text of a hundred million characters", body: "throw 'y'.repeat(1e8);", ends: ["threw", ...FATAL] },
  {
    name: "a thrown error with a message of a hundred million characters",
    body: "throw new Error('y'.repeat(1e8));",
    ends: ["threw", ...FATAL],
  },
  {
    name: "a thrown proxy that was revoked",
    body: "const pair = Proxy.revocable(class {}, {}); pair.revoke(); throw pair.proxy;",
    ends: THREW,
  },
  {
    name: "an object whose message loops, thrown while the script is loaded",
    before: "throw { get message() { for (;;); } };",
    body: "",
    ends: FATAL,
  },
  {
    name: "a rejection left alone whose message loops",
    body: "Promise.reject({ get message() { for (;;); } }); return 1;",
    ends: FATAL,
  },
  { name: "a rejection left alone", body: "Promise.reject(new Error('left alone')); return 1;", ends: THREW },
];

const returned: readonly Bomb[] = [
  {
    name: "a decision that is a proxy whose traps loop",
    body: "return new Proxy({}, { get() { for (;;); }, ownKeys() { for (;;); } });",
    ends: STOPPED,
  },
  { name: "a decision with a getter that loops", body: "return { get type() { for (;;); } };", ends: STOPPED },
  { name: "a decision whose toJSON loops", body: "return { type: 'reject', toJSON() { for (;;); } };", ends: STOPPED },
  { name: "a thenable whose then loops", body: "return { then() { for (;;); } };", ends: STOPPED },
  {
    name: "a thenable that resolves to one whose then is a loop to look at",
    body: "return { get then() { return (done) => done({ get then() { for (;;); } }); } };",
    ends: STOPPED,
  },
  { name: "a decision that is a function", body: "return () => ({ type: 'reject' });", ends: NO_DATA },
  {
    name: "a decision of fifty million characters",
    body: "return { type: 'y'.repeat(5e7) };",
    ends: ["invalid-decision", ...FATAL],
  },
  { name: "a decision that holds itself", body: "const plan = []; plan.push(plan); return plan;", ends: NO_DATA },
  { name: "a decision with a BigInt", body: "return { type: 'reject', code: 404n };", ends: NO_DATA },
  {
    name: "a decision with a key __proto__",
    body: `return JSON.parse('{"__proto__": {"admin": true}, "type": "reject"}').type;`,
    ends: ANSWERS,
    value: "reject",
  },
];

const polluted: readonly Bomb[] = [
  {
    name: "built-ins that were replaced",
    before: `
      Object.prototype.toJSON = () => "evil";
      Object.prototype.then = (done) => done("evil");
      Object.defineProperty(Object.prototype, "waiting", { get: () => "evil", set() { throw "evil"; } });
      JSON.parse = JSON.stringify = Reflect.apply = Reflect.construct = () => "evil";
      Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => "evil";
      Map.prototype.get = Map.prototype.set = Map.prototype.delete = () => { throw "evil"; };
      Promise.prototype.then = () => "evil";
      Array.prototype.push = () => { throw "evil"; };
      String.prototype.slice = () => "evil";`,
    body: "return { type: 'reject' };",
    ends: ["returned", "threw"],
  },
  {
    name: "globals and objects without the prototypes they should have",
    before:
      "Object.setPrototypeOf(globalThis, null); Function.prototype.__proto__ = new Proxy({ __proto__: null }, {});",
    body: "return { type: 'reject' };",
    ends: ANSWERS,
    value: { type: "reject" },
  },
  {
    name: "prototypes that were frozen",
    before:
      "for (const one of [Object, Function, Array, Map, Promise, Error]) Object.freeze(one.prototype); Object.freeze(globalThis);",
    body: "return { type: 'reject' };",
    ends: ANSWERS,
    value: { type: "reject" },
  },
  {
    name: "a species of array that loops",
    before: "class Trap extends Array { static get [Symbol.species]() { for (;;); } }",
    body: "return new Trap(1, 2, 3).map((one) => one);",
    ends: STOPPED,
  },
];

const reaching: readonly Bomb[] = [
  {
    name: "a look around by the constructors of what the host has given",
    body: `
      const given = [start, setTimeout, console.log, call.headers.get, crypto.randomUUID, Date];
      const seen = given.map((one) => one.constructor("return [typeof process, typeof require, typeof global, typeof module]")());
      const odd = Reflect.ownKeys(globalThis).filter((key) => /ivm|isolate|externalcopy|process|require|host/i.test(String(key)));
      return [...new Set(seen.flat()), ...odd.map(String)];`,
    ends: ANSWERS,
    value: ["undefined"],
  },
  {
    name: "a look at whoever calls the handler",
    body: `
      const ask = (read) => { try { return String(read()); } catch (error) { return error.name; } };
      const sloppy = new Function("return arguments.callee.caller");
      return [ask(() => arguments.callee.caller), ask(() => sloppy()), ask(() => new Error("here").stack.includes("node:"))];`,
    ends: ANSWERS,
    value: ["TypeError", "null", "false"],
  },
  {
    name: "an import at run time",
    body: "return import('node:' + 'fs').then(() => 'got it', () => 'refused');",
    ends: ANSWERS,
    value: "refused",
  },
  {
    name: "buffers that can grow, by every constructor there is",
    body: `
      const ways = [ArrayBuffer, new Uint8Array(1).buffer.constructor, Object.getPrototypeOf(class extends ArrayBuffer {})];
      return ways.map((Way) => Reflect.construct(Way, [8, { maxByteLength: 4096 }]).resizable);`,
    ends: ANSWERS,
    value: [false, false, false],
  },
  {
    name: "a look for what was taken away",
    body: "return ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'FinalizationRegistry', 'WeakRef'].filter((name) => name in globalThis);",
    ends: ANSWERS,
    value: [],
  },
];

const asking: readonly Bomb[] = [
  {
    name: "a loop behind an operation",
    body: "return operate('test.echo', 1).then(() => { for (;;); });",
    ends: STOPPED,
  },
  {
    name: "operations without end",
    body: "for (;;) operate('test.echo', 1).catch(() => 0);",
    ends: ["timeout", "memory"],
  },
  {
    name: "an operation with two hundred million characters",
    body: "return operate('test.echo', 'y'.repeat(2e8)).then(() => 'taken', (error) => error.code);",
    ends: ["returned", "threw", ...FATAL],
    value: "too-large",
  },
  {
    name: "operations at the end of the stack",
    body: `
      const down = () => { try { down(); } catch {} try { operate("test.echo", 1).catch(() => 0); } catch {} };
      down(); return 1;`,
    ends: ["too-many-operations", "threw", "timeout"],
  },
  {
    name: "a set that grows a little with each event",
    before: "const kept = new Set(); let last = 0;",
    body: "for (let k = 0; k < 4000; k++) kept.add('n' + last++); return 'grown';",
    ends: ANSWERS,
    value: "grown",
    events: 100,
  },
  {
    name: "events that each take nearly all of their time",
    body: "let sum = 0; for (let k = 0; k < 5e6; k++) sum += k % 7; return 'done';",
    ends: ANSWERS,
    value: "done",
    events: 20,
  },
];

/** 37 attacks. */
export const bridgeAttacks: readonly Bomb[] = [...thrown, ...returned, ...polluted, ...reaching, ...asking];
