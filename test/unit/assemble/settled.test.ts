import { describe, expect, it } from "vitest";
import { settled, type Unsettled } from "../../../runtime/assemble/settled.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";

interface Doing {
  unanswered?: number;
  isBusy?: boolean;
  pending?: number;
  calls?: { state: string; awaitsAck?: boolean }[];
}

/** Whether the switch that does this is settled after so many milliseconds. */
async function isSettledAfter(ms: number, doing: Doing): Promise<boolean> {
  const calls = (doing.calls ?? []).map(({ state, awaitsAck = false }) => ({
    caller: { awaitsAck },
    state: { direction: "inbound", end: null, answeredAt: state === "answered" ? 1 : null, legs: [{ state }] },
  }));
  const clock = new VirtualClock();
  const parts = {
    clock,
    stack: { transactions: { unanswered: doing.unanswered ?? 0 }, isBusy: doing.isBusy ?? false },
    index: { calls },
    scripts: { pending: doing.pending ?? 0 },
  };
  let isSettled = false;
  // As much of a switch as is looked at.
  void settled(parts as unknown as Unsettled).then(() => {
    isSettled = true;
  });
  for (let left = ms; left > 0; left -= 5) {
    clock.advance(5);
    await Promise.resolve();
  }
  await Promise.resolve();
  return isSettled;
}

describe("A switch that is about to hand over", () => {
  it("does so at once where nothing is under way but calls that are up", async () => {
    expect(await isSettledAfter(0, { calls: [{ state: "answered" }] })).toBe(true);
  });

  it.each([
    ["a request is not answered", { unanswered: 1 }],
    ["new calls wait for their turn", { isBusy: true }],
    ["a script runs", { pending: 1 }],
    ["an answer waits for its ACK", { calls: [{ state: "answered", awaitsAck: true }] }],
    ["somebody is called who does not ring yet", { unanswered: 1, calls: [{ state: "calling" }] }],
  ])("waits where %s, and no longer than new requests can wait", async (_what, doing) => {
    expect(await isSettledAfter(200, doing)).toBe(false);
    expect(await isSettledAfter(300, doing)).toBe(true);
  });

  it("waits a moment for phones that ring, since some answer by themselves", async () => {
    const doing = { unanswered: 1, calls: [{ state: "ringing" }] };
    expect(await isSettledAfter(90, doing)).toBe(false);
    expect(await isSettledAfter(120, doing)).toBe(true);
  });
});
