import { describe, expect, it } from "vitest";
import { Phone } from "../../../../runtime/simulator/network/phone.ts";
import type { ListenAddress } from "../../../../runtime/sip/transport/listen-address.ts";
import type { Resolver } from "../../../../runtime/sip/transport/locate.ts";
import { forward } from "../../../../sdk/index.ts";
import { audioWorld, sdp, TO } from "./audio-world.ts";

const THERE = "2001:db8::7";
const OURS: ListenAddress = { transport: "udp", address: "2001:db8::1", port: 5060 };
const nobody: Resolver = { naptr: async () => [], srv: async () => [], a: async () => [], aaaa: async () => [] };

function dual(resolver: Resolver) {
  const rooms = audioWorld(
    { invite: () => forward("sip:bob@there.example", { media: "anchor" }) },
    { resolver, route: { public: true } },
  );
  (rooms.world.transport.listeners as ListenAddress[]).push(OURS);
  const there = new Phone(rooms.world.net, "there", THERE);
  const invite = rooms.carol.invite(TO, { body: sdp(rooms.carol.address) });
  return { ...rooms, there, invite };
}

describe("a call to a host name whose audio passes through the switch", () => {
  it("has audio at an address of the family that the name leads to, where its INVITE goes", async () => {
    const { world, audio, there } = dual({ ...nobody, aaaa: async () => [THERE] });
    await world.pass(200);
    there.take("INVITE");
    expect([audio.caller, audio.at(1)].map(({ local }) => local?.address)).toEqual(["192.0.2.1", OURS.address]);
  });

  it("is made in the caller's family, a second later, where DNS says nothing", async () => {
    const silence = new Promise<never>(() => {});
    const { world, audio } = dual({ ...nobody, naptr: () => silence, srv: () => silence, aaaa: () => silence });
    await world.pass(900);
    expect(audio.endpoints).toBe(1);
    await world.pass(200);
    expect(audio.at(1).local?.address).toBe("192.0.2.1");
  });

  it("is given up with its call, and nothing is left", async () => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    const { world, audio, carol, invite } = dual({ ...nobody, aaaa: () => promise });
    await world.pass(100);
    carol.cancel(invite);
    await world.pass(100);
    resolve([THERE]);
    await world.pass(1500);
    expect(audio.opened).toHaveLength(1);
    expect(world.leftovers()).toMatchObject({ calls: 0, client: 0, server: 0 });
  });
});
