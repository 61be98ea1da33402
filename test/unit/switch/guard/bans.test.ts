import { describe, expect, it } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import type { GuardRow, GuardStore } from "../../../../runtime/port/guard.ts";
import { BanWriter } from "../../../../runtime/switch/guard/ban-writer.ts";
import { GuardDesk } from "../../../../runtime/switch/guard/guard-desk.ts";
import { Guarded, MINUTE, networks, STRANGER } from "./guarded.ts";

class MemoryStore implements GuardStore {
  rows: GuardRow[] = [];
  isAway = false;

  all = () => Promise.resolve(this.rows);

  async put(rows: readonly GuardRow[]): Promise<void> {
    if (this.isAway) throw new Error("away");
    for (const row of rows) {
      this.rows = this.rows.filter(({ kind, source }) => kind !== row.kind || source !== row.source);
      this.rows.push(row);
    }
  }

  async remove(of: GuardRow["kind"], sources: readonly string[]): Promise<void> {
    this.rows = this.rows.filter(({ kind, source }) => kind !== of || !sources.includes(source));
  }
}

function deskOf(g: Guarded, store = new MemoryStore()) {
  const { clock, guard, bans, lists } = g;
  const writer = new BanWriter({ clock, log: silentLog, store });
  const desk = new GuardDesk({
    clock,
    guard,
    bans,
    lists,
    writer,
    store,
    tell: (news) => g.news.push(news),
    refusals: () => ({}),
  });
  return { desk, store, writer };
}

const admin = { reason: "noise", by: "admin" };

describe("A ban over the API", () => {
  it("is in force at once, for so long as it says, and is stored", async () => {
    const g = new Guarded();
    const { desk, store } = deskOf(g);
    await desk.ban({ source: STRANGER, seconds: 60, ...admin });
    expect(g.guard.hears(STRANGER)).toBe(false);
    expect(store.rows).toMatchObject([{ kind: "ban", source: STRANGER, by: "admin" }]);
    g.clock.advance(60_001);
    expect([g.guard.hears(STRANGER), desk.bans()]).toEqual([true, []]);
  });

  it("is of an address, a network, or the /64 of an IPv6 address", async () => {
    const g = new Guarded();
    const { desk } = deskOf(g);
    for (const source of ["198.51.100.0/24", "2001:db8::5", "2001:DB8:1::/48", "192.0.2.1/32"]) {
      await desk.ban({ source, seconds: null, ...admin });
    }
    expect(desk.bans().map(({ source }) => source)).toEqual([
      "198.51.100.0/24",
      "2001:db8:0:0::/64",
      "2001:db8:1::/48",
      "192.0.2.1",
    ]);
    const heard = ["198.51.100.200", "2001:db8::99", "2001:db8:1:7::1", "192.0.2.1", "::ffff:192.0.2.1"];
    expect(heard.map((address) => g.guard.hears(address))).toEqual([false, false, false, false, false]);
    expect(["198.51.101.1", "2001:db8:2::1"].map((address) => g.guard.hears(address))).toEqual([true, true]);
    g.clock.advance(3 * 24 * 60 * MINUTE);
    expect(g.guard.hears("198.51.100.200")).toBe(false);
  });

  it("is lifted with all that is remembered of the source", async () => {
    const g = new Guarded();
    const { desk, store } = deskOf(g);
    g.send("OPTIONS", "1", { agent: "friendly-scanner" });
    await desk.lift(STRANGER);
    expect([g.guard.hears(STRANGER), store.rows]).toEqual([true, []]);
    g.send("OPTIONS", "1", { agent: "friendly-scanner" });
    expect(desk.bans()).toMatchObject([{ offences: 1 }]);
    await expect(desk.lift("192.0.2.7")).rejects.toThrow("192.0.2.7 is not banned");
  });

  it("of a source that is exempt is refused, since it would change nothing", async () => {
    const g = new Guarded({ lists: { exempt: networks("203.0.113.0/24") } });
    const { desk } = deskOf(g);
    await expect(desk.ban({ source: STRANGER, seconds: null, ...admin })).rejects.toThrow("exempt");
    await expect(desk.ban({ source: "everybody", seconds: null, ...admin })).rejects.toThrow("is no source");
  });

  it("ends where the source is put on the list of those that are never banned", async () => {
    const g = new Guarded();
    const { desk } = deskOf(g);
    g.send("OPTIONS", "1", { agent: "friendly-scanner" });
    await desk.allow({ source: "203.0.113.0/24", ...admin });
    expect(g.guard.hears(STRANGER)).toBe(true);
    await desk.disallow("203.0.113.0/24");
    expect(g.guard.hears(STRANGER)).toBe(false);
  });
});

describe("Bans", () => {
  it("are in force after a restart, and so is what is allowed", async () => {
    const g = new Guarded();
    const { desk, store } = deskOf(g);
    await desk.ban({ source: STRANGER, seconds: 3600, ...admin });
    await desk.allow({ source: "198.51.100.1", ...admin });
    const again = new Guarded();
    const { desk: next } = deskOf(again, store);
    await next.load();
    expect(again.guard.hears(STRANGER)).toBe(false);
    expect(next.allowed()).toMatchObject([{ source: "198.51.100.1" }]);
    again.send("OPTIONS", "1", { from: "198.51.100.1", agent: "friendly-scanner" });
    expect(again.banned).toEqual([STRANGER]);
  });

  it("that the switch sets are written a second later, and once the store is back", async () => {
    const g = new Guarded();
    const store = new MemoryStore();
    const writer = new BanWriter({ clock: g.clock, log: silentLog, store });
    store.isAway = true;
    writer.put({ source: STRANGER, reason: "", since: 0, until: 1, by: "switch", offences: 1 });
    g.clock.advance(1_000);
    await settled();
    store.isAway = false;
    expect(store.rows).toEqual([]);
    g.clock.advance(1_000);
    await settled();
    expect(store.rows).toMatchObject([{ source: STRANGER }]);
  });
});

/** The promises that are under way. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}
