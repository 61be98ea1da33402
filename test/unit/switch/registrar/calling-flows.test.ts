import { describe, expect, it } from "vitest";
import type { Phone } from "../../../../runtime/simulator/network/phone.ts";
import { Side } from "../../../../runtime/simulator/network/phone.ts";
import { SIP_PORT, SWITCH_ADDRESS } from "../../../../runtime/simulator/network/sim-transport.ts";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";
import type { Flow } from "../../../../runtime/sip/transport/flow.ts";
import { DOMAIN, World } from "../call/world.ts";
import { flowContact, INSTANCE, paramOf, type RegisterParts, registerRequest, valuesOf } from "./registering.ts";

const toAlice = { script: { invite: () => ({ type: "forward", targets: ["alice"] }) as const } };

function flowOf(phone: Phone): Flow {
  return {
    transport: "udp",
    localAddress: SWITCH_ADDRESS,
    localPort: SIP_PORT,
    remoteAddress: phone.address,
    remotePort: SIP_PORT,
    connection: 0,
  };
}

let cseq = 0;

/** Registers over the flow of a phone. */
function register(world: World, phone: Phone, parts: RegisterParts) {
  const request = registerRequest({ cseq: ++cseq, ...parts });
  return world.registrar.register(request, { domain: DOMAIN, user: parts.user ?? "alice" }, flowOf(phone));
}

function registerFlow(world: World, phone: Phone, regId: number): void {
  const contact = flowContact("sip:alice@10.0.0.5:5060", regId);
  void register(world, phone, { contact, supported: "outbound", callId: `flow-${regId}` });
}

describe("a call to a phone with two flows (RFC 5626 §5.3)", () => {
  function twoFlows() {
    const world = new World(toAlice);
    const [first, second] = [world.phone("first"), world.phone("second")];
    registerFlow(world, second, 2);
    world.run(10);
    registerFlow(world, first, 1);
    const caller = world.phone("caller");
    return { world, first, second, caller };
  }

  it("takes one, and never both", () => {
    const { world, first, second, caller } = twoFlows();
    caller.invite(`sip:alice@${DOMAIN}`);
    world.run(100);
    const offered = first.take("INVITE");
    expect(offered.uri).toBe("sip:alice@10.0.0.5:5060");
    first.answer(offered, 486);
    world.run(100);
    caller.take("486 INVITE");
    expect(second.received).toEqual([]);
  });

  it("takes the other where the first has failed (430), which is registered no more", () => {
    const { world, first, second, caller } = twoFlows();
    caller.invite(`sip:alice@${DOMAIN}`);
    world.run(100);
    first.answer(first.take("INVITE"), 430);
    world.run(100);
    const offered = second.take("INVITE");
    second.answer(offered, 486);
    world.run(100);
    caller.take("486 INVITE");
    expect(world.registrar.lookup(DOMAIN, "alice").map(({ regId }) => regId)).toEqual([2]);
  });

  it("takes the other where the first is silent, and says 480 where all are", () => {
    const { world, first, second, caller } = twoFlows();
    first.isPolite = false;
    caller.invite(`sip:alice@${DOMAIN}`);
    world.run(33_000);
    expect(first.received.length).toBeGreaterThan(1);
    second.answer(second.take("INVITE"), 430);
    world.run(100);
    // The best of a timeout and a failed flow; the caller hears nothing of flows.
    const refused = caller.received.filter(({ status }) => status >= 300);
    expect(refused.map(({ status }) => status)).not.toContain(430);
    expect(world.registrar.lookup(DOMAIN, "alice")).toEqual([]);
  });

  it("gives the flow that is tried up when the caller does", () => {
    const { world, first, second, caller } = twoFlows();
    const invite = caller.invite(`sip:alice@${DOMAIN}`);
    world.run(100);
    first.answer(first.take("INVITE"), 430);
    world.run(100);
    second.answer(second.take("INVITE"), 180);
    world.run(100);
    caller.cancel(invite);
    world.run(100);
    second.take("CANCEL");
    caller.take("487 INVITE");
  });
});

