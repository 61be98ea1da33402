import { describe, expect, it } from "vitest";
import type { RecordedEvent } from "../../../runtime/port/journal.ts";
import type { Replayed } from "../../../runtime/replay/comparison.ts";
import type { Rehearsal } from "../../../runtime/replay/rehearsal.ts";
import { Shadow } from "../../../runtime/replay/shadow.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

/** A candidate that answers when the test says so. */
class Stage {
  readonly clock = new VirtualClock();
  readonly running: { readonly event: RecordedEvent; readonly state: string; finish(replayed?: Replayed): void }[] = [];
  readonly shadow: Shadow;

  constructor(percent = 100, random: () => number = () => 0) {
    const rehearsal: Pick<Rehearsal, "run"> = {
      run: (_candidate, event, state) =>
        new Promise((resolve) => {
          const same: Replayed = { outcome: { type: "returned", value: REJECT, state: undefined }, operations: [] };
          this.running.push({ event, state, finish: (replayed = same) => resolve(replayed) });
        }),
    };
    this.shadow = new Shadow({
      candidate: {
        ref: { script: "main", version: 2 },
        handlers: new Set(["invite", "failed", "ended"]),
        isDraft: false,
      },
      percent,
      rehearsal: rehearsal as Rehearsal,
      clock: this.clock,
      random,
      counted() {},
    });
  }

  offer(callId: string, number = 1, handler: RecordedEvent["handler"] = "invite"): void {
    this.shadow.offer(callId, number, () => event(number, handler));
  }

  get events() {
    return this.shadow.status().events;
  }

  /** All that runs answers, and what follows from it. */
  async finish(replayed?: Replayed): Promise<void> {
    for (const one of this.running.splice(0)) one.finish(replayed);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const REJECT = { type: "reject", code: 486 };

function event(number: number, handler: RecordedEvent["handler"]): RecordedEvent {
  return {
    number,
    ref: { script: "main", version: 1 },
    handler,
    domain: "",
    json: "{}",
    state: `{"n":${number}}`,
    given: { now: 1, seed: "0123456789abcdef" },
    operations: [],
    outcome: { type: "returned", decision: JSON.stringify(REJECT), state: undefined },
  };
}

describe("A shadow", () => {
  it("runs the events of one call one after the other, and those of several side by side", async () => {
    const stage = new Stage();
    stage.offer("c1", 1);
    stage.offer("c1", 2, "failed");
    stage.offer("c2", 1);
    expect(stage.running.map(({ event }) => event.number)).toEqual([1, 1]);
    await stage.finish();
    expect(stage.running.map(({ event }) => event.number)).toEqual([2]);
    await stage.finish();
    expect(stage.events).toMatchObject({ same: 3, waiting: 0, dropped: 0 });
  });

  it("gives the candidate what the candidate itself remembers of the call", async () => {
    const stage = new Stage();
    stage.offer("c1", 1);
    expect(stage.running[0]?.state).toBe('{"n":1}');
    await stage.finish({ outcome: { type: "returned", value: REJECT, state: '{"own":1}' }, operations: [] });
    stage.offer("c1", 2, "failed");
    expect(stage.running[0]?.state).toBe('{"own":1}');
  });

  it("follows a share of new calls, and none that it has not seen begin", () => {
    const chances = [0.05, 0.5, 0.09];
    const stage = new Stage(10, () => chances.shift() ?? 1);
    for (const call of ["c1", "c2", "c3"]) stage.offer(call, 1);
    stage.offer("old", 2, "failed");
    stage.offer("c2", 2, "failed");
    expect(stage.shadow.status()).toMatchObject({ calls: 2 });
    expect(stage.running).toHaveLength(2);
  });

  it("throws away what is too much, without so much as reading it", async () => {
    const stage = new Stage();
    let read = 0;
    for (let n = 0; n < 500; n++) {
      stage.shadow.offer(`c${n}`, 1, () => {
        read++;
        return event(1, "invite");
      });
      if (n % 150 === 149) stage.clock.advance(1000);
    }
    expect(read).toBeLessThanOrEqual(260);
    expect(stage.events).toMatchObject({ waiting: 256, dropped: 500 - read });
    while (stage.running.length > 0) await stage.finish();
    expect(stage.events).toMatchObject({ same: read, waiting: 0, dropped: 500 - read });
  });

  it("takes no more than two hundred events a second", async () => {
    const stage = new Stage();
    for (let n = 0; n < 300; n++) {
      stage.offer(`c${n}`);
      await stage.finish();
    }
    expect(stage.events).toMatchObject({ same: 200, dropped: 100 });
  });

  it("does not count what comes after its end", async () => {
    const stage = new Stage();
    stage.offer("c1");
    stage.shadow.stop();
    stage.offer("c2");
    await stage.finish();
    expect(stage.events).toMatchObject({ same: 0, dropped: 0, waiting: 0 });
  });
});
