import { describe, expect, it } from "vitest";
import { forward } from "../../../../sdk/index.ts";
import { DOMAIN, World } from "./world.ts";

const TO = `sip:100@${DOMAIN}`;
const LARGE = { body: "x".repeat(1400) };
const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

function callWorld(takes: "at once" | "late" | "never" | "refused", ringSeconds = 60) {
  const world = new World({
    script: { invite: () => forward("sip:desk@203.0.113.2:5060", { ringSeconds }) },
    route: { public: true },
  });
  const carol = world.phone("carol");
  const desk = world.phone("desk");
  desk.takeStreams(world.transport, takes);
  return { world, carol, desk };
}

describe("an INVITE of more than 1300 octets to an address", () => {
  it("leaves over TCP", () => {
    const { world, carol, desk } = callWorld("at once");
    carol.invite(TO, LARGE);
    world.run(100);
    const offered = desk.take("INVITE");
    expect(offered.header("Via")).toContain("SIP/2.0/TCP");
    expect(offered.header("Contact")).toContain(";transport=tcp");
    desk.answer(offered, 200);
    world.run(5000);
    expect(carol.count("200 INVITE")).toBeGreaterThan(0);
    expect(desk.count("INVITE")).toBe(1);
  });

  it.each([
    ["refused", 100],
    ["never", 1100],
  ] as const)("falls back to UDP where the connection is %s", (takes, within) => {
    const { world, carol, desk } = callWorld(takes);
    carol.invite(TO, LARGE);
    world.run(within);
    expect(desk.take("INVITE").header("Via")).toContain("SIP/2.0/UDP");
  });

  it("of fewer octets leaves over UDP", () => {
    const { world, carol, desk } = callWorld("at once");
    carol.invite(TO, { body: "x".repeat(500) });
    world.run(100);
    expect(desk.take("INVITE").header("Via")).toContain("SIP/2.0/UDP");
  });

  it("to a registered phone never leaves the flow that it registered by", () => {
    const world = new World({ script: { invite: () => forward("bob") } });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    bob.takeStreams(world.transport, "at once");
    carol.invite(TO, LARGE);
    world.run(100);
    expect(bob.take("INVITE").header("Via")).toContain("SIP/2.0/UDP");
  });

  it("whose stream comes up too late is not answered twice: the copy that is not wanted is cancelled", () => {
    const { world, carol, desk } = callWorld("late");
    carol.invite(TO, LARGE);
    world.run(1100);
    const datagram = desk.take("INVITE");
    desk.answer(datagram, 180);
    world.run(500);
    const stream = desk.take("INVITE");
    expect(stream.header("Via")).toContain("SIP/2.0/TCP");
    desk.answer(stream, 180, { toTag: "stream" });
    world.run(50);
    expect(desk.take("CANCEL").param("Via", "branch")).toBe(stream.param("Via", "branch"));
    expect(carol.count("180 INVITE")).toBe(1);
    desk.answer(datagram, 200);
    world.run(50);
    expect(carol.count("200 INVITE")).toBe(1);
  });

  it("that is heard only over the late stream goes on by it", () => {
    const { world, carol, desk } = callWorld("late");
    carol.invite(TO, LARGE);
    world.run(1600);
    const stream = desk.received.find((message) => message.header("Via").includes("TCP")) ?? desk.take("stream");
    desk.answer(stream, 180);
    world.run(50);
    expect(carol.count("180 INVITE")).toBe(1);
    desk.answer(stream, 200);
    world.run(50);
    expect(carol.count("200 INVITE")).toBe(1);
    expect(world.sw.index.size).toBe(1);
  });

  it.each([180, 200])("that was given up before the stream came up: its late %i is called off", (status) => {
    const { world, carol, desk } = callWorld("late");
    const invite = carol.invite(TO, LARGE);
    world.run(500);
    carol.cancel(invite);
    world.run(1100);
    desk.answer(desk.take("INVITE"), status);
    world.run(100);
    expect(desk.kinds).toEqual(status === 180 ? ["INVITE", "CANCEL", "ACK"] : ["INVITE", "ACK", "BYE"]);
    expect(carol.kinds).toEqual(["100 INVITE", "200 CANCEL", "487 INVITE"]);
    expect(world.leftovers()).toEqual(NOTHING);
  });
});
