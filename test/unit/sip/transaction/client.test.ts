import { describe, expect, it } from "vitest";
import { InvariantError } from "../../../../runtime/base/errors.ts";
import type { ClientUser } from "../../../../runtime/sip/transaction/layer.ts";
import { requestText, tcp, udp, World } from "./world.ts";

const HALF_MINUTE = 32_000;

function times(world: World): number[] {
  return world.sent.map(({ at }) => at);
}

describe("INVITE client transaction (RFC 3261 §17.1.1, RFC 6026)", () => {
  const invite = requestText("INVITE");

  it("retransmits an INVITE without any answer at doubling intervals and gives up after 32 s (TXN-07)", () => {
    const world = new World();
    const transaction = world.call(invite);
    world.clock.advance(HALF_MINUTE - 1);
    expect(times(world)).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500]);
    expect(new Set(world.sent.map(({ text }) => text))).toEqual(new Set([invite]));
    expect(world.told).toEqual([]);
    world.clock.advance(1);
    expect(world.told).toEqual(["timeout"]);
    expect(transaction.state).toBe("terminated");
    expect(world.layer.size.client).toBe(0);
    expect(world.clock.pending).toBe(0);
  });

  it("stops retransmitting at the first provisional and waits for the final without limit", () => {
    const world = new World();
    world.call(invite);
    world.clock.advance(600);
    world.reply(invite, 100);
    world.reply(invite, 180);
    world.clock.advance(10 * 60_000);
    expect(times(world)).toEqual([0, 500]);
    expect(world.told).toEqual(["100", "180"]);
  });

  it("acknowledges a non-2xx, again for each retransmission, and tells the user once (TXN-09)", () => {
    const world = new World();
    const text = requestText("INVITE", {
      branch: "z9hG4bKmine",
      cseq: 23,
      uri: "sip:bob@192.0.2.9;transport=udp",
      fields: [
        "Route: <sip:one.example;lr>",
        "Route: <sip:two.example;lr>",
        "Via: SIP/2.0/UDP below.example;branch=z9hG4bKtheirs",
        "Max-Forwards: 12",
        "Contact: <sip:alice@192.0.2.1>",
      ],
    });
    const transaction = world.call(text);
    world.reply(text, 486, { toTag: "busy" });
    expect(world.sent[1]).toEqual({
      at: 0,
      flow: udp,
      text: [
        "ACK sip:bob@192.0.2.9;transport=udp SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKmine",
        "From: Alice <sip:alice@192.0.2.9>;tag=caller",
        "Call-ID: call-1",
        "CSeq: 23 ACK",
        "Route: <sip:one.example;lr>",
        "Route: <sip:two.example;lr>",
        "To: <sip:bob@192.0.2.1>;tag=busy",
        "Max-Forwards: 70",
        "Content-Length: 0",
        "",
        "",
      ].join("\r\n"),
    });
    world.clock.advance(500);
    world.reply(text, 486, { toTag: "busy" });
    expect(world.sent).toHaveLength(3);
    expect(world.sent[2]?.text).toBe(world.sent[1]?.text);
    expect(world.told).toEqual(["486"]);
    expect([transaction.state, transaction.text]).toEqual(["completed", ""]);
  });

  it("stays in completed for 32 s (timer D), and on a reliable flow not at all", () => {
    const world = new World();
    world.call(invite);
    world.reply(invite, 486);
    world.clock.advance(HALF_MINUTE - 1);
    expect(world.layer.size.client).toBe(1);
    world.clock.advance(1);
    expect(world.layer.size.client).toBe(0);

    world.call(invite, tcp);
    world.reply(invite, 486);
    expect(world.sent.at(-1)?.text).toMatch(/^ACK /);
    expect(world.told).toEqual(["486", "486"]);
    expect(world.layer.size.client).toBe(0);
    expect(world.clock.pending).toBe(0);
  });

  it("passes every 2xx for 32 s, sends no ACK for it and drops the text", () => {
    const world = new World();
    const transaction = world.call(invite);
    world.reply(invite, 200, { toTag: "one" });
    world.clock.advance(500);
    world.reply(invite, 200, { toTag: "one" });
    world.reply(invite, 200, { toTag: "other-branch-of-a-fork" });
    world.reply(invite, 180);
    world.reply(invite, 486);
    expect(world.told).toEqual(["200", "200", "200"]);
    expect([transaction.state, transaction.text]).toEqual(["accepted", ""]);
    expect(times(world)).toEqual([0]);
    world.clock.advance(HALF_MINUTE - 500);
    world.reply(invite, 200, { toTag: "too-late" });
    expect(world.told).toEqual(["200", "200", "200", "stray 200"]);
    expect(world.clock.pending).toBe(0);
  });

  it("hands a 2xx that follows a non-2xx to whoever takes stray responses", () => {
    const world = new World();
    world.call(invite);
    world.reply(invite, 486);
    world.reply(invite, 200, { toTag: "other-branch-of-a-fork" });
    expect(world.told).toEqual(["486", "stray 200"]);
  });

  it("gives up 32 s after its CANCEL where no final response comes (RFC 3261 §9.1)", () => {
    const world = new World();
    world.call(invite);
    world.reply(invite, 180);
    world.clock.advance(60_000);
    const cancel = requestText("CANCEL");
    world.call(cancel, udp, { onResponse() {}, onFailure() {} });
    world.reply(cancel, 200);
    world.clock.advance(HALF_MINUTE - 1);
    expect(world.told).toEqual(["180"]);
    world.clock.advance(1);
    expect(world.told).toEqual(["180", "timeout"]);
    expect(world.layer.size.client).toBe(0);
    expect(world.clock.pending).toBe(0);
  });

  it("ends with the 487 that follows a CANCEL", () => {
    const world = new World();
    world.call(invite);
    world.reply(invite, 180);
    world.call(requestText("CANCEL"));
    world.reply(requestText("CANCEL"), 200);
    world.reply(invite, 487);
    world.clock.advance(2 * HALF_MINUTE);
    expect(world.told).toEqual(["180", "200", "487"]);
    expect(world.clock.pending).toBe(0);
  });

  it("is not retransmitted on a reliable flow, and still times out", () => {
    const world = new World();
    world.call(invite, tcp);
    world.clock.advance(HALF_MINUTE);
    expect(times(world)).toEqual([0]);
    expect(world.told).toEqual(["timeout"]);
  });
});

