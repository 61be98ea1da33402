import { describe, expect, it } from "vitest";
import type { TrunkDeclaration } from "../../../../../runtime/contract/trunk.ts";
import { forward } from "../../../../../sdk/index.ts";
import { sdp } from "../../audio/audio-world.ts";
import { SimAudio } from "../../audio/sim-audio.ts";
import type { Handlers } from "../../call/scripted.ts";
import { DOMAIN } from "../../call/world.ts";
import { CarrierWorld, NUMBER } from "./carriers.ts";

const TO = `sip:100@${DOMAIN}`;

function withAudio(script: Handlers, carrier: Partial<TrunkDeclaration> = {}) {
  const world = new CarrierWorld({
    script,
    trunks: { carrier: { uri: "sip:198.51.100.1", ...carrier } },
    audio: (clock) => {
      const audio = new SimAudio(clock);
      return { plane: audio, library: audio.library, mailboxes: audio.mailboxes };
    },
  });
  return { world, gateway: world.gateway("198.51.100.1") };
}

describe("the audio of a call by a trunk", () => {
  it("passes through the switch, in the codecs that the trunk takes and in their order", async () => {
    const { world, gateway } = withAudio({ invite: () => forward(NUMBER) }, { codecs: ["PCMU"] });
    const carol = world.phone("carol");
    carol.invite(TO, { body: sdp(carol.address) });
    await world.pass(100);
    const offered = gateway.take("INVITE");
    expect(offered.body).not.toContain(`c=IN IP4 ${carol.address}`);
    // carol speaks PCMA: it is transcoded.
    expect(offered.body).toMatch(/m=audio \d+ RTP\/AVP 0 101\r\n/);
  });

  it("is in all codecs of the switch, what the caller speaks first, where the trunk says nothing", async () => {
    const { world, gateway } = withAudio({ invite: () => forward(NUMBER) });
    const carol = world.phone("carol");
    carol.invite(TO, { body: sdp(carol.address) });
    await world.pass(100);
    expect(gateway.take("INVITE").body).toMatch(/m=audio \d+ RTP\/AVP 8 0 101\r\n/);
  });

  it("passes through the switch for a call that comes in as well, and directly where the decision insists", async () => {
    const { world, gateway } = withAudio({
      invite: ({ to }) => forward("bob", { media: to.user === "200" ? "direct" : "auto" }),
    });
    const bob = world.registered("bob");
    const body = sdp(gateway.address);
    gateway.invite(TO, { body });
    await world.pass(100);
    expect(bob.take("INVITE").body).not.toContain(gateway.address);
    gateway.invite(`sip:200@${DOMAIN}`, { body });
    await world.pass(100);
    expect(bob.take("INVITE").body).toBe(body);
  });
});

describe("a call that the switch begins", () => {
  it("calls a number by its trunk first, with a line of it, and then the other side", async () => {
    const { world, gateway } = withAudio({});
    const alice = world.registered("alice");
    world.calls.originate({ from: NUMBER, to: "alice" });
    await world.pass(50);
    const offered = gateway.take("INVITE");
    expect([offered.uri, world.trunks?.leases.count("carrier")]).toEqual([`sip:${NUMBER}@198.51.100.1`, 1]);
    gateway.answer(offered, 200, { body: sdp(gateway.address) });
    await world.pass(100);
    alice.take("INVITE");
  });

  it("is refused where the trunk is down", () => {
    const { world } = withAudio({});
    world.down.add("sip:198.51.100.1");
    expect(() => world.calls.originate({ from: NUMBER, to: "alice" })).toThrow(/leaves by a trunk that is down/);
  });
});
