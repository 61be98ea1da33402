import { describe, expect, it } from "vitest";
import { Phone } from "../../../runtime/simulator/network/phone.ts";
import { SimNet } from "../../../runtime/simulator/network/sim-net.ts";
import { SimTransport } from "../../../runtime/simulator/network/sim-transport.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import type { ClientRequest, RequestFailure } from "../../../runtime/sip/client-request.ts";
import { SipStack } from "../../../runtime/sip/stack.ts";
import type { Resolver } from "../../../runtime/sip/transport/locate.ts";

const ONE = "198.51.100.1";
const TWO = "198.51.100.2";

/** A stack that finds two gateways behind one name, and what becomes of the requests that it sends there. */
function world(transport: "udp" | "tcp" = "udp") {
  const clock = new VirtualClock();
  const net = new SimNet({ clock, seed: 1 });
  const resolver: Resolver = {
    naptr: async () => [],
    srv: async (name) =>
      name.startsWith(`_sip._${transport}.`)
        ? [1, 2].map((number) => ({ name: `gw${number}.test`, port: 5060, priority: number, weight: 0 }))
        : [],
    a: async (name) => (name === "gw1.test" ? [ONE] : [TWO]),
    aaaa: async () => [],
  };
  let made: SimTransport | undefined;
  const nobody = { admit: () => undefined, onRequest() {}, onCancel() {}, onAck() {}, onStrayResponse() {} };
  const stack = new SipStack({
    clock,
    user: nobody,
    resolver,
    connect: (user) => {
      made = new SimTransport(net, clock, user);
      return made;
    },
  });
  const told: (number | RequestFailure)[] = [];
  let calls = 0;
  const send = async (method = "MESSAGE", body = ""): Promise<ClientRequest> => {
    const request = stack.send(
      {
        method,
        uri: "sip:b@gw.test",
        hop: { type: "uri", uri: "sip:gw.test" },
        fields: [
          ["From", "<sip:a@us.test>;tag=1"],
          ["To", "<sip:b@gw.test>"],
          ["Call-ID", `failover-${++calls}`],
          ["CSeq", `1 ${method}`],
          ["Max-Forwards", "70"],
        ],
        body,
      },
      { onResponse: ({ status }) => void told.push(status), onFailure: (failure) => void told.push(failure) },
    );
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    return request;
  };
  if (made === undefined) throw new Error("the stack has made no transport");
  return { clock, net, transport: made, told, send, gateway: (address: string) => new Phone(net, address, address) };
}

/** Answers whatever comes with this. */
function answering(gateway: Phone, status: number, fields: readonly (readonly [string, string])[] = []): Phone {
  gateway.onMessage = (message) => {
    if (message.status === 0 && message.method !== "ACK") gateway.answer(message, status, { fields });
  };
  return gateway;
}

describe("a request to a name with several destinations (RFC 3263 §4.3)", () => {
  it("goes to the second one after 4 seconds of silence", async () => {
    const { clock, told, send, gateway } = world();
    const [one, two] = [gateway(ONE), answering(gateway(TWO), 200)];
    await send();
    clock.advance(3_990);
    expect(one.count("MESSAGE")).toBeGreaterThan(1);
    expect(two.received).toEqual([]);
    clock.advance(50);
    expect(told).toEqual([200]);
  });

  it("goes to the second one at once where the first takes no connection", async () => {
    const { clock, transport, told, send, gateway } = world("tcp");
    answering(gateway(TWO), 200).takeStreams(transport, "at once");
    await send();
    clock.advance(100);
    expect(told).toEqual([200]);
  });

  it("goes to the second one at once where the first answers 503, even after a 100", async () => {
    const { clock, told, send, gateway } = world();
    const one = gateway(ONE);
    one.onMessage = (message) => {
      if (message.status > 0 || message.method === "ACK") return;
      one.answer(message, 100);
      one.answer(message, 503);
    };
    answering(gateway(TWO), 200);
    await send("INVITE");
    clock.advance(100);
    expect(told).toEqual([100, 200]);
    expect(one.kinds).toEqual(["INVITE", "ACK"]);
  });

  it("stays where it rings: a 503 after a 180 is the answer", async () => {
    const { clock, told, send, gateway } = world();
    const one = gateway(ONE);
    one.onMessage = (message) => {
      if (message.method !== "INVITE" || message.status > 0) return;
      one.answer(message, 180);
      one.answer(message, 503);
    };
    const two = answering(gateway(TWO), 200);
    await send("INVITE");
    clock.advance(60_000);
    expect(told).toEqual([180, 503]);
    expect(two.received).toEqual([]);
  });

  it("gives the 503 of the last one, and another final answer of the first as it is", async () => {
    const { clock, told, send, gateway } = world();
    const one = answering(gateway(ONE), 503);
    answering(gateway(TWO), 503);
    await send();
    clock.advance(100);
    expect(told).toEqual([503]);
    answering(one, 500);
    clock.advance(60_000);
    await send();
    clock.advance(100);
    expect(told).toEqual([503, 500]);
  });

  it("does not wait for one that has been silent a while ago, until 30 seconds have passed", async () => {
    const { clock, told, send, gateway } = world();
    const [one, two] = [gateway(ONE), answering(gateway(TWO), 200)];
    await send();
    clock.advance(40_000 - 32_000);
    const seen = one.count("MESSAGE");
    await send();
    clock.advance(50);
    expect(told).toEqual([200, 200]);
    expect(two.count("MESSAGE")).toBe(2);
    clock.advance(60_000);
    answering(one, 202);
    const before = one.count("MESSAGE");
    expect(before).toBeGreaterThanOrEqual(seen);
    await send();
    clock.advance(50);
    expect(told).toEqual([200, 200, 202]);
    expect(one.count("MESSAGE")).toBe(before + 1);
  });

  it("leaves one alone for as long as its Retry-After asks", async () => {
    const { clock, told, send, gateway } = world();
    const one = answering(gateway(ONE), 503, [["Retry-After", "120 (maintenance)"]]);
    answering(gateway(TWO), 200);
    await send();
    clock.advance(110_000);
    await send();
    clock.advance(50);
    expect(one.count("MESSAGE")).toBe(1);
    clock.advance(10_000);
    await send();
    clock.advance(50);
    expect(one.count("MESSAGE")).toBe(2);
    expect(told).toEqual([200, 200, 200]);
  });

  it("takes the answer of one that was given up after all", async () => {
    const { clock, told, send, gateway } = world();
    const one = gateway(ONE);
    gateway(TWO);
    await send();
    clock.advance(4_100);
    one.answer(one.take("MESSAGE"), 200);
    clock.advance(50);
    expect(told).toEqual([200]);
  });

  it("is told to be too late in the end where all are silent", async () => {
    const { clock, told, send, gateway } = world();
    gateway(ONE);
    gateway(TWO);
    await send();
    clock.advance(4_000 + 32_100);
    expect(told).toEqual(["timeout"]);
  });

  it("goes to nobody else once it has been cancelled", async () => {
    const { clock, send, gateway } = world();
    gateway(ONE);
    const two = gateway(TWO);
    const request = await send("INVITE");
    clock.advance(1000);
    request.cancel();
    clock.advance(60_000);
    expect(two.received).toEqual([]);
  });
});
