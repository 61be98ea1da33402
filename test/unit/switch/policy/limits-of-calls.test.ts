import { describe, expect, it } from "vitest";
import { forward, reject } from "../../../../sdk/index.ts";
import { DOMAIN } from "../call/world.ts";
import { dial, policyWorld, talk } from "./policy-world.ts";

const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };
const TO_BOB = { invite: () => forward("bob") };
const UNAVAILABLE = "480 Temporarily Unavailable";
const DAY_MS = 24 * 60 * 60_000;

describe("Calls of a script at once", () => {
  it("are only so many; another one is refused without asking the script, and there is room again after a call", async () => {
    const { world, policing } = await policyWorld({ maxConcurrentCalls: 2 }, TO_BOB);
    const bob = world.registered("bob");
    const first = talk(world, bob);
    talk(world, bob);
    expect(dial(world)).toBe(UNAVAILABLE);
    expect(world.scripts.names).toEqual(["invite", "invite"]);
    expect(world.observer.limits).toEqual(["concurrent-calls: 2 calls are up, and maxConcurrentCalls is 2"]);
    expect(world.observer.faults).toEqual([]);
    expect(policing.usage("main")).toMatchObject({ concurrentCalls: 2, calls: 2, reached: { "concurrent-calls": 1 } });
    first.caller.request("BYE");
    world.run(100);
    expect(dial(world)).toBe("");
    expect(world.leftovers(5 * 3_600_000)).toEqual(NOTHING);
    expect(policing.usage("main").concurrentCalls).toBe(0);
  });

  it("count from the calls that are up when the policy is set", async () => {
    const { world, policing } = await policyWorld(null, TO_BOB);
    const bob = world.registered("bob");
    talk(world, bob);
    policing.apply("main", { maxConcurrentCalls: 1 });
    expect(dial(world)).toBe(UNAVAILABLE);
    policing.apply("main", null);
    expect(dial(world)).toBe("");
  });

  it("are none at all where it says zero", async () => {
    const { world } = await policyWorld({ maxConcurrentCalls: 0 }, TO_BOB);
    expect(dial(world)).toBe(UNAVAILABLE);
  });

  it("are those that are up: a call that was lost to a bug takes no room", async () => {
    const { world, policing } = await policyWorld({ maxConcurrentCalls: 1, dailyBudget: { minutes: 1 } }, TO_BOB);
    talk(world, world.registered("bob"));
    for (const call of [...world.sw.index.calls]) world.sw.index.remove(call);
    world.run(30_000);
    expect(policing.usage("main").concurrentCalls).toBe(0);
    expect(dial(world)).toBe("");
  });
});