describe("non-INVITE client transaction (RFC 3261 §17.1.2)", () => {
  const options = requestText("OPTIONS");

  it("retransmits without any answer, doubling up to 4 s, and gives up after 32 s (TXN-08)", () => {
    const world = new World();
    world.call(options);
    world.clock.advance(HALF_MINUTE);
    expect(times(world)).toEqual([0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    expect(world.told).toEqual(["timeout"]);
    expect(world.clock.pending).toBe(0);
  });

  it("retransmits every 4 s after a provisional", () => {
    const world = new World();
    world.call(options);
    world.clock.advance(100);
    world.reply(options, 100);
    world.clock.advance(HALF_MINUTE - 101);
    expect(times(world)).toEqual([0, 500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500]);
    world.clock.advance(1);
    expect(world.told).toEqual(["100", "timeout"]);
  });

  it.each([200, 404])(
    "passes a %i once, absorbs its retransmissions for 5 s (timer K) and drops the text",
    (status) => {
      const world = new World();
      const transaction = world.call(options);
      world.reply(options, status);
      world.reply(options, status);
      expect(world.told).toEqual([String(status)]);
      expect([transaction.state, transaction.text]).toEqual(["completed", ""]);
      world.clock.advance(4999);
      expect(world.layer.size.client).toBe(1);
      world.clock.advance(1);
      expect(world.layer.size.client).toBe(0);
      expect(times(world)).toEqual([0]);
      expect(world.clock.pending).toBe(0);
    },
  );

  it("ends with its final response on a reliable flow", () => {
    const world = new World();
    world.call(options, tcp);
    world.reply(options, 200);
    expect(world.told).toEqual(["200"]);
    expect(world.layer.size.client).toBe(0);
    expect(world.clock.pending).toBe(0);
  });
});

describe("client transactions in the layer", () => {
  it("drops a response with the right branch but another CSeq method (TXN-18)", () => {
    const world = new World();
    const invite = requestText("INVITE");
    world.call(invite);
    world.reply(invite, 200, { method: "BYE" });
    world.reply(invite, 200, { method: "OPTIONS" });
    expect(world.told).toEqual([]);
    world.reply(invite, 200);
    expect(world.told).toEqual(["200"]);
  });

  it("tells INVITE and its CANCEL apart though they share a branch", () => {
    const world = new World();
    world.call(requestText("INVITE"));
    world.reply(requestText("INVITE"), 180);
    const heard: number[] = [];
    const canceller: ClientUser = { onResponse: ({ status }) => void heard.push(status), onFailure() {} };
    world.call(requestText("CANCEL"), udp, canceller);
    world.reply(requestText("CANCEL"), 200);
    expect(heard).toEqual([200]);
    expect(world.told).toEqual(["180"]);
  });

  it("hands a response to no transaction of ours to whoever takes stray responses", () => {
    const world = new World();
    world.reply(requestText("INVITE"), 200);
    expect(world.told).toEqual(["stray 200"]);
  });

  it("tells every transaction on a connection that it has failed, once, and no other", () => {
    const world = new World();
    const other = { ...tcp, connection: 8 };
    world.call(requestText("INVITE", { branch: "z9hG4bKa" }), tcp);
    const ringing = requestText("INVITE", { branch: "z9hG4bKb" });
    world.call(ringing, tcp);
    world.reply(ringing, 180);
    const answered = requestText("INVITE", { branch: "z9hG4bKc" });
    world.call(answered, tcp);
    world.reply(answered, 200);
    world.call(requestText("OPTIONS", { branch: "z9hG4bKd" }), tcp);
    world.call(requestText("OPTIONS", { branch: "z9hG4bKe" }), other);
    world.call(requestText("OPTIONS", { branch: "z9hG4bKf" }), udp);
    world.told.length = 0;
    world.layer.flowFailed(udp);
    expect(world.told).toEqual([]);
    world.layer.flowFailed(tcp);
    world.layer.flowFailed(tcp);
    expect(world.told).toEqual(["transport", "transport", "transport"]);
    expect(world.layer.size.client).toBe(3);
    world.reply(ringing, 200);
    world.clock.advance(HALF_MINUTE);
    expect(world.told).toEqual(["transport", "transport", "transport", "stray 200", "timeout", "timeout"]);
    expect(world.layer.size.client).toBe(0);
    expect(world.clock.pending).toBe(0);
  });

  it("tells the others of a failed connection even if one user breaks, and may be used again meanwhile", () => {
    const world = new World();
    const broken: ClientUser = {
      onResponse() {},
      onFailure() {
        world.call(requestText("OPTIONS", { branch: "z9hG4bKagain" }), tcp);
        throw new InvariantError("broken user");
      },
    };
    world.call(requestText("OPTIONS", { branch: "z9hG4bKa" }), tcp, broken);
    world.call(requestText("OPTIONS", { branch: "z9hG4bKb" }), tcp);
    expect(() => world.layer.flowFailed(tcp)).toThrow("broken user");
    expect(world.told).toEqual(["transport"]);
    world.layer.flowFailed(tcp);
    expect(world.told).toEqual(["transport", "transport"]);
    expect(world.layer.size.client).toBe(0);
  });

  it("refuses a branch that is in use", () => {
    const world = new World();
    world.call(requestText("INVITE"));
    expect(() => world.call(requestText("INVITE"))).toThrow(InvariantError);
  });
});
