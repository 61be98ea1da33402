import { expect, it } from "vitest";
import { Phone } from "../../../runtime/simulator/network/phone.ts";
import { SimNet } from "../../../runtime/simulator/network/sim-net.ts";
import { SimTransport } from "../../../runtime/simulator/network/sim-transport.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { type Refusal, SipStack } from "../../../runtime/sip/stack.ts";
import { send } from "../switch/proxy/requests.ts";

/** What a message takes in this network. */
const ON_ITS_WAY_MS = 5;

/** A stack in a process whose turns of the event loop the test ends. */
function world(refusal?: Refusal) {
  const clock = new VirtualClock();
  const net = new SimNet({ clock, seed: 1 });
  const seen = { admitted: 0, begun: 0, acknowledged: 0 };
  let turn: (() => void) | undefined;
  const stack = new SipStack({
    clock,
    user: {
      admit: () => {
        seen.admitted++;
        return refusal;
      },
      onRequest: () => void seen.begun++,
      onCancel() {},
      onAck: () => void seen.acknowledged++,
      onStrayResponse() {},
    },
    resolver: { naptr: async () => [], srv: async () => [], a: async () => [], aaaa: async () => [] },
    connect: (user) => new SimTransport(net, clock, user),
    turns: {
      now: () => clock.now(),
      next: (run) => {
        turn = run;
      },
    },
  });
  const endTurn = () => turn?.();
  return { clock, stack, seen, endTurn, caller: new Phone(net, "caller", "203.0.113.1") };
}

it("an INVITE that comes again while the first waits for its turn is the same call, and counts once", () => {
  const { clock, stack, seen, endTurn, caller } = world();
  for (let call = 0; call < 10; call++) {
    const { text } = send(caller, "INVITE");
    clock.advance(5);
    caller.sendText(text);
    clock.advance(5);
  }
  expect(seen).toEqual({ admitted: 10, begun: 4, acknowledged: 0 });
  expect(stack.waitingStrangers).toBe(6);
  endTurn();
  expect(seen).toEqual({ admitted: 10, begun: 10, acknowledged: 0 });
});

it.each([
  { waitedMs: 150, leftMs: 50, heardBefore: 0 },
  { waitedMs: 300, leftMs: 0, heardBefore: 4 },
])(
  "an INVITE that has waited $waitedMs ms for its turn hears 100 $leftMs ms later",
  ({ waitedMs, leftMs, heardBefore }) => {
    const { clock, endTurn, caller } = world();
    for (let call = 0; call < 5; call++) send(caller, "INVITE");
    clock.advance(ON_ITS_WAY_MS + waitedMs);
    endTurn();
    clock.advance(leftMs + ON_ITS_WAY_MS - 1);
    expect(caller.count("100 INVITE")).toBe(heardBefore);
    clock.advance(1);
    expect(caller.count("100 INVITE")).toBe(5);
  },
);

it("the ACK of what was refused without any state is nobody's", () => {
  const { clock, seen, caller } = world({ status: 503, fields: [] });
  const invite = send(caller, "INVITE");
  clock.advance(50);
  caller.ackRefusal(invite, caller.take("503 INVITE"));
  clock.advance(50);
  expect(seen).toEqual({ admitted: 1, begun: 0, acknowledged: 0 });
});
