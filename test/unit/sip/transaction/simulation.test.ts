import { describe, expect, it } from "vitest";
import { SimNet } from "../../../../runtime/simulator/network/sim-net.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { Callee, Caller } from "./sim-call.ts";

const CALLS = 3;
const SEEDS = 60;
/** No call, with all its timers, takes longer. */
const LONGEST_MS = 10 * 60_000;

interface Weather {
  readonly loss: number;
  readonly duplication: number;
  readonly maxDelayMs: number;
}

function play(seed: number, weather: Weather) {
  const clock = new VirtualClock();
  const net = new SimNet({ clock, seed, ...weather });
  const callee = new Callee(clock, net);
  const caller = new Caller(clock, net);
  for (let call = 1; call <= CALLS; call++) caller.invite(`call${call}`);
  const start = clock.now();
  while (clock.pending > 0 && clock.now() - start < LONGEST_MS) clock.advance(1000);
  return { clock, net, caller, callee };
}

describe.each<[string, Weather]>([
  ["a perfect network", { loss: 0, duplication: 0, maxDelayMs: 5 }],
  ["a network that reorders and duplicates", { loss: 0, duplication: 0.5, maxDelayMs: 200 }],
  ["a network that loses a tenth", { loss: 0.1, duplication: 0.1, maxDelayMs: 200 }],
  ["a network that loses a third", { loss: 0.33, duplication: 0.2, maxDelayMs: 200 }],
  ["a network that loses two thirds", { loss: 0.67, duplication: 0.3, maxDelayMs: 200 }],
  ["a network that loses everything", { loss: 1, duplication: 0, maxDelayMs: 5 }],
])("INVITE, CANCEL and BYE over %s", (_, weather) => {
  it.each(Array.from({ length: SEEDS }, (_unused, index) => index + 1))(
    "end in one outcome each and leave nothing behind (seed %i)",
    (seed) => {
      const { clock, net, caller, callee } = play(seed, weather);
      for (let call = 1; call <= CALLS; call++) {
        const [outcome, ...more] = caller.outcomes.get(`call${call} INVITE`) ?? [];
        expect([outcome, more], net.ladder()).toEqual([expect.any(String), []]);
        const given = callee.finals.get(`call${call}`);
        if (outcome !== "timeout") expect(outcome, net.ladder()).toBe(String(given));
        if (weather.loss === 0) expect(outcome, net.ladder()).not.toBe("timeout");
      }
      for (const [request, times] of callee.seen) {
        if (!request.endsWith("ACK")) expect(`${request} ${times}`, net.ladder()).toBe(`${request} 1`);
        // The ACK for a non-2xx stays within the transaction.
        else expect(callee.finals.get(request.slice(0, -4)), net.ladder()).toBe(200);
      }
      for (const [request, outcomes] of caller.outcomes) {
        expect(`${request} ${outcomes.length}`, net.ladder()).toBe(`${request} 1`);
      }
      expect([caller.layer.size, callee.layer.size], net.ladder()).toEqual([
        { client: 0, server: 0 },
        { client: 0, server: 0 },
      ]);
      expect(clock.pending, net.ladder()).toBe(0);
    },
  );
});
