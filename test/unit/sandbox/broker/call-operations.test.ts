import { beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import type { OperationContext, OperationResult } from "../../../../runtime/port/sandbox.ts";
import { createBroker } from "../../../../runtime/sandbox/broker/broker.ts";
import { callOperations } from "../../../../runtime/sandbox/broker/call-operations.ts";
import { forward, hangup, reject } from "../../../../sdk/index.ts";
import { DOMAIN, MOST_ORIGINATED } from "../../switch/call/world.ts";
import { NOTHING, originateWorld, pickUp } from "../../switch/originate/originate-world.ts";

type Rooms = ReturnType<typeof originateWorld>;

let rooms: Rooms;
let ask: (name: string, args: unknown, context?: Partial<OperationContext>) => Promise<OperationResult>;

beforeEach(() => {
  rooms = originateWorld({ invite: () => forward("bob"), ended: () => undefined });
  const broker = createBroker({ calls: callOperations(rooms.world.calls) }, silentLog);
  const context: OperationContext = {
    ref: { script: "main", version: 1 },
    callId: "c",
    domain: DOMAIN,
    signal: new AbortController().signal,
  };
  ask = (name, args, other = {}) =>
    new Promise((done) => broker.run({ ...context, ...other }, `calls.${name}`, args, done));
});

/** A call of somebody outside, on the script `main`. */
async function inbound() {
  const carol = rooms.world.phone("carol");
  carol.invite(`sip:101@${DOMAIN}`);
  await rooms.world.pass(50);
  return rooms.world.calls.list().at(-1)?.id ?? "";
}

function codeOf(result: OperationResult): string | undefined {
  return result.ok ? undefined : result.problem.code;
}

describe("calls of a script", () => {
  it("are listed and counted by user and label, the oldest first", async () => {
    const first = await inbound();
    const second = await rooms.begin({ tags: { queue: "sales", lang: "en" } });
    const all = await ask("list", {});
    expect(all.ok && (all.value as { id: string }[]).map(({ id }) => id)).toEqual([first, second]);
    const found = async (args: object) => [await ask("count", args), await ask("list", args)];
    for (const [args, count] of [
      [{}, 2],
      [{ user: "alice" }, 1],
      [{ user: "bob" }, 0],
      [{ tag: { queue: "sales" } }, 1],
      [{ tag: { queue: "sales", lang: "de" } }, 0],
    ] as const) {
      const [counted, listed] = await found(args);
      expect([args, counted]).toEqual([args, { ok: true, value: count }]);
      expect(listed?.ok && (listed.value as unknown[]).length).toBe(count);
    }
    const limited = await ask("list", { limit: 1 });
    expect(limited.ok && (limited.value as unknown[]).length).toBe(1);
  });

  it("show nothing of another domain", async () => {
    const id = await inbound();
    const other = { domain: "other.example" };
    expect(await ask("list", {}, other)).toEqual({ ok: true, value: [] });
    expect(await ask("count", {}, other)).toEqual({ ok: true, value: 0 });
    expect(await ask("get", { id }, other)).toEqual({ ok: true, value: null });
    expect(codeOf(await ask("hangUp", { id }, other))).toBe("not-found");
    expect(codeOf(await ask("decide", { id, decision: hangup() }, other))).toBe("not-found");
  });

  it("are told with what a script may know", async () => {
    const id = await inbound();
    const { value } = (await ask("get", { id })) as { value: object };
    expect(value).toMatchObject({
      id,
      direction: "inbound",
      state: "calling",
      script: "main",
      legs: [{ target: "bob" }],
    });
    expect(Object.keys(value)).not.toContain("route");
    expect(await ask("get", { id: "unknown" })).toEqual({ ok: true, value: null });
  });

  it("are hung up by the script that they run on, and by no other", async () => {
    const id = await inbound();
    const other = { ref: { script: "other", version: 1 } };
    expect(codeOf(await ask("hangUp", { id }, other))).toBe("not-found");
    expect(codeOf(await ask("decide", { id, decision: hangup() }, other))).toBe("not-found");
    expect(rooms.world.sw.index.size).toBe(1);
    expect(await ask("hangUp", { id, reason: "enough" }, { ref: { script: "main", version: 9 } })).toEqual({
      ok: true,
      value: undefined,
    });
    expect(rooms.world.observer.cdrs[0]).toMatchObject({ id, endedBy: "switch" });
  });

  it("do what the script decides, where it can be done", async () => {
    const id = await inbound();
    expect((await ask("decide", { id, decision: forward("alice") })).ok).toBe(true);
    await rooms.world.pass(50);
    expect([rooms.bob.count("INVITE"), rooms.alice.count("INVITE")]).toEqual([1, 1]);
    expect(await ask("decide", { id, decision: { type: "dance" } })).toMatchObject({
      problem: { code: "invalid-arguments", message: expect.stringContaining('unknown decision "dance"') },
    });
    expect((await ask("decide", { id, decision: reject(486) })).ok).toBe(true);
    expect(codeOf(await ask("decide", { id, decision: hangup() }))).toBe("not-found");
  });
});

describe("calls.originate", () => {
  it("begins a call that runs on the script, which may steer it", async () => {
    const begun = await ask("originate", { from: "alice", to: "bob", state: { a: 1 }, tags: { b: "c" } });
    expect(begun).toMatchObject({
      ok: true,
      value: { direction: "outbound", script: "main", user: "alice", tags: { b: "c" } },
    });
    const { id } = (begun as { value: { id: string } }).value;
    await rooms.world.pass(50);
    await pickUp(rooms, rooms.alice);
    expect(rooms.world.scripts.names).toEqual(["invite"]);
    expect((await ask("hangUp", { id })).ok).toBe(true);
    await rooms.world.pass(100);
    expect(rooms.world.leftovers()).toEqual(NOTHING);
  });

  it.each<[string, object, string]>([
    ["from nobody", { from: "zoe" }, "not-found"],
    ["from a user without a phone", { from: "dave" }, "conflict"],
    ["to what is no plan", { to: { type: "dance" } }, "invalid-arguments"],
    ["on another script", { script: "other" }, "invalid-arguments"],
    ["with a state that is too large", { state: { text: "x".repeat(9000) } }, "invalid-arguments"],
  ])("is refused %s", async (_what, args, code) => {
    expect(codeOf(await ask("originate", { from: "alice", to: "bob", ...args }))).toBe(code);
    expect(rooms.world.sw.index.size).toBe(0);
  });

  it("is refused to a foreign address in the name of a caller who may not leave", async () => {
    const args = { from: "sip:mobile@203.0.113.99", to: "bob" };
    expect(codeOf(await ask("originate", args, { mayLeave: false }))).toBe("forbidden");
    expect(codeOf(await ask("originate", args))).toBeUndefined();
  });

  it("is refused with a code of its own once the script has begun too many", async () => {
    let last: OperationResult = { ok: true, value: null };
    for (let count = 0; count <= MOST_ORIGINATED.max; count++)
      last = await ask("originate", { from: "alice", to: "bob" });
    expect(codeOf(last)).toBe("too-many-calls");
  });
});
