import { describe, expect, it } from "vitest";
import type { SipRequest } from "../../../../runtime/sip/message/message.ts";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";
import type { Flow } from "../../../../runtime/sip/transport/flow.ts";
import { responsePort, stampSource } from "../../../../runtime/sip/transport/response-route.ts";

const flow: Flow = {
  transport: "udp",
  localAddress: "192.0.2.10",
  localPort: 5060,
  remoteAddress: "198.51.100.7",
  remotePort: 40000,
  connection: 0,
};
const flow6: Flow = { ...flow, localAddress: "2001:db8::10", remoteAddress: "2001:db8::7" };

function request(sentBy: string): SipRequest {
  const lines = [
    "OPTIONS sip:a@192.0.2.10 SIP/2.0",
    `Via: SIP/2.0/UDP ${sentBy}`,
    "From: <sip:b@b.example>;tag=1",
    "To: <sip:a@192.0.2.10>",
    "Call-ID: c",
    "CSeq: 1 OPTIONS",
    "Max-Forwards: 70",
    "Content-Length: 0",
  ];
  const outcome = parseMessage(`${lines.join("\r\n")}\r\n\r\n`, "datagram");
  if (outcome.type !== "message" || outcome.message.type !== "request")
    throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return outcome.message;
}

function stamped(sentBy: string, source: Flow = flow) {
  const received = request(sentBy);
  stampSource(received, source);
  const { received: address, rport } = received.topVia;
  return { received: address, rport };
}

describe("the source in the top Via (RFC 3261 §18.2.1, RFC 3581 §4)", () => {
  it.each([
    ["another address", "203.0.113.1:5060"],
    ["a name", "phone.example"],
    ["the name that resolves to it", "localhost"],
  ])("is written as received where sent-by is %s", (_case, host) => {
    expect(stamped(`${host};branch=z9hG4bK1`)).toEqual({ received: "198.51.100.7", rport: undefined });
  });

  it("is left out where sent-by is the source address and rport is not asked for", () => {
    expect(stamped("198.51.100.7:5099;branch=z9hG4bK1")).toEqual({ received: undefined, rport: undefined });
  });

  it("is written as received and rport where rport is asked for, though sent-by is right", () => {
    expect(stamped("198.51.100.7:5099;branch=z9hG4bK1;rport")).toEqual({ received: "198.51.100.7", rport: 40000 });
  });

  it("takes the place of what the sender has forged", () => {
    expect(stamped("198.51.100.7;rport=1;received=203.0.113.9;branch=z9hG4bK1")).toEqual({
      received: "198.51.100.7",
      rport: 40000,
    });
    expect(stamped("198.51.100.7;received=203.0.113.9;branch=z9hG4bK1").received).toBe("198.51.100.7");
  });

  it("compares IPv6 addresses by value", () => {
    expect(stamped("[2001:DB8:0::7]:5060;branch=z9hG4bK1", flow6).received).toBeUndefined();
    expect(stamped("[2001:db8::8]:5060;branch=z9hG4bK1", flow6).received).toBe("2001:db8::7");
  });

  it("names no interface", () => {
    const source = { ...flow6, remoteAddress: "fe80::7%eth0" };
    expect(stamped("[2001:db8::8];branch=z9hG4bK1", source).received).toBe("fe80::7");
  });

  it("stands in the Via of the answer", () => {
    const received = request("203.0.113.1:5060;rport;branch=z9hG4bK1");
    stampSource(received, flow);
    expect(received.responseVias[0]).toContain("received=198.51.100.7");
    expect(received.responseVias[0]).toContain("rport=40000");
  });
});

describe("the port that takes the answer (RFC 3261 §18.2.2, RFC 3581 §4)", () => {
  it.each([
    ["the source port where rport is asked for", "203.0.113.1:5099;rport;branch=z9hG4bK1", 40000],
    ["the port of sent-by without rport", "203.0.113.1:5099;branch=z9hG4bK1", 5099],
    ["5060 where sent-by has no port", "203.0.113.1;branch=z9hG4bK1", 5060],
    ["not touched by maddr", "203.0.113.1:5099;maddr=192.0.2.99;branch=z9hG4bK1", 5099],
  ])("is %s", (_case, sentBy, port) => {
    expect(responsePort(request(sentBy).topVia, flow)).toBe(port);
  });

  it("is the port of sent-by on a stream, whose source port takes no connections", () => {
    expect(responsePort(request("203.0.113.1:5099;rport;branch=z9hG4bK1").topVia, { ...flow, transport: "tcp" })).toBe(
      5099,
    );
  });
});
