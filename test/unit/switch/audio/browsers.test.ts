import { describe, expect, it } from "vitest";
import { Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import { answer, forward, gather } from "../../../../sdk/index.ts";
import type { Handlers } from "../call/scripted.ts";
import { World } from "../call/world.ts";
import { sdp, TO } from "./audio-world.ts";
import { SimAudio } from "./sim-audio.ts";
import { browserSdp, SimGateway } from "./sim-gateway.ts";

const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

/** Its Contact is made up (RFC 7118 §5), as it comes over WebSocket, here by way of another proxy. */
class Browser extends Phone {
  override get contact(): string {
    return `<sip:${this.name}@q1w2.invalid;transport=ws>`;
  }
}

function browserWorld(script: Handlers) {
  const rooms: { audio?: SimAudio; gateway?: SimGateway } = {};
  const world = new World({
    script,
    audio: (clock) => {
      const audio = new SimAudio(clock);
      const gateway = new SimGateway(clock);
      Object.assign(rooms, { audio, gateway });
      return { plane: audio, library: audio.library, mailboxes: audio.mailboxes, webRtc: gateway };
    },
  });
  const { audio, gateway } = rooms;
  if (audio === undefined || gateway === undefined) throw new Error("the world has made no audio");
  const browser = (name: string, address: string) => new Browser(world.net, name, address);
  return { world, audio, gateway, browser };
}

/** A browser calls a plain phone, and talks with it. */
async function talking(handlers: Handlers = {}) {
  const rooms = browserWorld({ invite: () => forward("bob"), ...handlers });
  const { world, browser } = rooms;
  const bob = world.registered("bob");
  const carol = browser("carol", "198.51.100.9");
  const invite = carol.invite(TO, { body: browserSdp() });
  await world.pass(100);
  const offered = bob.take("INVITE");
  bob.answer(offered, 200, { body: sdp(bob.address) });
  await world.pass(100);
  const answered = carol.take("200 INVITE");
  const caller = Side.ofCaller(carol, invite, answered);
  caller.ack(invite);
  await world.pass(50);
  return { ...rooms, bob, carol, offered, answered, caller, callee: Side.ofCallee(bob, offered) };
}

describe("a browser that calls a plain phone", () => {
  it("is answered with ICE and DTLS, while the phone is offered plain RTP", async () => {
    const { audio, gateway, offered, answered } = await talking();
    expect(offered.body).toContain("RTP/AVP 8 ");
    expect(offered.body).not.toMatch(/ice|fingerprint|candidate/);
    expect(answered.body).toContain("m=audio 61000 UDP/TLS/RTP/SAVPF 8 126\r\n");
    expect(answered.body).toContain("a=ice-ufrag:ours0\r\n");
    expect(answered.body).toContain("a=setup:active\r\n");
    const { request, line } = gateway.at(0);
    expect(request.remote).toMatchObject({ ufrag: "theirs", setup: "actpass" });
    expect(request.endpoint.address).toBe("127.0.0.1");
    expect(audio.caller.stream).toMatchObject({ remote: line.plain, remoteRtcp: null, srtp: null });
    expect(audio.caller.joined).toBe(audio.at(1));
  });

  it("gives everything back when it hangs up", async () => {
    const { world, audio, gateway, bob, caller } = await talking();
    caller.request("BYE");
    await world.pass(200);
    expect(bob.count("BYE")).toBe(1);
    expect([audio.endpoints, gateway.sessions, world.leftovers()]).toEqual([0, 0, NOTHING]);
  });

  it("puts on hold and resumes with the credentials that it has", async () => {
    const { world, audio, gateway, carol, caller } = await talking({ hold: () => undefined, resume: () => undefined });
    for (const [direction, answered] of [
      ["sendonly", "recvonly"],
      ["sendrecv", "sendrecv"],
    ] as const) {
      const request = caller.request("INVITE", { body: browserSdp({ direction }) });
      await world.pass(50);
      expect(carol.take("200 INVITE").body).toMatch(new RegExp(`a=${answered}\\r\\n[\\s\\S]*a=ice-ufrag:ours0\\r\\n`));
      caller.ack(request);
      await world.pass(50);
    }
    expect(world.scripts.names).toEqual(["invite", "hold", "resume"]);
    expect([gateway.opened.length, audio.caller.joined]).toEqual([1, audio.at(1)]);
  });

  it("that begins ICE anew gets other credentials, and its audio comes by the new way", async () => {
    const { world, audio, gateway, carol, caller } = await talking();
    const request = caller.request("INVITE", { body: browserSdp({ ufrag: "anew" }) });
    await world.pass(50);
    const { body } = carol.take("200 INVITE");
    caller.ack(request);
    expect(body).toContain("a=ice-ufrag:ours1\r\n");
    // Until it has our answer it is deaf to us: so it begins DTLS.
    expect(body).toContain("a=setup:passive\r\n");
    expect(gateway.at(1).request.remote).toMatchObject({ ufrag: "anew", setup: "active" });
    expect(audio.caller.stream?.remote).toEqual(gateway.at(1).line.plain);
    expect([gateway.at(0).isClosed, gateway.sessions]).toEqual([true, 1]);
  });

  it("has one offer at a time, and none is left without an answer when the call ends meanwhile", async () => {
    const { world, gateway, carol, bob, caller } = await talking();
    gateway.readyMs = 1000;
    caller.request("INVITE", { body: browserSdp({ ufrag: "anew" }) });
    caller.request("UPDATE", { body: browserSdp({ ufrag: "again" }) });
    await world.pass(50);
    expect(carol.take("500 UPDATE").header("Retry-After")).toBe("1");
    caller.request("BYE");
    await world.pass(100);
    expect([carol.count("487 INVITE"), bob.count("BYE"), gateway.sessions]).toEqual([1, 1, 0]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("has its call ended, with the reason in the log, when it is not heard any more", async () => {
    const { world, audio, gateway, bob, carol } = await talking();
    gateway.at(0).tell({ type: "failed", message: "the browser has not been heard" });
    await world.pass(200);
    expect([bob.count("BYE"), carol.count("BYE")]).toEqual([1, 1]);
    expect(world.observer.problems).toEqual(["the browser has not been heard"]);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("is refused where the gateway cannot listen, and nothing is left", async () => {
    const { world, audio, gateway, browser } = browserWorld({ invite: () => forward("bob") });
    const bob = world.registered("bob");
    gateway.problem = "no port is free";
    const carol = browser("carol", "198.51.100.9");
    carol.invite(TO, { body: browserSdp() });
    await world.pass(200);
    expect([carol.count("500 INVITE"), bob.count("INVITE")]).toEqual([1, 0]);
    expect([audio.endpoints, world.leftovers()]).toEqual([0, NOTHING]);
  });

  it("is refused with a Warning for audio without protection in mid-call", async () => {
    const { world, carol, caller } = await talking();
    caller.request("INVITE", { body: sdp(carol.address) });
    await world.pass(50);
    expect(carol.take("488 INVITE").header("Warning")).toContain("spoken here: UDP/TLS/RTP/SAVPF");
  });

  it("talks to the switch itself, and its keys are heard", async () => {
    const { world, audio, browser } = browserWorld({
      invite: () => [answer(), gather({ digits: 2 })],
      gathered: () => undefined,
    });
    const carol = browser("carol", "198.51.100.9");
    const invite = carol.invite(TO, { body: browserSdp() });
    await world.pass(100);
    Side.ofCaller(carol, invite, carol.take("200 INVITE")).ack(invite);
    await world.pass(50);
    audio.caller.press("1");
    audio.caller.press("2");
    await world.pass(50);
    expect(world.scripts.events.find(({ type }) => type === "gathered")).toMatchObject({ digits: "12" });
  });
});

describe("a browser that is called", () => {
  async function called(caller: "phone" | "browser") {
    const rooms = browserWorld({ invite: () => forward("bob") });
    const { world, browser } = rooms;
    const bob = world.registered("bob", 1, browser("bob", "198.51.100.8"));
    const carol = caller === "phone" ? world.phone("carol") : browser("carol", "198.51.100.9");
    const body = caller === "phone" ? sdp(carol.address) : browserSdp();
    const invite = carol.invite(TO, { body });
    await world.pass(100);
    return { ...rooms, bob, carol, body, invite, offered: bob.take("INVITE") };
  }

  it("by a plain phone is offered ICE and DTLS, and its answer goes to the gateway once", async () => {
    const { world, audio, gateway, bob, carol, offered } = await called("phone");
    expect(offered.body).toContain("m=audio 61000 UDP/TLS/RTP/SAVPF 8 ");
    expect(offered.body).toContain("a=group:BUNDLE 0\r\n");
    expect(offered.body).toContain("a=setup:actpass\r\n");
    const body = browserSdp({ setup: "active", codecs: "8 126" }).replace("a=rtpmap:126", "a=rtpmap:101");
    bob.answer(offered, 183, { body });
    await world.pass(50);
    bob.answer(offered, 200, { body });
    await world.pass(50);
    expect(carol.count("200 INVITE")).toBe(1);
    expect(gateway.at(0).accepted).toMatchObject([{ ufrag: "theirs", setup: "active" }]);
    expect(audio.at(1).stream?.remote).toEqual(gateway.at(0).line.plain);
    expect(audio.caller.joined).toBe(audio.at(1));
  });

  it("and refuses gives its session back", async () => {
    const { world, audio, gateway, bob, carol, offered } = await called("phone");
    bob.answer(offered, 486);
    await world.pass(100);
    expect(carol.count("486 INVITE")).toBe(1);
    expect([audio.endpoints, gateway.sessions, world.leftovers()]).toEqual([0, 0, NOTHING]);
  });

  it("by another browser gets its description as it is, and nothing of it passes through the switch", async () => {
    const { audio, gateway, body, offered } = await called("browser");
    expect(offered.body).toBe(body);
    expect([audio.endpoints, gateway.opened.length]).toEqual([0, 0]);
  });
});
