import { describe, expect, it } from "vitest";
import type { Field } from "../../../../runtime/simulator/network/sip-text.ts";
import { forward } from "../../../../sdk/index.ts";
import { audioWorld, sdp, talk } from "../audio/audio-world.ts";
import type { WorldOptions } from "../call/world.ts";
import { answersPings, pingsOf, vanish } from "./pinged.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

/** A call whose audio passes through the switch; both phones answer pings. */
async function talking(options: Omit<WorldOptions, "script" | "audio"> = {}, fields: readonly Field[] = []) {
  const script = { invite: () => forward("bob", { record: true }), media: () => undefined, ended: () => undefined };
  const { world, audio, carol } = audioWorld(script, options);
  const { bob, caller } = await talk(world, carol, fields);
  answersPings(carol);
  answersPings(bob);
  return { world, audio, carol, bob, caller };
}

describe("A side whose audio ends at the switch", () => {
  it("is not asked as long as it is heard", async () => {
    const { world, carol, bob } = await talking();
    await world.pass(45 * MINUTE);
    expect([pingsOf(carol), pingsOf(bob)]).toEqual([[], []]);
  });

  it("is asked when it has been silent for five minutes; where it answers, that is told once and the call goes on", async () => {
    const { world, audio, carol, bob } = await talking();
    audio.caller.fallSilent();
    await world.pass(299 * SECOND);
    expect(pingsOf(carol)).toEqual([]);
    await world.pass(12 * SECOND);
    expect([pingsOf(carol).length, pingsOf(bob).length]).toEqual([1, 0]);
    expect(world.observer.silent).toEqual(["caller for 300 s"]);
    await world.pass(60 * MINUTE);
    expect([world.calls.active, world.observer.silent]).toEqual([1, ["caller for 300 s"]]);
    // It goes on being asked now and then, as a side that is not heard.
    expect(pingsOf(carol).length).toBeGreaterThan(3);
  });

  it("is told of again when it has been heard meanwhile", async () => {
    const { world, audio } = await talking();
    audio.caller.fallSilent();
    await world.pass(6 * MINUTE);
    audio.caller.beHeard();
    await world.pass(MINUTE);
    audio.caller.fallSilent();
    await world.pass(6 * MINUTE);
    expect(world.observer.silent).toEqual(["caller for 300 s", "caller for 300 s"]);
  });

  it("ends the call where it does not answer either", async () => {
    const { world, audio, carol, bob } = await talking();
    vanish(bob);
    audio.at(1).fallSilent();
    await world.pass(8 * MINUTE);
    const reason = "The called side is not heard any more, and does not answer";
    expect(carol.take("BYE").header("Reason")).toBe(`SIP;cause=408;text="${reason}"`);
    expect(world.observer.reaped).toEqual(["silence"]);
    expect(world.observer.cdrs).toMatchObject([{ reason, endedBy: "switch" }]);
    expect(world.scripts.events.at(-1)).toMatchObject({ type: "ended", cdr: { reason } });
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("ends the call where both are gone", async () => {
    const { world, audio, carol, bob } = await talking();
    vanish(carol, bob);
    audio.caller.fallSilent();
    audio.at(1).fallSilent();
    await world.pass(8 * MINUTE);
    expect(world.observer.reaped).toEqual(["silence"]);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("ends no call that is heard again before the second ping", async () => {
    const { world, audio, carol } = await talking();
    vanish(carol);
    audio.caller.fallSilent();
    await world.pass(6 * MINUTE);
    audio.caller.beHeard();
    await world.pass(30 * MINUTE);
    expect([pingsOf(carol).length, world.calls.active]).toEqual([1, 1]);
  });

  it.each(["inactive", "recvonly"])("may be silent as long as it says that it is %s", async (direction) => {
    const { world, audio, carol, caller } = await talking();
    const hold = caller.request("INVITE", { body: sdp(carol.address, { direction, version: 2 }) });
    await world.pass(50);
    carol.take("200 INVITE");
    caller.ack(hold);
    audio.caller.fallSilent();
    await world.pass(11 * MINUTE);
    expect([pingsOf(carol), world.observer.silent]).toEqual([[], []]);
    // It is asked all the same as any side that nothing is heard of.
    await world.pass(30 * MINUTE);
    expect(pingsOf(carol).length).toBeGreaterThan(0);
  });

  it("is there where it sends reports and no audio", async () => {
    const { world, audio, carol } = await talking();
    audio.caller.fallSilent();
    for (let minutes = 0; minutes < 9; minutes++) {
      await world.pass(MINUTE);
      // RTCP has come.
      audio.caller.silentSince = world.clock.now();
    }
    expect([pingsOf(carol), world.observer.silent]).toEqual([[], []]);
  });

  it("is asked for its silence also where it keeps a session", async () => {
    const { world, audio, carol } = await talking({}, [
      ["Supported", "timer"],
      ["Session-Expires", "7200;refresher=uac"],
    ]);
    vanish(carol);
    audio.caller.fallSilent();
    await world.pass(8 * MINUTE);
    expect([pingsOf(carol).length, world.observer.reaped]).toEqual([2, ["silence"]]);
  });

  it("may be silent as long as it likes where nobody minds", async () => {
    const { world, audio, carol } = await talking({ liveness: { pingSeconds: 0, silenceSeconds: 0 } });
    audio.caller.fallSilent();
    await world.pass(30 * MINUTE);
    expect([pingsOf(carol), world.calls.active]).toEqual([[], 1]);
  });
});
