import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../../runtime/simulator/virtual-clock.ts";
import { DnsCache, type Fetched } from "../../../../../runtime/sip/transport/dns/cache.ts";

/** A cache whose questions are answered by whatever `next` is. */
function world(next: Fetched<string> | Error | "never" = { items: ["one"], ttlSeconds: 60 }) {
  const clock = new VirtualClock();
  const cache = new DnsCache(clock);
  const state = { next, asked: 0 };
  const find = (key = "A a.test") =>
    cache.find(key, async () => {
      state.asked++;
      if (state.next === "never") return new Promise<never>(() => {});
      if (state.next instanceof Error) throw state.next;
      return state.next;
    });
  return { clock, cache, state, find };
}

const FIVE_SECONDS = 5_000;
const SIX_HOURS = 6 * 3_600_000;

describe("answers of DNS that are kept (RFC 2181 §8, RFC 2308, RFC 8767)", () => {
  it.each([
    ["as long as they last", 60, 60_000],
    ["5 seconds where they last no time at all", 0, FIVE_SECONDS],
    ["an hour where they last for days", 864_000, 3_600_000],
  ])("serve for %s", async (_, ttlSeconds, ms) => {
    const { clock, state, find } = world({ items: ["one"], ttlSeconds });
    await find();
    clock.advance(ms - 1);
    await find();
    expect(state.asked).toBe(1);
    clock.advance(1);
    await find();
    expect(state.asked).toBe(2);
  });

  it.each([
    ["30 seconds where the zone does not say", undefined, 30_000],
    ["5 minutes at the most", 86_400, 300_000],
  ])("say that there is nothing for %s", async (_, ttlSeconds, ms) => {
    const { clock, state, find } = world({ items: [], ttlSeconds });
    expect(await find()).toEqual([]);
    clock.advance(ms - 1);
    await find();
    expect(state.asked).toBe(1);
    clock.advance(1);
    await find();
    expect(state.asked).toBe(2);
  });

  it("are asked for once, however many wait", async () => {
    const { state, find } = world();
    await Promise.all([find(), find(), find()]);
    expect(state.asked).toBe(1);
  });

  it("do not hide for longer than 5 seconds that nobody has answered", async () => {
    const { clock, state, find } = world(new Error("no answer"));
    await expect(find()).rejects.toThrow("no answer");
    await expect(find()).rejects.toThrow("no answer");
    expect(state.asked).toBe(1);
    clock.advance(FIVE_SECONDS);
    state.next = { items: ["back"], ttlSeconds: 60 };
    expect(await find()).toEqual(["back"]);
  });

  it("serve on for six hours while nobody answers, asking again every 30 seconds", async () => {
    const { clock, state, find } = world();
    await find();
    state.next = new Error("no answer");
    clock.advance(60_000);
    expect(await find()).toEqual(["one"]);
    expect(await find()).toEqual(["one"]);
    expect(state.asked).toBe(2);
    clock.advance(30_000);
    expect(await find()).toEqual(["one"]);
    expect(state.asked).toBe(3);
    clock.advance(SIX_HOURS);
    await expect(find()).rejects.toThrow("no answer");
  });

  it("serve after 1.8 seconds while the question is still under way", async () => {
    const { clock, state, find } = world();
    await find();
    state.next = "never";
    clock.advance(60_000);
    let answer: readonly string[] = [];
    void find().then((items) => {
      answer = items;
    });
    await Promise.resolve();
    clock.advance(1_799);
    await new Promise(setImmediate);
    expect(answer).toEqual([]);
    clock.advance(1);
    await new Promise(setImmediate);
    expect(answer).toEqual(["one"]);
  });

  it("are dropped, the oldest first, above 4096", async () => {
    const { cache, state, find } = world();
    for (let index = 0; index < 4_200; index++) await find(`A n${index}.test`);
    expect(cache.size).toBe(4_096);
    await find("A n4199.test");
    expect(state.asked).toBe(4_200);
    await find("A n0.test");
    expect(state.asked).toBe(4_201);
  });

  it("are refused while 256 questions wait", async () => {
    const { state, find } = world("never");
    for (let index = 0; index < 256; index++) void find(`A n${index}.test`);
    await expect(find("A more.test")).rejects.toMatchObject({ code: "busy" });
    expect(state.asked).toBe(256);
  });
});
