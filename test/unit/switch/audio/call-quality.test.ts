import { describe, expect, it } from "vitest";
import type { MediaStats } from "../../../../runtime/port/media.ts";
import { forward, gather } from "../../../../sdk/index.ts";
import { connect, DOMAIN } from "../call/world.ts";
import { audioWorld, call, sdp, talk } from "./audio-world.ts";

const COUNTED: MediaStats = {
  packetsSent: 500,
  packetsReceived: 475,
  packetsLost: 25,
  jitterMs: 3.1,
  roundTripMs: 40.123,
  silentMs: 0,
};
const NOTHING_HEARD: MediaStats = { ...COUNTED, packetsReceived: 0, packetsLost: 0, jitterMs: 0, roundTripMs: null };
const never = () => new Promise<MediaStats>(() => {});

/** Two calls: one through the switch, and one whose phones talk directly. */
async function calls() {
  const { world, audio, carol } = audioWorld({
    invite: ({ to }) => forward(to.user === "dave" ? "dave" : "bob", to.user === "dave" ? {} : { record: true }),
  });
  const { caller } = await talk(world, carol);
  const [through] = world.calls.list();
  return { world, audio, caller, id: through?.id ?? "" };
}

describe("How the audio of a call is", () => {
  it("is told of both sides while it is up, and not any more when it is over", async () => {
    const { world, audio, caller, id } = await calls();
    audio.caller.stats = async () => COUNTED;
    audio.at(1).stats = async () => NOTHING_HEARD;
    const { silentMs: _, ...counted } = COUNTED;
    expect(await world.calls.quality([id])).toEqual([
      {
        call: id,
        sides: [
          { side: "caller", codec: "PCMA", ...counted, lossPercent: 5, roundTripMs: 40.12, mos: 3.92 },
          expect.objectContaining({ side: "callee", packetsReceived: 0, lossPercent: 0, roundTripMs: null, mos: null }),
        ],
      },
    ]);
    caller.request("BYE");
    await world.pass(200);
    expect(await world.calls.quality([id, "nobody"])).toEqual([]);
    expect(world.observer.audio).toContain(
      "caller audio-ended: 500 packets sent, 475 received, 25 lost, jitter 3.1 ms, round trip 40 ms, MOS 3.9",
    );
    expect(world.observer.audio).toContain("callee audio-ended: 500 packets sent, 0 received, 0 lost, jitter 0.0 ms");
  });

  it("is that of the caller alone where nobody else has answered", async () => {
    const { world, carol } = audioWorld({ invite: () => gather() });
    await call(world, carol);
    const [quality] = await world.calls.quality(world.calls.list().map(({ id }) => id));
    expect(quality?.sides.map(({ side, mos }) => [side, mos])).toEqual([["caller", null]]);
  });

  it("is nothing where the phones talk directly, from the beginning or since their audio was released", async () => {
    const direct = audioWorld({ invite: () => forward("bob") });
    connect(direct.world, direct.carol, direct.world.registered("bob"));
    const [id = ""] = direct.world.calls.list().map((up) => up.id);
    expect(await direct.world.calls.quality([id])).toEqual([{ call: id, sides: [] }]);

    const { world, carol, audio } = audioWorld({
      invite: () => gather(),
      gathered: () => forward("bob", { media: "release" }),
    });
    const bob = world.registered("bob");
    await call(world, carol);
    audio.caller.press("1");
    await world.pass(50);
    bob.answer(bob.take("INVITE"), 200, { body: sdp(bob.address) });
    await world.pass(1100);
    bob.answer(bob.take("INVITE"), 200, { body: sdp(bob.address, { version: 2 }) });
    await world.pass(50);
    carol.answer(carol.take("INVITE"), 200, { body: sdp(carol.address, { version: 2 }) });
    await world.pass(50);
    const released = world.calls.list().map((up) => up.id);
    expect(await world.calls.quality(released)).toEqual([{ call: released[0], sides: [] }]);
  });

  it("is not waited for where a media worker hangs, and other calls are told of all the same", async () => {
    const { world, audio, id } = await calls();
    const other = world.phone("dora");
    other.invite(`sip:101@${DOMAIN}`, { body: sdp(other.address) });
    await world.pass(50);
    const ids = world.calls.list().map((up) => up.id);
    audio.at(1).stats = never;
    let told: unknown = "waiting";
    void world.calls.quality(ids).then((quality) => {
      told = quality;
    });
    await world.pass(900);
    expect(told).toBe("waiting");
    await world.pass(200);
    expect(told).toEqual([{ call: ids[1], sides: [expect.objectContaining({ side: "caller" })] }]);
    expect(world.calls.get(id)?.state).toBe("answered");
  });
});
