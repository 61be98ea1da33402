import { describe, expect, it } from "vitest";
import { Guarded, MINUTE, networks, STRANGER, times } from "./guarded.ts";

const OFFICE = "198.51.100.1";

describe("A source", () => {
  it("may send 300 new requests at once and 100 a second, then gets a few 503, then silence", () => {
    const g = new Guarded();
    g.guard.noteKnown(OFFICE);
    const answers = times(400, () => g.send("OPTIONS", "switch", { from: OFFICE }));
    expect(answers.filter((answer) => answer === "passed")).toHaveLength(300);
    expect(answers.filter((answer) => answer === 503)).toHaveLength(20);
    expect(answers.filter((answer) => answer === "silence")).toHaveLength(80);
    g.clock.advance(1_000);
    expect(
      times(200, () => g.send("OPTIONS", "switch", { from: OFFICE })).filter((one) => one === "passed"),
    ).toHaveLength(100);
    expect(g.banned).toEqual([]);
  });

  it("that floods is banned where nobody has proved himself from there", () => {
    const g = new Guarded();
    times(5_000, () => g.send("INVITE", "100"));
    expect(g.banned).toEqual([STRANGER]);
    expect(g.guard.hears(STRANGER)).toBe(false);
    expect(g.guard.hears(OFFICE)).toBe(true);
    expect(g.news).toMatchObject([{ what: "banned", ban: { source: STRANGER, by: "switch", offences: 1 } }]);
  });

  it("of IPv6 is a /64", () => {
    const g = new Guarded();
    times(5_000, (index) => g.send("INVITE", "100", { from: `2001:db8:1:2::${(index % 500).toString(16)}` }));
    expect(g.banned).toEqual(["2001:db8:1:2::/64"]);
    expect([g.guard.hears("2001:db8:1:2:ffff::1"), g.guard.hears("2001:db8:1:3::1")]).toEqual([false, true]);
  });

  it.each([
    ["is exempt", { lists: { exempt: networks("203.0.113.0/24") } }],
    ["is a trunk", { trunks: ["203.0.113.9"] }],
  ])("that %s is free of limits and bans", (_what, options) => {
    const g = new Guarded(options);
    const answers = times(5_000, (index) => g.send("INVITE", `00${index}`, { status: 404, agent: "friendly-scanner" }));
    expect(new Set(answers)).toEqual(new Set(["passed"]));
    expect(times(50, () => g.password("user", false)).at(-1)).toBe("refused");
    expect([g.banned, g.refusals]).toEqual([[], []]);
  });

  it("that is allowed is limited, and never banned, not even within a network that is denied", () => {
    const g = new Guarded({ lists: { allow: networks(STRANGER), deny: networks("203.0.113.0/24") } });
    expect([g.guard.hears(STRANGER), g.guard.hears("203.0.113.10")]).toEqual([true, false]);
    times(5_000, () => g.send("INVITE", "100"));
    expect([g.banned, g.refusals.includes("source-rate")]).toEqual([[], true]);
  });

  it("that calls the contact of a trunk's registration passes beyond its limit", () => {
    const g = new Guarded();
    times(310, () => g.send("OPTIONS", "switch"));
    expect([g.send("INVITE", "contact-of-trunk"), g.send("INVITE", "100")]).toEqual(["passed", 503]);
  });
});