describe("a call to a phone behind a proxy (RFC 3327)", () => {
  it("goes to the proxy, with the Path as its Route, and so do CANCEL and the ACK of a refusal", () => {
    const world = new World(toAlice);
    const edge = world.phone("edge");
    const path = [`<sip:${edge.address}:5060;lr>`, "<sip:inner.example;lr>"];
    void register(world, edge, { contact: "<sip:alice@10.0.0.5>", supported: "path", path });
    const caller = world.phone("caller");
    const invite = caller.invite(`sip:alice@${DOMAIN}`);
    world.run(100);
    const offered = edge.take("INVITE");
    expect(offered.uri).toBe("sip:alice@10.0.0.5");
    expect(offered.headers("Route")).toEqual(path);
    edge.answer(offered, 180);
    world.run(100);
    caller.cancel(invite);
    world.run(100);
    expect(edge.take("CANCEL").headers("Route")).toEqual(path);
    caller.take("487 INVITE");
  });

  it("comes to nothing where the proxy has lost the phone, which is registered no more", () => {
    const world = new World(toAlice);
    const edge = world.phone("edge");
    const path = [`<sip:${edge.address}:5060;lr;ob>`];
    void register(world, edge, { contact: flowContact("sip:alice@10.0.0.5", 1), supported: "path, outbound", path });
    const caller = world.phone("caller");
    caller.invite(`sip:alice@${DOMAIN}`);
    world.run(100);
    edge.answer(edge.take("INVITE"), 430);
    world.run(100);
    caller.take("480 INVITE");
    expect(world.registrar.lookup(DOMAIN, "alice")).toEqual([]);
  });
});

describe("a call to a GRUU (RFC 5627 §6)", () => {
  async function twoPhones() {
    const world = new World(toAlice);
    const [desk, cell] = [world.phone("desk"), world.phone("cell")];
    world.registered("alice", 1, cell);
    const contact = `<sip:alice@${desk.address}:5060>;+sip.instance="<${INSTANCE}>"`;
    const answer = await register(world, desk, { contact, supported: "gruu" });
    const value = valuesOf(answer, "Contact").find((one) => one.includes(desk.address));
    return {
      world,
      desk,
      cell,
      caller: world.phone("caller"),
      pub: paramOf(value, "pub-gruu") ?? "",
      temp: paramOf(value, "temp-gruu") ?? "",
    };
  }

  it.each(["pub", "temp"] as const)("(%s) rings that device alone, whomever the script calls", async (kind) => {
    const { world, desk, cell, caller, ...gruus } = await twoPhones();
    caller.invite(gruus[kind]);
    world.run(100);
    expect(desk.take("INVITE").uri).toBe(`sip:alice@${desk.address}:5060`);
    expect(cell.received).toEqual([]);
  });

  it("shows the script whom a temporary one stands for", async () => {
    const { world, caller, temp, pub } = await twoPhones();
    caller.invite(temp);
    world.run(100);
    const [call] = [...world.sw.index.calls];
    expect(call?.state.invite.uri).toBe(pub);
    expect(JSON.stringify(world.scripts)).not.toContain("tgruu.");
  });

  it("leaves the user's other phones to a call to the user", async () => {
    const { world, desk, cell, caller } = await twoPhones();
    caller.invite(`sip:alice@${DOMAIN}`);
    world.run(100);
    desk.take("INVITE");
    cell.take("INVITE");
  });

  it("is refused with 404 where it is none of ours, and with 480 where the device is away", async () => {
    const { world, caller, pub, temp } = await twoPhones();
    caller.invite(`sip:alice@${DOMAIN};gr=${INSTANCE}`);
    world.run(100);
    caller.take("404 INVITE");
    await world.registrar.remove(DOMAIN, "alice");
    caller.invite(pub);
    world.run(100);
    caller.take("480 INVITE");
    caller.invite(temp);
    world.run(100);
    caller.take("404 INVITE");
  });

  it("is followed when the phone moves while it talks", async () => {
    const { world, desk, caller, pub } = await twoPhones();
    const invite = caller.invite(pub);
    world.run(100);
    const offered = desk.take("INVITE");
    Object.defineProperty(desk, "contact", { value: `<${pub}>` });
    desk.answer(offered, 200);
    world.run(100);
    const answered = caller.take("200 INVITE");
    const side = Side.ofCaller(caller, invite, answered);
    side.ack(invite);
    world.run(100);
    desk.take("ACK");
    const moved = world.phone("moved");
    await register(world, moved, {
      contact: `<sip:alice@${moved.address}:5060>;+sip.instance="<${INSTANCE}>"`,
      supported: "gruu",
      callId: "moved",
    });
    side.request("BYE");
    world.run(100);
    const bye = moved.take("BYE");
    expect(bye.uri).toBe(`sip:alice@${moved.address}:5060`);
    expect(parseMessage(bye.text, "datagram").type).toBe("message");
  });
});
