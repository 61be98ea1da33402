import { describe, expect, it, vi } from "vitest";
import { matchers, simulate } from "../../../runtime/simulator/index.ts";
import "../../../runtime/simulator/vitest.ts";
import {
  calls,
  env,
  forward,
  kv,
  OperationError,
  reject,
  type Script,
  secrets,
  users,
  voicemail,
} from "../../../sdk/index.ts";

const ring = (): Script => ({ invite: () => forward("alice") });

describe("A script in a simulation", () => {
  it("gets copies, and gives copies: neither can be changed afterwards", async () => {
    const plan = { type: "forward", targets: ["alice"] } as const;
    const held: { state?: unknown; tags?: unknown } = {};
    const script: Script = {
      invite(call) {
        call.state = { list: [1] };
        held.state = call.state;
        Object.assign(call, { to: { user: "changed" }, source: "changed" });
        return plan;
      },
      answered(call) {
        held.tags = [call.to.user, call.source, call.state];
      },
    };
    const call = simulate(script).invite({ to: "100" });
    await call.rings("alice");
    (held.state as { list: number[] }).list.push(2);
    call.answers();
    expect(held.tags).toEqual(["100", "198.51.100.2:5060", { list: [1] }]);
    expect(call.decision).not.toBe(plan);
  });

  it("keeps its state together with a valid return alone", async () => {
    const script: Script = {
      invite(call) {
        call.state = { kept: true };
        return forward("alice");
      },
      answered(call) {
        call.state.kept = false;
        throw new Error("after that");
      },
    };
    const call = simulate(script).invite({ to: "100" });
    await call.answers();
    expect(call.state).toEqual({ kept: true });
    expect(call.faults).toMatchObject([{ event: "answered", reason: "threw", message: "Error: after that" }]);
    expect(call).toBeConnectedTo("alice");
  });

  it.each<[string, Script["invite"], string]>([
    ["throws", () => fails("no trunk"), "threw: Error: no trunk"],
    ["returns nothing", (() => undefined) as never, "no-decision"],
    ["returns what is no data", (() => () => 1) as never, "invalid-decision: The handler returned a function"],
    ["returns what is no decision", (() => ({ type: "dance" })) as never, "invalid-decision: type"],
    ["keeps too much", (call) => fill(call), "invalid-decision: call.state has"],
  ])("gets its route's fallback where it %s", (_what, invite, why) => {
    const call = simulate({ invite } as Script, { fallback: reject(503, { reason: "Try Later" }) }).invite({ to: "1" });
    expect(call).toBeRejectedWith(503);
    expect(call.timeline).toContain(why);
  });

  it("lives in the time of the simulation, and everybody else in his own", async () => {
    const seen: unknown[] = [];
    const script: Script = {
      invite: () => {
        seen.push(
          Date.now(),
          new Date().toISOString(),
          new Date(0).getTime(),
          typeof Date(),
          new Date() instanceof Date,
        );
        return forward("alice");
      },
      answered: () => void seen.push(new Date().toISOString()),
    };
    const call = simulate(script, { now: "2026-11-26 18:30", timeZone: "Europe/Berlin" }).invite({ to: "100" });
    await call.rings("alice");
    call.advance(3600);
    expect(seen.slice(1)).toEqual(["2026-11-26T17:30:00.005Z", 0, "string", true]);
    expect(Math.abs(Date.now() - performance.timeOrigin - performance.now())).toBeLessThan(5000);
    const real = simulate(ring(), { now: new Date("2026-03-29T00:59:59Z") });
    expect(real.clock.now()).toBe(Date.UTC(2026, 2, 29, 0, 59, 59));
    expect(simulate(ring(), { now: "2026-07-01", timeZone: "America/New_York" }).clock.now()).toBe(
      Date.UTC(2026, 6, 1, 4),
    );
    expect(() => simulate(ring(), { now: "noon" })).toThrow('now: "noon" is no time');
  });

  it("draws the same random numbers for the same seed, and others for another", () => {
    const draw = (seed: number): unknown => {
      const drawn: unknown[] = [];
      const script: Script = {
        invite: ({ id, headers }) => {
          drawn.push(id, Math.random(), crypto.randomUUID(), headers.get("via"));
          return reject(404);
        },
      };
      simulate(script, { seed }).invite({ to: "100" });
      return drawn;
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("waits for timers on virtual time, and for ten seconds at most", async () => {
    const script: Script = {
      async invite() {
        await new Promise((resolve) => setTimeout(resolve, 3000));
        return forward("alice");
      },
      answered: () => new Promise(() => {}),
    };
    const call = simulate(script).invite({ to: "100" });
    await call.rings("alice");
    expect(call.timeline).toMatch(/3\.005 s .*invite returned/);
    await call.answers();
    await call.advance(9);
    expect(call.faults).toEqual([]);
    await call.advance(2);
    expect(call.faults).toMatchObject([{ event: "answered", reason: "timeout" }]);
  });

  it("prints to the call, and to nobody else", () => {
    const printed = vi.spyOn(console, "log").mockImplementation(() => {});
    const script: Script = {
      invite(call) {
        console.log("from", call.to.user, { n: 1 });
        console.warn("careful");
        return reject(404);
      },
    };
    const call = simulate(script).invite({ to: "100" });
    expect(call.logs).toEqual([
      { level: "info", text: 'from 100 {"n":1}', event: "invite" },
      { level: "warn", text: "careful", event: "invite" },
    ]);
    expect(printed).not.toHaveBeenCalled();
    console.log("the test");
    expect(printed).toHaveBeenCalledWith("the test");
    printed.mockRestore();
  });

  it("works under the fake timers of a test", async () => {
    vi.useFakeTimers({ now: 1000 });
    try {
      const script: Script = {
        async invite() {
          await new Promise((resolve) => setTimeout(resolve, 1000));
          return reject(404, { reason: String(Date.now()) });
        },
      };
      const call = simulate(script, { now: 5000 }).invite({ to: "100" });
      await call.ends();
      expect(call.response?.reason).toBe("5005");
      expect(Date.now()).toBe(1000);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("What a script asks the simulated switch", () => {
  it("is kept in kv, which the test fills and reads, and which forgets on virtual time", async () => {
    const script: Script = {
      async invite(call) {
        const count = await kv.increment(`calls:${call.from.user}`, 1, { ttlSeconds: 60 });
        return (await kv.get("night")) === true ? reject(480) : count > 2 ? reject(486) : forward("alice");
      },
    };
    const simulation = simulate(script, { kv: { night: false } });
    const dial = async (): Promise<number | undefined> => {
      const call = simulation.invite({ to: "100", from: "+49301" });
      await call.advance(1);
      if (!call.isOver) await call.hangsUp();
      return call.response?.code;
    };
    expect([await dial(), await dial(), await dial()]).toEqual([487, 487, 486]);
    expect(await simulation.kv()).toEqual({ night: false, "calls:+49301": 3 });
    await simulation.advance(61);
    expect(await dial()).toBe(487);
    const atNight = simulate(script, { kv: { night: true } }).invite({ to: "100" });
    await atNight.ends();
    expect(atNight).toBeRejectedWith(480);
  });

  it("finds variables, secrets, users, calls and mailboxes", async () => {
    const seen: unknown[] = [];
    const script: Script = {
      async invite() {
        seen.push(env.RING, env.NOTHING, "RING" in env, await secrets.get("CRM"), await users.get("alice"));
        seen.push(await calls.count(), await voicemail.counts("alice"), await voicemail.checkPin("101", "1234"));
        await secrets.get("OTHER").catch((error: unknown) => seen.push(error instanceof OperationError && error.code));
        return reject(404);
      },
    };
    const call = simulate(script, {
      users: { alice: { displayName: "Alice" }, bob: { pin: "1234" } },
      env: { RING: "20" },
      secrets: { CRM: "token" },
    }).invite({ to: "100" });
    await call.ends();
    expect(seen).toEqual([
      "20",
      undefined,
      true,
      "token",
      { name: "alice", extension: "100", displayName: "Alice", registered: true },
      1,
      { new: 0, saved: 0 },
      "right",
      "not-found",
    ]);
    expect(env.RING).toBeUndefined();
    expect(call.timeline).toContain('secrets.get({"name":"CRM"})');
  });

  it("is fetched from the test", async () => {
    const asked: unknown[] = [];
    const script: Script = {
      async invite(call) {
        const answer = await fetch(`https://crm.example.com/callers?number=${call.from.user}`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ to: call.to.user }),
        });
        const { vip } = (await answer.json()) as { vip: boolean };
        return answer.status === 200 && vip ? forward("alice") : reject(603);
      },
    };
    const call = simulate(script, {
      async fetch(request) {
        asked.push([request.method, request.url, await request.json(), request.headers.get("content-type")]);
        return Response.json({ vip: true }, { headers: { "X-More": "1" } });
      },
    }).invite({ to: "100", from: "+49301" });
    await call.rings("alice");
    expect(asked).toEqual([
      ["POST", "https://crm.example.com/callers?number=+49301", { to: "100" }, "application/json"],
    ]);
  });

  it("is fetched from nowhere else: the test fails, and says how to answer", async () => {
    const script: Script = {
      async invite() {
        await fetch("https://crm.example.com/").catch(() => {});
        return reject(404);
      },
    };
    const call = simulate(script).invite({ to: "100" });
    await expect(call.ends()).rejects.toThrow(
      "nothing answers GET https://crm.example.com/ in this simulation; simulate(script, { fetch: (request) =>",
    );
  });

  it("is answered by a mock of the test, who may refuse", async () => {
    const script: Script = {
      async invite() {
        const alice = await users.get("alice");
        const bob = await users.get("bob").catch((error: unknown) => (error as OperationError).code);
        return reject(404, { reason: `${alice?.name} ${bob}` });
      },
    };
    const call = simulate(script, {
      operations: {
        "users.get": ({ name }) => {
          if (name === "bob") throw new OperationError("unavailable", "the storage is away");
          return { name: "Alice in Wonderland" };
        },
      },
    }).invite({ to: "100" });
    await call.ends();
    expect(call.response?.reason).toBe("Alice in Wonderland failed");
    expect(() => matchers.toBeIn({}, reject(404))).toThrow("toBeIn is for a call");
  });
});

function fails(message: string): never {
  throw new Error(message);
}

function fill(call: { state: unknown }) {
  call.state = "x".repeat(9000);
  return forward("alice");
}
