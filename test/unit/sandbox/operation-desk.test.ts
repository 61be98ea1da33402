import { beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { fail, ok } from "../../../runtime/base/result.ts";
import type { OperationResult, Operations } from "../../../runtime/port/sandbox.ts";
import { Entry, type EntryHost } from "../../../runtime/sandbox/entry.ts";
import { DEFAULT_LIMITS } from "../../../runtime/sandbox/limits.ts";
import { OperationDesk } from "../../../runtime/sandbox/operation-desk.ts";

type Done = (result: OperationResult) => void;

let begun: Done[];
let desk: OperationDesk;
/** What went to the host: the number of the operation, and the text. */
let concluded: [number, string][];
const host: EntryHost = {
  abort() {},
  conclude: (_entry, number, text) => concluded.push([number, text]),
};

beforeEach(() => {
  begun = [];
  concluded = [];
  const operations: Operations = { run: (_context, _name, _args, done) => begun.push(done) };
  desk = new OperationDesk(operations, DEFAULT_LIMITS, silentLog);
});

function entry(isLoad = false): Entry {
  const ref = { script: "a", version: 1 };
  const version = { slot: 1, ref, handlers: new Map(), code: "{}", env: "{}", isWarm: false };
  const run = { ref, handler: "invite", callId: "c", json: "{}", state: "null" } as const;
  const work = isLoad ? null : { run, owner: { scriptOutcome() {} }, handler: 0 };
  const made = new Entry(1, version, work, 0);
  made.host = host;
  made.id = 9;
  return made;
}

const asked = (number: number, characters = 20) => ({ number, name: "kv.get", args: {}, json: "{}", characters });

describe("The desk of operations", () => {
  it("sends each result to the entry that asked, in the order in which they come", () => {
    const one = entry();
    for (const number of [1, 2, 3]) desk.start(one, asked(number));
    begun[1]?.(ok({ text: "é" }));
    begun[0]?.(ok(undefined));
    begun[2]?.(fail({ code: "not-found", message: "none" }));
    expect(concluded).toEqual([
      [2, 'r{"text":"\\u00e9"}'],
      [1, "r"],
      [3, 'f{"code":"not-found","message":"none"}'],
    ]);
  });

  it("takes one result of each, and none where the entry is over or was sent to another host", () => {
    const [one, over, moved, renumbered] = [entry(), entry(), entry(), entry()];
    for (const each of [one, over, moved, renumbered]) desk.start(each, asked(1));
    over.end();
    moved.host = { ...host };
    renumbered.id = 10;
    for (let times = 0; times < 2; times++) for (const done of begun) done(ok(times));
    expect(concluded).toEqual([[1, "r0"]]);
  });

  it("begins nothing for what is over, for a script that loads, and beyond the limit of one event", () => {
    const over = entry();
    over.end();
    desk.start(over, asked(1));
    desk.start(entry(true), asked(1));
    const busy = entry();
    for (let number = 1; number <= 80; number++) desk.start(busy, asked(number));
    expect(begun).toHaveLength(DEFAULT_LIMITS.operations);
    expect(concluded).toEqual([]);
  });

  it("refuses more than 10,000 at a time, or 16 MB of arguments, and takes them again once there is room", () => {
    for (let number = 0; number < 10_000; number++) desk.start(entry(), asked(1));
    desk.start(entry(), asked(1));
    expect(begun).toHaveLength(10_000);
    expect(concluded).toMatchObject([[1, expect.stringContaining('"code":"overloaded"')]]);
    for (const done of begun.splice(0)) done(ok(1));
    for (let number = 0; number < 64; number++) desk.start(entry(), asked(1, 260_000));
    expect(begun).toHaveLength(64);
    desk.start(entry(), asked(2, 260_000));
    expect(begun).toHaveLength(64);
    for (const done of begun.splice(0)) done(ok(1));
    desk.start(entry(), asked(3, 260_000));
    expect(begun).toHaveLength(1);
  });

  it("knows the oldest that an entry waits for, and tells the operation when the entry is over", () => {
    const one = entry();
    const signals: AbortSignal[] = [];
    const own = new OperationDesk(
      {
        run(context, _name, _args, done) {
          signals.push(context.signal);
          begun.push(done);
        },
      },
      DEFAULT_LIMITS,
      silentLog,
    );
    own.start(one, { ...asked(1), name: "kv.get" });
    own.start(one, { ...asked(2), name: "kv.put" });
    expect(one.awaited).toBe("kv.get");
    begun[0]?.(ok(1));
    expect(one.awaited).toBe("kv.put");
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    one.end();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it("clips a problem, and refuses a result that is too large", () => {
    const one = entry();
    for (const number of [1, 2]) desk.start(one, asked(number));
    begun[0]?.(fail({ code: "not-found", message: "x".repeat(100_000) }));
    begun[1]?.(ok("x".repeat(DEFAULT_LIMITS.operationBytes)));
    expect(concluded[0]?.[1].length).toBeLessThan(3000);
    expect(concluded[1]?.[1]).toMatch(/^f\{"code":"too-large"/);
  });
});
