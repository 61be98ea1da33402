import { describe, expect, it } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import type { Budget } from "../../../../runtime/contract/budget.ts";
import { countryOfNumber } from "../../../../runtime/numbers/phone-numbers.ts";
import type { GuardNews } from "../../../../runtime/port/guard.ts";
import type { UsageRow } from "../../../../runtime/port/policy.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { Budgets, type ConfiguredBudgets } from "../../../../runtime/switch/policy/budgets.ts";
import { Policing } from "../../../../runtime/switch/policy/policing.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BERLIN = "+4930123456";

/** Budgets on virtual time, which begins at noon in UTC. */
class Office {
  readonly clock = new VirtualClock();
  readonly news: GuardNews[] = [];
  readonly hungUp: string[] = [];
  readonly rows: UsageRow[];
  readonly gates: Policing;
  readonly budgets: Budgets;
  readonly #up = new Set<string>();
  #calls = 0;

  constructor(configured: Partial<ConfiguredBudgets>, rows: UsageRow[] = []) {
    this.clock.advance(12 * HOUR);
    this.rows = rows;
    const byName = (holder: string) => (this.#up.has(holder) ? ({} as never) : undefined);
    this.gates = new Policing({
      clock: this.clock,
      log: silentLog,
      store: { usage: () => Promise.resolve(rows), putUsage: async (changed) => void rows.push(...changed) },
      domain: "example.com",
      index: { calls: [] as never, byName },
      countryOf: countryOfNumber,
      timeZone: "UTC",
      onLimit() {},
    });
    this.budgets = new Budgets(
      {
        clock: this.clock,
        gates: this.gates,
        calendar: () => this.gates.calendar,
        tell: (news) => this.news.push(news),
        refused: () => undefined,
        hangUp: (holder) => {
          this.hungUp.push(holder);
          this.ends(holder);
        },
      },
      { user: null, users: new Map(), trunks: new Map(), ...configured },
    );
  }

  /** Why the call may not leave, or the name of the line that it holds. */
  calls(user: string | null, number = BERLIN, trunk = "carrier"): string {
    const holder = `leg-${++this.#calls}`;
    this.#up.add(holder);
    const hit = this.budgets.take({ user, trunk, number, gateway: "sip:gw.example.net", source: "192.0.2.1" }, holder);
    if (hit === null) return holder;
    this.#up.delete(holder);
    return `${hit.limit}: ${hit.detail}`;
  }

  ends(holder: string): void {
    this.#up.delete(holder);
    this.budgets.left(holder);
  }

  get told(): readonly string[] {
    return this.news.map((news) => ("limit" in news ? `${news.what} ${news.budget.name} ${news.limit}` : news.what));
  }
}

const ofUser = (budget: Budget) => ({ user: budget });

describe("The budget of a user", () => {
  it("bounds the calls that are up, with a warning before", () => {
    const office = new Office(ofUser({ calls: 5 }));
    const first = office.calls("alice");
    for (let count = 2; count <= 3; count++) office.calls("alice");
    expect(office.told).toEqual([]);
    office.calls("alice");
    expect(office.told).toEqual(["budget-warning alice concurrent-calls"]);
    office.calls("alice");
    expect(office.calls("alice")).toBe("user-budget: the budget of user alice is reached: 5 calls of the user are up");
    expect(office.calls("bob")).toMatch(/^leg/);
    office.ends(first);
    expect(office.calls("alice")).toMatch(/^leg/);
    expect(office.told).toEqual(["budget-warning alice concurrent-calls", "budget-reached alice concurrent-calls"]);
  });

  it("bounds the calls of a minute, which may come at once", () => {
    const office = new Office(ofUser({ callsPerMinute: 3 }));
    expect([1, 2, 3].map(() => office.calls("alice").slice(0, 3))).toEqual(["leg", "leg", "leg"]);
    expect(office.calls("alice")).toContain("too many new calls in a minute");
    office.clock.advance(20_000);
    expect(office.calls("alice")).toMatch(/^leg/);
    expect(office.calls("alice")).toContain("too many");
  });

  it("ends the calls that are up when the minutes of the day are used up, and lets them call again the day after", () => {
    const office = new Office(ofUser({ minutesPerDay: 10 }));
    const [one, two] = [office.calls("alice"), office.calls("alice")];
    office.budgets.answered(one);
    office.budgets.answered(two);
    office.clock.advance(4 * MINUTE + 15_000);
    expect(office.told).toEqual(["budget-warning alice daily-minutes"]);
    expect(office.hungUp).toEqual([]);
    office.clock.advance(MINUTE);
    expect(office.hungUp.toSorted()).toEqual([one, two]);
    expect(office.calls("alice")).toContain("the 10 minutes of 2026-01-01 (UTC) are used up");
    office.clock.advance(12 * HOUR);
    expect(office.calls("alice")).toMatch(/^leg/);
  });

  it("counts what is answered alone towards the minutes, and every call towards the calls of the day", () => {
    const office = new Office(ofUser({ minutesPerDay: 1, callsPerDay: 3 }));
    for (let count = 0; count < 3; count++) {
      const line = office.calls("alice");
      office.clock.advance(10 * MINUTE);
      office.ends(line);
    }
    expect(office.calls("alice")).toContain("the 3 calls of 2026-01-01 (UTC) are used up");
  });

  it("bounds the numbers that are called", () => {
    const office = new Office(ofUser({ countries: ["DE"], prefixes: ["+4315"], denyPrefixes: ["+49900"] }));
    const numbers = [BERLIN, "+43151234567", "+4411234567890", "+49900123456", "+88213123456"];
    expect(numbers.map((number) => office.calls("alice", number).startsWith("leg"))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(office.calls("alice", "+33123456789")).toBe(
      "user-budget: the budget of user alice is reached: country FR is not allowed",
    );
  });

  it("is stricter by night, over midnight too, and as before in the morning", () => {
    const night = { from: "20:00", to: "06:00", calls: 0, countries: ["DE"] };
    const office = new Office(ofUser({ calls: 2, night }));
    expect(office.calls("alice", "+33123456789")).toMatch(/^leg/);
    office.clock.advance(8 * HOUR);
    expect(office.calls("alice")).toContain("1 calls of the user are up");
    office.clock.advance(9 * HOUR);
    expect(office.calls("alice", "+33123456789")).toContain("country FR is not allowed");
    expect(office.budgets.uses()).toMatchObject([{ name: "alice", isNight: true }]);
    office.clock.advance(HOUR);
    expect(office.calls("alice", "+33123456789")).toMatch(/^leg/);
  });

  it("is his own where he has one, and that of all others where he has none", () => {
    const office = new Office({ user: { calls: 0 }, users: new Map([["alice", { calls: 1 }]]) });
    expect([office.calls("alice"), office.calls("alice"), office.calls("bob")].map((text) => text.slice(0, 4))).toEqual(
      ["leg-", "user", "user"],
    );
    expect(office.calls(null)).toMatch(/^leg/);
  });

  it("is the one of a new configuration at once, for those that have called before", () => {
    const office = new Office(ofUser({ calls: 1 }));
    office.calls("alice");
    expect(office.calls("alice")).toMatch(/^user-budget/);
    office.budgets.configure({ user: { calls: 2 }, users: new Map(), trunks: new Map() });
    expect(office.calls("alice")).toMatch(/^leg/);
    office.budgets.configure({ user: null, users: new Map(), trunks: new Map() });
    expect([1, 2, 3].map(() => office.calls("alice").slice(0, 3))).toEqual(["leg", "leg", "leg"]);
  });

  it("is not given anew by a restart", async () => {
    const rows: UsageRow[] = [];
    const before = new Office(ofUser({ callsPerDay: 1 }), rows);
    before.calls("alice");
    before.budgets.stop();
    await before.gates.stop();
    const after = new Office(ofUser({ callsPerDay: 1 }), rows);
    await after.gates.load();
    expect(after.calls("alice")).toContain("the 1 calls of 2026-01-01 (UTC) are used up");
  });
});

describe("The budget of a trunk", () => {
  it("bounds what leaves by it, whoever calls", () => {
    const office = new Office({ trunks: new Map([["carrier", { calls: 2 }]]) });
    office.calls("alice");
    office.calls(null);
    expect(office.calls("bob")).toBe(
      "trunk-budget: the budget of trunk carrier is reached: 2 calls of the trunk are up",
    );
    expect(office.calls("bob", BERLIN, "other")).toMatch(/^leg/);
  });
});