describe("A call that the policy refuses", () => {
  it("gets the fallback of its route, in which the script has no say", async () => {
    const script = { ...TO_BOB, limit: () => forward("alice"), failed: () => forward("alice"), ended: () => undefined };
    const fallback = [forward("dave"), reject(486)];
    const { world } = await policyWorld({ maxConcurrentCalls: 0 }, script, { route: { fallback } });
    const [dave, alice] = [world.registered("dave"), world.registered("alice")];
    dial(world);
    dave.answer(dave.take("INVITE"), 603);
    world.run(200);
    expect(alice.received).toEqual([]);
    expect(world.scripts.events).toEqual([
      { type: "limit", limit: "concurrent-calls", detail: "0 calls are up, and maxConcurrentCalls is 0" },
    ]);
    expect(world.observer.cdrs).toMatchObject([{ script: "main", version: 0, code: 486, direction: "inbound" }]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("is told to the script once a second, and to the operator once a minute", async () => {
    const { world, notices } = await policyWorld({ callsPerSecond: 0.01 }, { ...TO_BOB, limit: () => undefined });
    world.registered("bob");
    for (let count = 0; count < 50; count++) dial(world);
    expect(world.observer.limits).toHaveLength(49);
    const told = world.scripts.names.filter((name) => name === "limit").length;
    expect([told >= 4, told <= 6]).toEqual([true, true]);
    world.run(60_000);
    expect(notices.map(({ limit, count }) => [limit, count])).toEqual([
      ["calls-per-second", 1],
      ["calls-per-second", 48],
    ]);
  });
});

describe("New calls of a script", () => {
  it("are only so many a second", async () => {
    const { world } = await policyWorld({ callsPerSecond: 2 }, { invite: () => reject(486) });
    const burst = () => {
      const phones = [1, 2, 3].map(() => world.phone("carol"));
      for (const phone of phones) phone.invite(`sip:100@${DOMAIN}`);
      world.run(50);
      return phones.map(({ kinds }) => kinds.at(-1));
    };
    expect(burst()).toEqual(["486 INVITE", "486 INVITE", "480 INVITE"]);
    world.run(1000);
    expect(burst()).toEqual(["486 INVITE", "486 INVITE", "480 INVITE"]);
  });
});

describe("How long a call may last", () => {
  it("is bounded by the policy, whatever the decision asks for; the script hears of it and the switch hangs up", async () => {
    const script = {
      invite: () => forward("bob", { maxSeconds: 3600 }),
      limit: () => undefined,
      bye: () => undefined,
    };
    const { world } = await policyWorld({ maxSeconds: 60 }, script);
    const bob = world.registered("bob");
    talk(world, bob);
    world.run(59_000);
    expect(bob.count("BYE")).toBe(0);
    world.run(1500);
    expect(bob.count("BYE")).toBe(1);
    expect(world.scripts.events.slice(1)).toEqual([
      { type: "limit", limit: "duration", detail: "the call has lasted maxSeconds" },
      { type: "bye", by: "switch", reason: "The call has reached its time limit" },
    ]);
    expect(world.observer.cdrs).toMatchObject([{ result: "answered", endedBy: "switch" }]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("is what the decision says where that is less, and no limit of the policy then", async () => {
    const { world } = await policyWorld({ maxSeconds: 60 }, { invite: () => forward("bob", { maxSeconds: 10 }) });
    talk(world, world.registered("bob"));
    world.run(11_000);
    expect(world.observer.cdrs).toMatchObject([{ endedBy: "switch" }]);
    expect(world.observer.limits).toEqual([]);
  });

  it("counts from the first answer, also where the call is moved on later", async () => {
    const script = { invite: () => forward("bob"), bye: () => undefined };
    const { world } = await policyWorld({ maxSeconds: 60 }, script);
    talk(world, world.registered("bob"));
    world.run(40_000);
    const [call] = [...world.sw.index.calls];
    call?.timeLimit.set(3600);
    world.run(21_000);
    expect(world.observer.cdrs).toMatchObject([{ endedBy: "switch" }]);
  });
});

describe("The budget of a day", () => {
  it("is used up by calls, and is there again the next day", async () => {
    const { world, policing } = await policyWorld({ dailyBudget: { calls: 2 } }, { invite: () => reject(486) });
    expect([dial(world), dial(world), dial(world)]).toEqual(["486 Busy Here", "486 Busy Here", UNAVAILABLE]);
    expect(policing.usage("main")).toMatchObject({
      day: "2026-01-01",
      timeZone: "UTC",
      resetsAt: "2026-01-02T00:00:00.000Z",
      calls: 2,
      reached: { "daily-calls": 1 },
    });
    world.run(DAY_MS);
    expect(dial(world)).toBe("486 Busy Here");
    expect(policing.usage("main")).toMatchObject({ day: "2026-01-02", calls: 1, reached: { "daily-calls": 0 } });
  });

  it("ends at midnight of the time zone", async () => {
    // It is one o'clock in Berlin already.
    const { world, policing } = await policyWorld(
      { dailyBudget: { calls: 1 } },
      { invite: () => reject(486) },
      { timeZone: "Europe/Berlin" },
    );
    dial(world);
    world.run(22.9 * 3_600_000);
    expect(dial(world)).toBe(UNAVAILABLE);
    world.run(0.2 * 3_600_000);
    expect(dial(world)).toBe("486 Busy Here");
    expect(policing.usage("main").timeZone).toBe("Europe/Berlin");
  });

  it("is used up by minutes of answered calls, while they are up as well", async () => {
    const { world, policing } = await policyWorld({ dailyBudget: { minutes: 2 } }, TO_BOB);
    const bob = world.registered("bob");
    const first = talk(world, bob);
    world.run(60_000);
    expect(policing.usage("main").minutes).toBeCloseTo(1, 1);
    first.caller.request("BYE");
    world.run(60_000);
    talk(world, bob);
    world.run(30_000);
    expect(policing.usage("main").minutes).toBeCloseTo(1.5, 1);
    world.run(31_000);
    expect(dial(world)).toBe(UNAVAILABLE);
    expect(world.observer.limits).toEqual(["daily-minutes: the 2 minutes of 2026-01-01 (UTC) are used up"]);
    // A call that is up goes on.
    expect(world.sw.index.size).toBe(1);
  });

  it("is not given anew by removing the policy and setting it again", async () => {
    const { world, policing } = await policyWorld({ dailyBudget: { calls: 1 } }, { invite: () => reject(486) });
    dial(world);
    policing.apply("main", null);
    policing.apply("main", { dailyBudget: { calls: 1 } });
    expect(dial(world)).toBe(UNAVAILABLE);
  });

  it("does not count calls that were refused, nor those of the fallback", async () => {
    const { world, policing } = await policyWorld(
      { dailyBudget: { calls: 1 } },
      { invite: () => reject(486) },
      { route: { fallback: [forward("bob")] } },
    );
    dial(world);
    talk(world, world.registered("bob"));
    world.run(60_000);
    expect(policing.usage("main")).toMatchObject({ calls: 1, minutes: 0, concurrentCalls: 0 });
  });
});

describe("What was used", () => {
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it("is written within two seconds, many calls at once, minutes of calls that are up included", async () => {
    const { world, store } = await policyWorld({ dailyBudget: { minutes: 100 } }, TO_BOB);
    const bob = world.registered("bob");
    for (let count = 0; count < 5; count++) talk(world, bob);
    world.run(2000);
    await settle();
    expect(store.writes).toBe(1);
    expect(store.rows).toMatchObject([{ script: "main", domain: DOMAIN, day: "2026-01-01", calls: 5 }]);
    world.run(60_000);
    await settle();
    expect(store.rows[0]?.talkMs).toBeGreaterThan(5 * 58_000);
  });

  it("is taken up again after a restart, if it was today", async () => {
    const row = { domain: DOMAIN, script: "main", day: "2026-01-01", calls: 3, talkMs: 90_000 };
    const today = await policyWorld({ dailyBudget: { calls: 3 } }, { invite: () => reject(486) }, { used: [row] });
    expect(today.policing.usage("main")).toMatchObject({ calls: 3, minutes: 1.5 });
    expect(dial(today.world)).toBe(UNAVAILABLE);
    const used = [
      { ...row, day: "2025-12-31" },
      { ...row, domain: "example.net" },
    ];
    const yesterday = await policyWorld({ dailyBudget: { calls: 3 } }, { invite: () => reject(486) }, { used });
    expect(dial(yesterday.world)).toBe("486 Busy Here");
  });

  it("is written once the store is back, where it was away", async () => {
    const { world, store, policing } = await policyWorld({ dailyBudget: { calls: 9 } }, { invite: () => reject(486) });
    store.isAway = true;
    dial(world);
    for (let count = 0; count < 5; count++) {
      world.run(2000);
      await settle();
    }
    expect(store.rows).toEqual([]);
    store.isAway = false;
    world.run(2000);
    await settle();
    expect(store.rows).toMatchObject([{ calls: 1 }]);
    await policing.stop();
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("is written at the end, and nothing runs on", async () => {
    const { world, store, policing } = await policyWorld({ dailyBudget: { calls: 9 } }, { invite: () => reject(486) });
    dial(world);
    await policing.stop();
    expect(store.rows).toMatchObject([{ calls: 1 }]);
  });

  it("is nothing for a script without a policy", async () => {
    const { world, store, policing } = await policyWorld(null, TO_BOB);
    talk(world, world.registered("bob"));
    world.run(10_000);
    await settle();
    expect([store.writes, policing.gateOf("main").used().calls]).toEqual([0, 0]);
  });
});
