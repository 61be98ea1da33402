import { beforeEach, describe, expect, it } from "vitest";
import { fail, ok } from "../../../runtime/base/result.ts";
import { createScriptEvents } from "../../../runtime/events/script-events.ts";
import type {
  LiveHandlers,
  ScriptFault,
  ScriptOutcome,
  ScriptRef,
  ScriptRun,
  ScriptRunOwner,
  Scripts,
} from "../../../runtime/port/script.ts";
import type { EventRun } from "../../../runtime/port/script-events.ts";

/** A deployment of two versions, whose runs end when the test says so. */
class TwoVersions implements Scripts, LiveHandlers {
  readonly runs: { readonly run: ScriptRun; readonly end: (outcome: ScriptOutcome) => void }[] = [];
  handledBy: readonly number[] = [1, 2];
  fault: ScriptFault | undefined;

  pick(script: string, id: string): ScriptRef | ScriptFault {
    return this.fault ?? { script, version: id.endsWith("a") ? 1 : 2 };
  }

  handles({ version }: ScriptRef): boolean {
    return this.handledBy.includes(version);
  }

  isHandled(): boolean {
    return this.handledBy.length > 0;
  }

  run(run: ScriptRun, owner: ScriptRunOwner): number {
    const ticket = this.runs.length + 1;
    this.runs.push({ run, end: (outcome) => owner.scriptOutcome(ticket, outcome) });
    return ticket;
  }

  abort(): void {}
}

const event = { type: "schedule", name: "open", cron: "* * * * *", timeZone: "UTC", scheduledAt: "" } as const;

function aRun(id: string): EventRun<string> {
  const parse = (value: unknown) => (typeof value === "string" ? ok(value) : fail("expected text"));
  return { script: "desk", id, event, parse };
}

describe("an event that belongs to no call", () => {
  let scripts: TwoVersions;
  let faults: string[];
  let events: ReturnType<typeof createScriptEvents>;

  beforeEach(() => {
    scripts = new TwoVersions();
    faults = [];
    const observer = {
      eventFault: ({ version }: ScriptRef, handler: string, id: string, fault: ScriptFault) =>
        void faults.push(`v${version} ${handler} ${id} ${fault.reason}: ${fault.message}`),
    };
    events = createScriptEvents({ scripts, observer, domain: "example.com" });
  });

  it("goes to the version that its id chooses, with nothing but itself", async () => {
    const outcome = events.run(aRun("event-a"));
    const [first] = scripts.runs;
    expect(first?.run).toEqual({
      ref: { script: "desk", version: 1 },
      handler: "schedule",
      callId: null,
      eventId: "event-a",
      domain: "example.com",
      json: JSON.stringify({ event }),
      state: "null",
    });
    first?.end({ type: "returned", value: "done", state: undefined });
    expect(await outcome).toEqual({ type: "returned", ref: { script: "desk", version: 1 }, value: "done" });
    void events.run(aRun("event-b"));
    expect(scripts.runs[1]?.run.ref.version).toBe(2);
  });

  it("is unhandled where no live version handles it, or not the one that is chosen", async () => {
    scripts.handledBy = [2];
    expect(await events.run(aRun("event-a"))).toEqual({ type: "unhandled" });
    scripts.handledBy = [];
    expect(await events.run(aRun("event-b"))).toEqual({ type: "unhandled" });
    expect(faults).toEqual([]);
  });

  it("tells observers what went wrong: in the script, in what it returned, or before it began", async () => {
    const first = events.run(aRun("event-a"));
    scripts.runs[0]?.end({ type: "fault", fault: { reason: "threw", message: "x" } });
    expect(await first).toMatchObject({ type: "fault", fault: { reason: "threw" } });
    const second = events.run(aRun("event-b"));
    scripts.runs[1]?.end({ type: "returned", value: 5, state: undefined });
    expect(await second).toMatchObject({ type: "fault", fault: { reason: "invalid-decision" } });
    scripts.fault = { reason: "quarantined", message: "y" };
    expect(await events.run(aRun("event-c"))).toMatchObject({ type: "fault", fault: { reason: "quarantined" } });
    expect(faults).toEqual([
      "v1 schedule event-a threw: x",
      "v2 schedule event-b invalid-decision: expected text",
      "v0 schedule event-c quarantined: y",
    ]);
  });

  it("is refused behind a hundred others of the script, until one of them ends", async () => {
    const running = Array.from({ length: 100 }, (_, index) => events.run(aRun(`event-${index}`)));
    expect(await events.run(aRun("one-more"))).toMatchObject({ type: "fault", fault: { reason: "overloaded" } });
    scripts.runs[0]?.end({ type: "returned", value: "done", state: undefined });
    await running[0];
    void events.run(aRun("another"));
    expect(scripts.runs).toHaveLength(101);
  });
});
