import { describe, expect, it } from "vitest";
import type { Phone } from "../../../../runtime/simulator/network/phone.ts";
import type { SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { requestText } from "../../../../runtime/simulator/network/sip-text.ts";
import { DOMAIN, World } from "../call/world.ts";
import { send } from "./requests.ts";

/** Sends what has come on to the switch, as a proxy would: with its own Via on top. */
function sendBack(phone: Phone, got: SipText, uri: string): void {
  phone.sendText(
    requestText({
      method: got.method,
      uri,
      fields: [
        ["Via", phone.via(phone.branch())],
        ...got.headers("Via").map((via) => ["Via", via] as const),
        ["Max-Forwards", String(Number(got.header("Max-Forwards")) - 1)],
        ["From", got.header("From")],
        ["To", got.header("To")],
        ["Call-ID", got.header("Call-ID")],
        ["CSeq", got.header("CSeq")],
      ],
    }),
  );
}

describe("a request that comes back (RFC 3261 §16.3 step 4, RFC 5393 §4.2)", () => {
  it("with the Request-URI that it came with goes round in a circle, and is refused at once (PRX-26)", () => {
    const world = new World();
    const proxy = world.registered("alice", 1, world.phone("proxy"));
    const carol = world.phone("carol");
    send(carol, "PUZZLE", { uri: `sip:alice@${DOMAIN}` });
    world.run(20);
    const got = proxy.take("PUZZLE");
    sendBack(proxy, got, `sip:alice@${DOMAIN}`);
    world.run(20);
    expect(proxy.take("482 PUZZLE").reason).toBe("Loop Detected");
    expect(proxy.count("PUZZLE")).toBe(1);
  });

  it("with another Request-URI is a spiral, and goes on (PRX-26)", () => {
    const world = new World();
    const proxy = world.registered("alice", 1, world.phone("proxy"));
    const bob = world.registered("bob");
    const carol = world.phone("carol");
    send(carol, "PUZZLE", { uri: `sip:alice@${DOMAIN}` });
    world.run(20);
    sendBack(proxy, proxy.take("PUZZLE"), `sip:bob@${DOMAIN}`);
    world.run(20);
    const got = bob.take("PUZZLE");
    expect(got.headers("Via")).toHaveLength(4);
    bob.answer(got, 200);
    world.run(20);
    expect(proxy.kinds).toEqual(["PUZZLE", "200 PUZZLE"]);
  });

  it("is known by our key, so that nobody can make a request look like one that has been here (PRX-26)", () => {
    const world = new World();
    const alice = world.registered("alice");
    const carol = world.phone("carol");
    send(carol, "PUZZLE", { vias: ["SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK0.abc.1-0123456789abcdef"] });
    world.run(20);
    expect(alice.kinds).toEqual(["PUZZLE"]);
  });

  it("is found again where others have changed its headers in between (PRX-26)", () => {
    const world = new World();
    const proxy = world.registered("alice", 1, world.phone("proxy"));
    const carol = world.phone("carol");
    send(carol, "PUZZLE", { uri: `sip:alice@${DOMAIN}`, fields: [["X-Hop", "1"]] });
    world.run(20);
    sendBack(proxy, proxy.take("PUZZLE"), `sip:alice@${DOMAIN}`);
    world.run(20);
    expect(proxy.take("482 PUZZLE").reason).toBe("Loop Detected");
  });
});
