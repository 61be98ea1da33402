import { describe, expect, it } from "vitest";
import { findingsOfSwitch, together } from "../../../../runtime/console/pages/scripts/code/findings.ts";
import { offsetOf, placeOf } from "../../../../runtime/console/pages/scripts/code/place.ts";
import { healthOf, type VersionStats } from "../../../../runtime/console/pages/scripts/health.ts";
import { momentText } from "../../../../runtime/console/pages/scripts/simulator/moments.ts";
import { worldOf } from "../../../../runtime/console/pages/scripts/simulator/world.ts";
import { fitsTail, tailText } from "../../../../runtime/console/pages/scripts/tail/tail-entry.ts";
import { leaderOf, sharesText, splitOf } from "../../../../runtime/console/pages/scripts/versions/split.ts";

const stats = (version: number, of: Partial<VersionStats> = {}): VersionStats => ({
  version,
  events: 0,
  faults: {},
  timeouts: 0,
  calls: 0,
  failedCalls: 0,
  wallMs: null,
  cpuMs: null,
  ...of,
});

describe("The shares of versions", () => {
  it("add up to all calls, and leave out who gets none", () => {
    expect(splitOf(3, 4, 10)).toEqual([
      { version: 3, percent: 90 },
      { version: 4, percent: 10 },
    ]);
    expect(splitOf(3, 4, 100)).toEqual([{ version: 4, percent: 100 }]);
    expect(splitOf(3, 4, 0)).toEqual([{ version: 3, percent: 100 }]);
    expect(splitOf(3, 4, 250)).toEqual([{ version: 4, percent: 100 }]);
    expect(splitOf(3, 3, 40)).toEqual([{ version: 3, percent: 100 }]);
  });

  it("have a leader: who gets most, and of equals the newer", () => {
    expect(leaderOf([])).toBe(null);
    expect(leaderOf(splitOf(3, 4, 10))).toBe(3);
    expect(leaderOf(splitOf(3, 4, 50))).toBe(4);
  });

  it("are told in one line", () => {
    expect(sharesText(splitOf(3, 4, 100))).toBe("v4");
    expect(sharesText(splitOf(3, 4, 10))).toBe("v3 90 % · v4 10 %");
    expect(sharesText(splitOf(4, 3, 10))).toBe("v3 10 % · v4 90 %");
  });
});

describe("The health of a script", () => {
  it("is that of its live versions: the faults of all, the times of the slowest", () => {
    const all = [
      stats(4, { events: 5, faults: { threw: 1 }, calls: 2, wallMs: { p50: 2, p95: 3, p99: 9 } }),
      stats(3, { events: 7, calls: 3, wallMs: { p50: 1, p95: 4, p99: 11 } }),
      stats(2, { events: 90, faults: { timeout: 9 } }),
    ];
    expect(healthOf(all, splitOf(3, 4, 10))).toMatchObject({
      state: "faults",
      faults: 1,
      events: 12,
      calls: 5,
      p50: 2,
      p99: 11,
    });
    expect(healthOf(all, splitOf(3, 3, 100))).toMatchObject({ state: "well", faults: 0 });
  });

  it("knows who has had no event, and who was quarantined", () => {
    expect(healthOf([], splitOf(1, 1, 100))).toMatchObject({ state: "unused", p50: null, p99: null });
    const quarantined = stats(1, { events: 3, faults: { timeout: 3, quarantined: 2 } });
    expect(healthOf([quarantined], splitOf(1, 1, 100)).state).toBe("quarantined");
  });
});

describe("A place in a script", () => {
  it("is a line and a column, or an offset", () => {
    const text = "ab\ncde\n\nf";
    expect(offsetOf(text, { line: 2, column: 2 })).toBe(4);
    expect(placeOf(text, 4)).toEqual({ line: 2, column: 2 });
    expect(offsetOf(text, { line: 1, column: 99 })).toBe(2);
    expect(offsetOf(text, { line: 99, column: 1 })).toBe(text.length);
    expect(placeOf(text, 0)).toEqual({ line: 1, column: 1 });
  });

  it("is named once where both the editor and the switch complain of it", () => {
    const files = { "a.ts": "let a;\nlet b;" };
    const at = { file: "a.ts", line: 2, column: 5, severity: "error" as const, message: "wrong" };
    const ofSwitch = findingsOfSwitch([{ ...at, code: "TS1" }, { ...at, code: "syntax" }, { path: "entry" }], files);
    expect(ofSwitch.map(({ from, code }) => `${code} ${from}`)).toEqual(["TS1 11", "syntax 11"]);
    const ours = [{ file: "a.ts", from: 11, to: 12, severity: "error" as const, code: "TS1", message: "wrong" }];
    expect(together(ours, ofSwitch).map(({ code }) => code)).toEqual(["TS1", "syntax"]);
  });
});

describe("What happens in a call, in words", () => {
  it("leads from a fault into the script", () => {
    const fault = { reason: "threw", message: "no", file: "a.ts", line: 3, column: 7 };
    expect(momentText({ type: "fault", n: 1, at: 0.5, handler: "invite", fault })).toMatchObject({
      text: "invite: no",
      tone: "bad",
      place: { file: "a.ts", line: 3, column: 7 },
    });
  });

  it("names an event, and then what it brings", () => {
    expect(momentText({ type: "event", n: 1, at: 0, event: { type: "invite" } }).text).toBe("invite");
    expect(momentText({ type: "event", n: 1, at: 0, event: { type: "dtmf", digit: "5" } }).text).toBe(
      'dtmf {"digit":"5"}',
    );
  });

  it("takes what is not as it should be for text", () => {
    expect(momentText({ type: "fault", n: 1, at: 0, fault: "odd" }).place).toBe(null);
    expect(momentText({ type: "sound", n: 1, at: 0, who: "caller", sounds: null }).text).toBe("caller hears ");
    expect(momentText({ type: "console", n: 1, at: 0, level: "warn", text: "x".repeat(5000) }).text).toHaveLength(1000);
  });

  it("is found by words of it, whatever their case", () => {
    const ref = { script: "main", version: 3 };
    const entry = {
      type: "log",
      at: "2026-11-27T10:00:00Z",
      ref,
      handler: "invite",
      callId: "c1",
      level: "warn",
      text: "Hello",
    } as const;
    const text = tailText(entry);
    expect(text).toMatchObject({ kind: "warn", where: "invite v3", tone: "warn" });
    expect(fitsTail(text, "hello INVITE")).toBe(true);
    expect(fitsTail(text, "hello bye")).toBe(false);
    expect(fitsTail(text, "")).toBe(true);
  });

  it("happens among the users of the switch, where there are any", () => {
    expect(worldOf([])).toEqual({});
    expect(worldOf([{ name: "eve", extension: "104", displayName: null }])).toEqual({
      users: { eve: { extension: "104" } },
    });
  });
});
