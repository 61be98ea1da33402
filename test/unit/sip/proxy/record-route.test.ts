import { describe, expect, it } from "vitest";
import { parseUri, type SipUri } from "../../../../runtime/sip/message/uri.ts";
import { RecordRoutes, type RelayedDialog, recordRouteValue } from "../../../../runtime/sip/proxy/record-route.ts";
import type { Flow } from "../../../../runtime/sip/transport/flow.ts";

const datagram: Flow = {
  transport: "udp",
  localAddress: "192.0.2.1",
  localPort: 5060,
  remoteAddress: "10.0.0.7",
  remotePort: 40_000,
  connection: 0,
};
const stream: Flow = { ...datagram, transport: "wss", remoteAddress: "2001:db8::7", connection: 17 };
const dialog: RelayedDialog = { callerTag: "tag-ü", caller: datagram, callee: stream };

function uriWith(token: string): SipUri {
  const uri = parseUri(`sip:${token}@us.example;lr`);
  if (uri?.kind !== "sip") throw new Error(`${token} makes no URI`);
  return uri;
}

describe("what our Record-Route holds (RFC 5626 §5.3)", () => {
  it("is found again by the process that has sealed it", () => {
    const routes = new RecordRoutes("key", "epoch");
    expect(routes.open(uriWith(routes.seal(dialog, "call-1")), "call-1")).toEqual(dialog);
  });

  it("is found by the next process as well, where no connection of the first one is left", () => {
    const token = new RecordRoutes("key", "epoch").seal(dialog, "call-1");
    expect(new RecordRoutes("key", "later").open(uriWith(token), "call-1")).toEqual({
      ...dialog,
      callee: { ...stream, connection: -1 },
    });
  });

  it.each([
    ["another Call-ID", "key", "call-2"],
    ["another key", "other key", "call-1"],
  ])("is nothing with %s", (_, key, callId) => {
    const token = new RecordRoutes("key", "epoch").seal(dialog, "call-1");
    expect(new RecordRoutes(key, "epoch").open(uriWith(token), callId)).toBeUndefined();
  });

  it("is nothing once a single character has been changed, cut off or added", () => {
    const routes = new RecordRoutes("key", "epoch");
    const token = routes.seal(dialog, "call-1");
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === "A" ? "Q" : "A";
      // The last character holds bits that no octet needs.
      if (at === token.length - 1) continue;
      expect(routes.open(uriWith(token.slice(0, at) + other + token.slice(at + 1)), "call-1")).toBeUndefined();
    }
    for (const bad of [token.slice(4), `${token}AAAA`, "x", "A".repeat(5000), "%41%41"]) {
      expect(routes.open(uriWith(bad), "call-1")).toBeUndefined();
    }
  });

  it.each([
    ["udp", false, "<sip:t@192.0.2.1:5060;lr>"],
    ["tcp", false, "<sip:t@192.0.2.1:5060;transport=tcp;lr>"],
    ["tls", false, "<sip:t@192.0.2.1:5060;transport=tls;lr>"],
    ["wss", false, "<sip:t@192.0.2.1:5060;transport=ws;lr>"],
    ["tls", true, "<sips:t@192.0.2.1:5060;lr>"],
  ] as const)("leads to us over %s (sips: %s)", (transport, isSecure, value) => {
    expect(recordRouteValue("t", "192.0.2.1:5060", transport, isSecure)).toBe(value);
  });
});