describe("A scanner", () => {
  it("that says so is banned at its first word, and gets no answer", () => {
    const g = new Guarded();
    expect(g.send("OPTIONS", "100", { agent: "Friendly-Scanner 1.0" })).toBe("silence");
    expect([g.banned, g.refusals]).toEqual([[STRANGER], ["scanner"]]);
  });

  it.each([
    ["registers as one user after the other that is not there", "REGISTER", 401, 13],
    ["calls one number after the other that is not there", "INVITE", 404, 20],
    ["calls one name after the other that cannot be had", "INVITE", 480, 20],
    ["calls one number after the other in the name of a stranger", "INVITE", 403, 20],
    ["asks for one user after the other", "OPTIONS", 404, 20],
  ])("that %s is banned", (_what, method, status, most) => {
    const g = new Guarded();
    let sent = 0;
    while (g.banned.length === 0 && sent < 1_000) g.send(method, String(1000 + sent++), { status });
    expect(sent).toBeLessThanOrEqual(most);
  });

  it("that takes its time is banned all the same, while one wrong number a minute is forgiven", () => {
    const [slow, clumsy] = [new Guarded(), new Guarded()];
    for (let index = 0; index < 200; index++) {
      slow.send("INVITE", String(index), { status: 404 });
      slow.clock.advance(5_000);
      clumsy.send("INVITE", String(index), { status: 404 });
      clumsy.clock.advance(MINUTE);
    }
    expect([slow.banned, clumsy.banned]).toEqual([[STRANGER], []]);
  });

  it("that sends what is no SIP is banned, and a phone's keep-alive is not held against it", () => {
    const g = new Guarded();
    times(500, () => g.guard.malformed(STRANGER, 4));
    expect(g.banned).toEqual([]);
    times(60, () => g.guard.malformed(STRANGER, 200));
    expect(g.banned).toEqual([STRANGER]);
  });

  it("is banned for ten minutes, and each time for twice as long, up to a day", () => {
    const g = new Guarded();
    const lengths: number[] = [];
    for (let time = 0; time < 10; time++) {
      g.send("OPTIONS", "100", { agent: "friendly-scanner" });
      const { since, until } = g.bans.inForce[0] ?? { since: 0, until: 0 };
      lengths.push(((until ?? 0) - since) / MINUTE);
      g.clock.advance((until ?? 0) - g.clock.now() + 1);
      expect(g.guard.hears(STRANGER)).toBe(true);
    }
    expect(lengths).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]);
  });

  it("begins anew after a day of peace", () => {
    const g = new Guarded();
    g.send("OPTIONS", "100", { agent: "friendly-scanner" });
    g.clock.advance(26 * 60 * MINUTE);
    g.send("OPTIONS", "100", { agent: "friendly-scanner" });
    expect(g.bans.inForce).toMatchObject([{ offences: 1 }]);
  });

  it("is never banned where the configuration says so, and limited all the same", () => {
    const g = new Guarded({ banMinutes: 0 });
    times(5_000, () => g.send("INVITE", "100", { agent: "friendly-scanner" }));
    times(5_000, () => g.send("INVITE", "100"));
    expect([g.banned, g.guard.hears(STRANGER), g.refusals.includes("source-rate")]).toEqual([[], true, true]);
  });
});

describe("Whoever guesses passwords", () => {
  it("is looked at five times, then once in ten seconds, and banned when he goes on", () => {
    const g = new Guarded();
    expect(times(7, () => g.password("user1", false)).filter((one) => one === "refused")).toHaveLength(5);
    g.clock.advance(10_000);
    expect(times(3, () => g.password("user1", false))).toEqual(["refused", "not looked at", "not looked at"]);
    let tries = 0;
    while (g.banned.length === 0 && tries < 5_000) {
      g.password("user1", false);
      g.clock.advance(20);
      tries++;
    }
    expect(g.banned).toEqual([STRANGER]);
    expect(tries).toBeLessThan(1_000);
  });

  it("finds no gap by guessing a few times for each of many users", () => {
    const g = new Guarded();
    let looked = 0;
    for (let index = 0; index < 2_000 && g.banned.length === 0; index++) {
      if (g.password(`user${index % 500}`, false) === "refused") looked++;
    }
    expect(looked).toBeLessThanOrEqual(100);
  });

  it("does not lock out the user, who has the right one and calls from elsewhere", () => {
    const g = new Guarded();
    for (let source = 0; source < 250; source++) times(20, () => g.password("user1", false, `203.0.113.${source}`));
    expect(g.password("user1", true, OFFICE)).toBe("accepted");
    expect(g.password("user1", true, "198.51.100.77")).toBe("accepted");
  });

  it("in an office does not cost the others there anything", () => {
    const g = new Guarded();
    g.password("user1", true, OFFICE);
    for (let minute = 0; minute < 120; minute++) {
      times(30, () => g.password("user2", false, OFFICE));
      if (minute % 10 === 0) expect(g.password("user1", true, OFFICE)).toBe("accepted");
      g.clock.advance(MINUTE);
    }
    expect([g.banned, g.guard.hears(OFFICE)]).toEqual([[], true]);
    expect(g.password("user3", true, OFFICE)).toBe("accepted");
  });

  it("with a phone that has an old password and tries every half minute is not banned", () => {
    const g = new Guarded();
    for (let time = 0; time < 1_000; time++) {
      g.send("REGISTER", "user1", { status: 401 });
      g.password("user1", false);
      g.clock.advance(30_000);
    }
    expect(g.banned).toEqual([]);
  });
});

describe("A user", () => {
  it("may send so many new requests, from wherever they come", () => {
    const g = new Guarded();
    const answers = times(12, (index) => g.password("user1", true, `198.51.100.${index}`));
    expect(answers.filter((answer) => answer === "accepted")).toHaveLength(10);
    expect(g.password("user2", true, OFFICE)).toBe("accepted");
    g.clock.advance(200);
    expect(g.password("user1", true, OFFICE)).toBe("accepted");
  });
});

describe("The tables of the guard", () => {
  it("hold no more than they may, whoever many send", () => {
    const g = new Guarded();
    for (let index = 0; index < 60_000; index++) {
      const from = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
      g.send("OPTIONS", "100", { from, agent: "friendly-scanner" });
    }
    expect(g.guard.figures.sources).toBeLessThanOrEqual(20_000);
    expect(g.banned.length).toBeLessThanOrEqual(20_000);
  }, 60_000);
});
