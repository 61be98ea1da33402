import { describe, expect, it } from "vitest";
import { readCalls } from "../../../../runtime/recovery/read-calls.ts";
import { Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import { SimNet } from "../../../../runtime/simulator/network/sim-net.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { forward } from "../../../../sdk/index.ts";
import { CrashingSwitch, DOMAIN } from "../recovery/crashing-switch.ts";
import { answersPings, pingsOf, vanish } from "./pinged.ts";

const MINUTE = 60_000;
const BOB = "203.0.113.2";

/** Two phones talk, and the switch has died and been started again. */
function resumed() {
  const clock = new VirtualClock();
  const net = new SimNet({ seed: 1, clock });
  const [alice, bob] = [new Phone(net, "alice", "203.0.113.1"), new Phone(net, "bob", BOB)];
  const crashing = new CrashingSwitch({ clock, net, script: { invite: () => forward(`sip:bob@${BOB}`) } });
  const invite = alice.invite(`sip:100@${DOMAIN}`, { body: "v=0\r\no=alice" });
  clock.advance(100);
  bob.answer(bob.take("INVITE"), 200, { body: "v=0\r\no=bob" });
  clock.advance(100);
  Side.ofCaller(alice, invite, alice.take("200 INVITE")).ack(invite);
  clock.advance(100);
  for (const phone of [alice, bob]) answersPings(phone);
  crashing.kill(true);
  clock.advance(1000);
  crashing.start();
  return { clock, crashing, alice, bob };
}

describe("A call that was taken over", () => {
  it("is pinged on both sides within one interval, with numbers beyond those of the process before", () => {
    const { clock, crashing, alice, bob } = resumed();
    clock.advance(15 * MINUTE);
    expect(Math.min(pingsOf(alice).length, pingsOf(bob).length)).toBeGreaterThan(0);
    expect(Math.min(...pingsOf(alice), ...pingsOf(bob))).toBeGreaterThan(1000);
    clock.advance(60 * MINUTE);
    expect(crashing.sw.index.size).toBe(1);
    expect(pingsOf(bob).length).toBeGreaterThan(3);
  });

  it("ends where a phone is gone, and nothing of it is left in the journal", () => {
    const { clock, crashing, alice, bob } = resumed();
    vanish(bob);
    clock.advance(18 * MINUTE);
    expect(alice.take("BYE").header("Reason")).toContain("The called side does not answer any more");
    expect(crashing.current.observer.reaped).toEqual(["ping-unanswered"]);
    expect([...crashing.records.values()]).toMatchObject([{ endedBy: "switch" }]);
    crashing.current.log.flush();
    expect([crashing.sw.index.size, readCalls(crashing.files.all()).calls]).toEqual([0, []]);
  });
});
