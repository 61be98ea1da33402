import { describe, expect, it } from "vitest";
import { Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import { SimNet } from "../../../../runtime/simulator/network/sim-net.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { forward, play, reject } from "../../../../sdk/index.ts";
import { sdp } from "../audio/audio-world.ts";
import { SimAudio } from "../audio/sim-audio.ts";
import { type Handlers, never } from "../call/scripted.ts";
import { CrashingSwitch, DOMAIN } from "./crashing-switch.ts";

const TO = `sip:100@${DOMAIN}`;
const BOB = "203.0.113.2";
const ERIN = "203.0.113.3";
const toBob = forward(`sip:bob@${BOB}`, { ringSeconds: 20 });
const toErin = forward(`sip:erin@${ERIN}`);

function office(script: Handlers) {
  const clock = new VirtualClock();
  const net = new SimNet({ seed: 1, clock });
  const [alice, bob, erin] = [
    new Phone(net, "alice", "203.0.113.1"),
    new Phone(net, "bob", BOB),
    new Phone(net, "erin", ERIN),
  ];
  const audio = () => {
    const plane = new SimAudio(clock);
    return { plane, library: plane.library, mailboxes: plane.mailboxes };
  };
  const crashing = new CrashingSwitch({ clock, net, script, audio });
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(Math.min(50, left));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    crashing,
    alice,
    bob,
    erin,
    pass,
    /** Alice calls, and whoever is called first rings. */
    async ring(callee: Phone) {
      const invite = alice.invite(TO, { body: sdp(alice.address) });
      await pass(100);
      const offered = callee.take("INVITE");
      callee.answer(offered, 180);
      await pass(100);
      alice.take("180 INVITE");
      return { invite, offered };
    },
    async handOver() {
      crashing.handOver();
      await pass(50);
    },
    record: () => [...crashing.records.values()][0],
  };
}

describe("A call that rings when its process hands over", () => {
  it("goes on to ring, and is connected with whoever answers", async () => {
    const { crashing, alice, bob, pass, ring, handOver, record } = office({ invite: () => toBob });
    const { invite, offered } = await ring(bob);
    await handOver();
    expect(bob.kinds).not.toContain("CANCEL");
    bob.answer(offered, 200, { body: sdp(bob.address) });
    await pass(50);
    const caller = Side.ofCaller(alice, invite, alice.take("200 INVITE"));
    caller.ack(invite);
    await pass(50);
    bob.take("ACK");
    caller.request("BYE");
    await pass(50);
    await pass(1_000);
    alice.take("200 BYE");
    bob.take("BYE");
    expect(record()).toMatchObject({ result: "answered", endedBy: "caller" });
    expect(record()?.legs).toHaveLength(1);
    expect(crashing.errors).toEqual([]);
  });

  it("goes on to the next step of its plan where nobody answers in time", async () => {
    const { bob, erin, pass, ring, handOver } = office({ invite: () => [toBob, toErin] });
    await ring(bob);
    await handOver();
    await pass(20_100);
    bob.take("CANCEL");
    erin.take("INVITE");
  });

  it("asks its script what is next where the phone refuses", async () => {
    const { alice, bob, pass, ring, handOver, record } = office({ invite: () => toBob, failed: () => reject(404) });
    const { offered } = await ring(bob);
    await handOver();
    bob.answer(offered, 486);
    await pass(100);
    alice.take("404 INVITE");
    await pass(1_000);
    expect(record()).toMatchObject({ result: "failed", code: 404 });
    expect(record()?.legs).toMatchObject([{ code: 486 }]);
  });

  it("is given up by its caller", async () => {
    const { alice, bob, pass, ring, handOver, record } = office({ invite: () => toBob });
    const { invite } = await ring(bob);
    await handOver();
    alice.cancel(invite);
    await pass(1_000);
    alice.take("487 INVITE");
    bob.take("CANCEL");
    expect(record()).toMatchObject({ result: "cancelled" });
  });

  it("is called once more where its audio passes through the switch", async () => {
    const { alice, bob, pass, ring, handOver } = office({
      invite: () => forward(`sip:bob@${BOB}`, { media: "anchor" }),
    });
    await ring(bob);
    await handOver();
    bob.take("CANCEL");
    const again = bob.take("INVITE");
    bob.answer(again, 200, { body: sdp(bob.address) });
    await pass(100);
    alice.take("200 INVITE");
  });
});

describe("A call that waits for its script when its process hands over", () => {
  it("is given to the script of the other process", async () => {
    let asked = 0;
    const { alice, pass, handOver } = office({
      invite: () => (++asked === 1 ? never : reject(486)),
    });
    alice.invite(TO, { body: sdp(alice.address) });
    // Its caller has been told to wait.
    await pass(250);
    await handOver();
    await pass(50);
    alice.take("486 INVITE");
    expect(asked).toBe(2);
  });
});

describe("A caller who hears something before he is answered when the process hands over", () => {
  it("hears it again", async () => {
    const { crashing, alice, pass, handOver } = office({
      invite: () => [play("vm-goodbye", { early: true }), reject(486)],
    });
    alice.invite(TO, { body: sdp(alice.address) });
    await pass(100);
    await handOver();
    await pass(10_000);
    alice.take("486 INVITE");
    expect(crashing.errors).toEqual([]);
  });
});
