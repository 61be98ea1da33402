import { describe, expect, it } from "vitest";
import { type Log, silentLog } from "../../../runtime/base/log.ts";
import { TrunkEvents } from "../../../runtime/events/trunk-events.ts";
import type { EventOutcome, EventRun, ScriptEvents } from "../../../runtime/port/script-events.ts";
import type { TrunkNews } from "../../../runtime/port/trunk-news.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

/** Scripts whose handlers end when the test says so. */
class Scripts implements ScriptEvents {
  readonly runs: { readonly run: EventRun<unknown>; readonly end: () => void }[] = [];
  readonly names: string[];
  readonly warnings: string[] = [];
  readonly told: TrunkEvents;

  constructor(...names: string[]) {
    this.names = names;
    const log: Log = { ...silentLog, warn: (text) => this.warnings.push(text) };
    this.told = new TrunkEvents({
      clock: new VirtualClock(),
      log,
      events: this,
      scripts: { handling: () => this.names },
    });
  }

  isHandled(): boolean {
    return true;
  }

  run<Value>(run: EventRun<Value>): Promise<EventOutcome<Value>> {
    const { promise, resolve } = Promise.withResolvers<EventOutcome<Value>>();
    this.runs.push({ run, end: () => resolve({ type: "unhandled" }) });
    return promise;
  }

  /** What was sent, in short. */
  get sent(): string[] {
    return this.runs.map(({ run: { script, event } }) => `${script} ${"state" in event ? event.state : event.type}`);
  }

  async end(index: number): Promise<void> {
    this.runs[index]?.end();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }
}

function news(state: TrunkNews["state"]): TrunkNews {
  return { trunk: "carrier", state, gateway: null, reason: null, code: null };
}

describe("what happens to a trunk", () => {
  it("is told to every script that handles it, as data", () => {
    const scripts = new Scripts("alerts", "office");
    scripts.told.trunkChanged({ ...news("down"), reason: "it does not answer OPTIONS" });
    expect(scripts.sent).toEqual(["alerts down", "office down"]);
    expect(scripts.runs[0]?.run.event).toEqual({
      type: "trunk",
      trunk: "carrier",
      state: "down",
      gateway: null,
      reason: "it does not answer OPTIONS",
      code: null,
    });
  });

  it("is told to one script in its order, one after the other, however slow the handler is", async () => {
    const scripts = new Scripts("slow", "fast");
    scripts.told.trunkChanged(news("down"));
    scripts.told.trunkChanged(news("up"));
    await scripts.end(1);
    expect(scripts.sent).toEqual(["slow down", "fast down", "fast up"]);
    await scripts.end(0);
    expect(scripts.sent).toEqual(["slow down", "fast down", "fast up", "slow up"]);
    await scripts.end(3);
    scripts.told.trunkChanged(news("failed"));
    expect(scripts.sent.slice(4)).toEqual(["slow failed"]);
  });

  it("has an id of its own each time, by which the tail finds it", () => {
    const scripts = new Scripts("alerts");
    const other = new Scripts("alerts");
    scripts.told.trunkChanged(news("up"));
    other.told.trunkChanged(news("down"));
    expect(scripts.runs[0]?.run.id).not.toBe(other.runs[0]?.run.id);
  });

  it("does not pile up before a script that is stuck: it is dropped, and the log says so once", async () => {
    const scripts = new Scripts("stuck");
    for (let count = 0; count < 1000; count++) scripts.told.trunkChanged(news("up"));
    expect(scripts.warnings).toHaveLength(1);
    for (let count = 0; count < 1000; count++) await scripts.end(count);
    expect(scripts.runs).toHaveLength(100);
  });

  it("is a fault of the script where its handler returns a decision", () => {
    const scripts = new Scripts("alerts");
    scripts.told.trunkChanged(news("up"));
    const { parse } = scripts.runs[0]?.run ?? { parse: () => undefined };
    expect(parse({ type: "reject" })).toMatchObject({ ok: false });
    expect(parse(undefined)).toMatchObject({ ok: true });
  });
});
