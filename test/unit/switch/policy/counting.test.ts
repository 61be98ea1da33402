import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { Calendar } from "../../../../runtime/switch/policy/day.ts";
import { type LimitNotice, LimitNotices } from "../../../../runtime/switch/policy/limit-notices.ts";
import { TalkTime } from "../../../../runtime/switch/policy/talk-time.ts";

const MIDNIGHT = Date.UTC(2026, 0, 2);

describe("Talk time", () => {
  it("sums up what has ended and what is up", () => {
    const talk = new TalkTime(MIDNIGHT, 1000);
    talk.begin("a", MIDNIGHT + 5000);
    talk.begin("b", MIDNIGHT + 6000);
    talk.begin("b", MIDNIGHT + 6500);
    expect(talk.usedMs(MIDNIGHT + 10_000)).toBe(1000 + 5000 + 4000);
    talk.end("a", MIDNIGHT + 11_000);
    talk.end("a", MIDNIGHT + 12_000);
    expect(talk.usedMs(MIDNIGHT + 12_000)).toBe(1000 + 6000 + 6000);
    expect(talk.isRunning).toBe(true);
  });

  it("begins each day with nothing, and counts a call over midnight on both days", () => {
    const talk = new TalkTime(MIDNIGHT - 86_400_000);
    talk.begin("a", MIDNIGHT - 60_000);
    expect(talk.usedMs(MIDNIGHT)).toBe(60_000);
    talk.startDay(MIDNIGHT);
    expect(talk.usedMs(MIDNIGHT + 30_000)).toBe(30_000);
    talk.end("a", MIDNIGHT + 30_000);
    expect(talk.usedMs(MIDNIGHT + 90_000)).toBe(30_000);
  });

  it("is what each call adds, also after many that came and went", () => {
    const talk = new TalkTime(MIDNIGHT);
    const begun = new Map<string, number>();
    let [now, done, random] = [MIDNIGHT, 0, 7];
    for (let index = 0; index < 5000; index++) {
      random = (random * 16_807) % 2_147_483_647;
      now += random % 977;
      const call = `call-${random % 50}`;
      const since = begun.get(call);
      if (since === undefined) {
        begun.set(call, now);
        talk.begin(call, now);
      } else {
        begun.delete(call);
        done += now - since;
        talk.end(call, now);
      }
    }
    const running = [...begun.values()].reduce((sum, since) => sum + now - since, 0);
    expect(talk.usedMs(now)).toBe(done + running);
  });
});

describe("A day", () => {
  it("is that of the time zone, 23 hours long where the clocks are put forward", () => {
    const calendar = new Calendar("Europe/Berlin");
    const day = calendar.dayAt(Date.UTC(2026, 2, 28, 23, 30));
    expect(day).toEqual({
      key: "2026-03-29",
      start: Date.UTC(2026, 2, 28, 23),
      end: Date.UTC(2026, 2, 29, 22),
    });
    expect(calendar.dayAt(day.end - 1)).toBe(day);
    expect(calendar.dayAt(day.end).key).toBe("2026-03-30");
  });
});

describe("Notices of limits", () => {
  it("come at once, then once a minute with a count, and end when nothing comes", () => {
    const clock = new VirtualClock();
    const told: LimitNotice[] = [];
    const notices = new LimitNotices(clock, (notice) => told.push(notice));
    for (let count = 0; count < 100; count++) notices.note("desk", "destination", `number ${count}`);
    notices.note("desk", "daily-calls", "used up");
    notices.note("night", "destination", "another script");
    expect(told.map(({ script, limit, count }) => [script, limit, count])).toEqual([
      ["desk", "destination", 1],
      ["desk", "daily-calls", 1],
      ["night", "destination", 1],
    ]);
    clock.advance(60_000);
    expect(told.slice(3)).toEqual([{ script: "desk", limit: "destination", detail: "number 1", count: 99 }]);
    clock.advance(60_000);
    expect([told.length, clock.pending]).toEqual([4, 0]);
    notices.note("desk", "destination", "again");
    notices.note("desk", "destination", "and again");
    notices.flush();
    expect(told.slice(4).map(({ count }) => count)).toEqual([1, 1]);
    expect(clock.pending).toBe(0);
  });
});
