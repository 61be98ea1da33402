import { describe, expect, it } from "vitest";
import { type Expiring, ExpirySeconds } from "../../../../runtime/switch/registrar/expiry.ts";
import { DOMAIN, FLOW, Registering } from "./registering.ts";

interface Item extends Expiring {
  readonly name: string;
}

function item(name: string): Item {
  return { name, dueSecond: Number.POSITIVE_INFINITY };
}

function names(items: readonly Item[]): readonly string[] {
  return items.map(({ name }) => name).sort();
}

describe("what runs out", () => {
  it("is looked at in the second after its time, and not before", () => {
    const seconds = new ExpirySeconds<Item>();
    seconds.schedule(item("a"), 5_400);
    expect(names(seconds.take(5_999, 10))).toEqual([]);
    expect(names(seconds.take(6_000, 10))).toEqual(["a"]);
    expect(seconds.take(9e15, 10)).toEqual([]);
  });

  it("waits once, however often it is put off", () => {
    const seconds = new ExpirySeconds<Item>();
    const one = item("a");
    for (const at of [5_000, 60_000, 90_000]) seconds.schedule(one, at);
    expect(names(seconds.take(5_000, 10))).toEqual(["a"]);
    expect(seconds.take(9e15, 10)).toEqual([]);
  });

  it("is looked at sooner where it is hastened, and then once", () => {
    const seconds = new ExpirySeconds<Item>();
    const one = item("a");
    seconds.schedule(one, 60_000);
    seconds.schedule(one, 5_000);
    expect(names(seconds.take(5_000, 10))).toEqual(["a"]);
    expect(names(seconds.take(60_000, 10))).toEqual([]);
    expect(seconds.take(9e15, 10)).toEqual([]);
  });

  it("is looked at in shares, where there is much of it", () => {
    const seconds = new ExpirySeconds<Item>();
    for (let count = 0; count < 25; count++) seconds.schedule(item(`${count}`), 5_000 + count * 100);
    const taken = [seconds.take(10_000, 10), seconds.take(10_000, 10), seconds.take(10_000, 10)];
    expect(taken.map((items) => items.length)).toEqual([10, 10, 5]);
    expect(new Set(taken.flat()).size).toBe(25);
    expect(seconds.take(9e15, 10)).toEqual([]);
  });

  it("is found after a long sleep", () => {
    const seconds = new ExpirySeconds<Item>();
    seconds.schedule(item("a"), 5_000);
    seconds.schedule(item("b"), 3_600_000);
    expect(names(seconds.take(86_400_000, 10))).toEqual(["a", "b"]);
  });
});

describe("many contacts that run out at once", () => {
  it("are cleared away in shares of 500, so that nothing has to wait for all of them", async () => {
    const world = new Registering({ limits: { maxContactsOfSource: 10_000 } });
    for (let count = 0; count < 1_200; count++) {
      await world.register({ user: `u${count}`, contact: `<sip:u${count}@192.0.2.9>`, expires: "60" });
    }
    const gone = () => world.changes.filter((change) => change.endsWith("(expired)")).length;
    world.clock.advance(60_000);
    expect(world.clock.pending).toBe(1);
    const shares = [gone()];
    for (let left = 0; left < 60 && gone() < 1_200; left++) {
      world.clock.advance(20);
      if (gone() !== shares.at(-1)) shares.push(gone());
      expect(world.clock.pending).toBeLessThanOrEqual(1);
    }
    expect(shares.at(-1)).toBe(1_200);
    for (const [index, share] of shares.entries()) expect(share - (shares[index - 1] ?? 0)).toBeLessThanOrEqual(500);
    await Promise.resolve();
    expect(world.rows).toEqual([]);
    world.clock.advance(5_000);
    expect(world.clock.pending).toBe(0);
  });

  it("leave those that were refreshed in the meantime", async () => {
    const world = new Registering();
    await world.register({ contact: "<sip:alice@192.0.2.9>", expires: "60" });
    world.clock.advance(50_000);
    await world.register({ contact: "<sip:alice@192.0.2.9>", expires: "60" });
    world.clock.advance(20_000);
    expect(world.contacts()).toEqual(["sip:alice@192.0.2.9"]);
    world.clock.advance(41_000);
    expect(world.changes.filter((change) => change.endsWith("(expired)"))).toHaveLength(1);
    expect(world.registrar.size).toBe(0);
  });

  it("are not told twice where a user comes and goes", async () => {
    const world = new Registering();
    const aor = { domain: DOMAIN, user: "alice" };
    for (let round = 0; round < 5; round++) {
      await world.register({ contact: "<sip:alice@192.0.2.9>", expires: "3600" });
      await world.registrar.remove(aor.domain, aor.user);
    }
    world.clock.advance(3_700_000);
    expect(world.changes.filter((change) => change.startsWith("unregistered"))).toHaveLength(5);
    expect(world.clock.pending).toBe(0);
  });
});

describe("the number of contacts from one address", () => {
  it("is bounded, unless the address is exempt or an edge of ours", async () => {
    const limits = { maxContactsOfSource: 3 };
    const fill = async (world: Registering): Promise<readonly number[]> => {
      const statuses: number[] = [];
      for (let count = 0; count < 5; count++) {
        const answer = await world.register({ user: `u${count}`, contact: `<sip:u${count}@192.0.2.9>` });
        statuses.push(answer.status);
      }
      return statuses;
    };
    expect(await fill(new Registering({ limits }))).toEqual([200, 200, 200, 403, 403]);
    const isThere = (address: string): boolean => address === FLOW.remoteAddress;
    expect(await fill(new Registering({ limits, isExempt: isThere }))).toEqual([200, 200, 200, 200, 200]);
    expect(await fill(new Registering({ limits, isEdge: isThere }))).toEqual([200, 200, 200, 200, 200]);
  });

  it("leaves refreshes alone, and counts what is gone no more", async () => {
    const world = new Registering({ limits: { maxContactsOfSource: 2 } });
    const register = (user: string, expires = "300") =>
      world.register({ user, contact: `<sip:${user}@192.0.2.9>`, expires });
    await register("u1");
    await register("u2");
    expect((await register("u1")).status).toBe(200);
    expect((await register("u3")).status).toBe(403);
    expect((await register("u2", "0")).status).toBe(200);
    expect((await register("u3")).status).toBe(200);
  });
});
