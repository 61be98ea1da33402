import { describe, expect, it } from "vitest";
import { InvariantError } from "../../../../runtime/base/errors.ts";
import { serializeResponse } from "../../../../runtime/sip/message/serialize.ts";
import { requestText, tcp, udp, World } from "./world.ts";

const HALF_MINUTE = 32_000;

function times(world: World): number[] {
  return world.sent.map(({ at }) => at);
}

describe("INVITE server transaction (RFC 3261 §17.2.1, RFC 6026)", () => {
  const invite = requestText("INVITE");

  it("answers 100 by itself after 200 ms, without a To tag (TXN-01)", () => {
    const world = new World();
    world.receive(invite);
    world.clock.advance(199);
    expect(world.sent).toEqual([]);
    world.clock.advance(1);
    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]?.flow).toEqual(udp);
    expect(world.sent[0]?.text).toMatch(/^SIP\/2\.0 100 .*\r\n/);
    expect(world.sent[0]?.text).toContain("\r\nTo: <sip:bob@192.0.2.1>\r\n");
    world.clock.advance(100);
    world.answer(180);
    expect(times(world)).toEqual([200, 300]);
  });

  it("tells its user before it says 100, and at no other time", () => {
    const world = new World();
    world.receive(invite);
    world.clock.advance(199);
    expect(world.trying).toEqual([]);
    world.clock.advance(1);
    expect(world.trying).toEqual([0]);
    world.answer(180);
    world.clock.advance(1000);
    expect(world.trying).toHaveLength(1);
  });

  it("sends no 100 of its own where the user has answered before", () => {
    const world = new World();
    world.receive(invite);
    world.clock.advance(150);
    const ringing = world.answer(180);
    world.clock.advance(1000);
    expect(world.sent.map(({ text }) => text)).toEqual([ringing]);
  });

  it("sends the last provisional again for each retransmission, and shows the INVITE once (TXN-02)", () => {
    const world = new World();
    world.receive(invite);
    world.receive(invite);
    expect(world.sent).toEqual([]);
    const trying = world.answer(100);
    world.receive(invite);
    const ringing = world.answer(180);
    world.receive(invite);
    expect(world.sent.map(({ text }) => text)).toEqual([trying, trying, ringing, ringing]);
    expect(world.told).toEqual(["INVITE"]);
    expect(world.layer.size.server).toBe(1);
  });

  it("sends the 100 of its own again for a retransmission", () => {
    const world = new World();
    world.receive(invite);
    world.clock.advance(500);
    world.receive(invite);
    expect(world.ladder).toEqual(["200 SIP/2.0 100 Trying", "500 SIP/2.0 100 Trying"]);
  });

  it("retransmits a non-2xx without ACK, doubling up to 4 s, and stops after 32 s (TXN-03)", () => {
    const world = new World();
    world.receive(invite);
    const busy = world.answer(486);
    world.clock.advance(HALF_MINUTE - 1);
    expect(times(world)).toEqual([0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    expect(new Set(world.sent.map(({ text }) => text))).toEqual(new Set([busy]));
    expect(world.layer.size.server).toBe(1);
    world.clock.advance(1);
    expect(world.layer.size.server).toBe(0);
    expect(world.clock.pending).toBe(0);
    world.clock.advance(HALF_MINUTE);
    expect(world.sent).toHaveLength(11);
  });

  it("stops retransmitting at the ACK and keeps it to itself (TXN-04)", () => {
    const world = new World();
    const transaction = world.receive(invite);
    world.answer(486);
    world.clock.advance(600);
    world.receive(requestText("ACK", { to: "<sip:bob@192.0.2.1>;tag=callee" }));
    expect(transaction.state).toBe("confirmed");
    world.clock.advance(1000);
    world.receive(requestText("ACK", { to: "<sip:bob@192.0.2.1>;tag=callee" }));
    world.receive(invite);
    world.clock.advance(3999);
    expect(world.layer.size.server).toBe(1);
    world.clock.advance(1);
    expect(world.layer.size.server).toBe(0);
    expect(times(world)).toEqual([0, 500]);
    expect(world.told).toEqual(["INVITE"]);
    expect(world.clock.pending).toBe(0);
  });

  it("tells its user once that a refusal has been heard: at the ACK, or when that is not waited for any more", () => {
    const world = new World();
    const heardAt: number[] = [];
    const start = world.clock.now();
    const refuse = (branch: string): void => {
      const transaction = world.receive(requestText("INVITE", { branch }));
      const text = serializeResponse(transaction.request, { status: 486, toTag: "callee" });
      transaction.respond(486, text, () => heardAt.push(world.clock.now() - start));
    };
    refuse("z9hG4bKheard");
    refuse("z9hG4bKunheard");
    world.clock.advance(600);
    for (let copies = 0; copies < 2; copies++) {
      world.receive(requestText("ACK", { branch: "z9hG4bKheard", to: "<sip:bob@192.0.2.1>;tag=callee" }));
    }
    world.clock.advance(HALF_MINUTE);
    expect(heardAt).toEqual([600, HALF_MINUTE]);
  });

  it("sends a non-2xx again for a retransmission of the INVITE", () => {
    const world = new World();
    world.receive(invite);
    const busy = world.answer(486);
    world.clock.advance(100);
    world.receive(invite);
    expect(world.sent.map(({ text }) => text)).toEqual([busy, busy]);
  });

  it("absorbs the INVITE for 32 s after a 2xx, retransmits nothing and drops what it held (TXN-13)", () => {
    const world = new World();
    const transaction = world.receive(invite);
    world.answer(200);
    world.clock.advance(500);
    world.receive(invite);
    world.clock.advance(HALF_MINUTE - 501);
    world.receive(invite);
    expect(world.told).toEqual(["INVITE"]);
    expect(times(world)).toEqual([0]);
    expect(transaction.state).toBe("accepted");
    expect(() => transaction.request).toThrow(InvariantError);
    world.clock.advance(1);
    expect(world.layer.size.server).toBe(0);
    expect(world.clock.pending).toBe(0);
  });

  it("hands an ACK with the branch of an accepted INVITE to the user", () => {
    const world = new World();
    world.receive(invite);
    world.answer(200);
    world.receive(requestText("ACK", { to: "<sip:bob@192.0.2.1>;tag=callee" }));
    expect(world.told).toEqual(["INVITE", "ACK"]);
  });

  it("drops an ACK that comes before any final response", () => {
    const world = new World();
    world.receive(invite);
    world.receive(requestText("ACK"));
    expect(world.told).toEqual(["INVITE"]);
    expect(world.newest.state).toBe("proceeding");
  });

  it("retransmits nothing on a reliable flow and ends with the ACK", () => {
    const world = new World();
    world.receive(invite, tcp);
    world.answer(486);
    world.clock.advance(20_000);
    expect(times(world)).toEqual([0]);
    world.receive(requestText("ACK"), tcp);
    expect(world.layer.size.server).toBe(0);
    expect(world.clock.pending).toBe(0);
  });

  it("answers over another connection where that of the request has gone (RFC 3261 §18.2.2)", () => {
    const world = new World();
    const transaction = world.receive(invite, tcp);
    world.answer(180);
    world.detour = { ...tcp, connection: 9 };
    world.answer(200);
    expect(world.sent.map(({ flow }) => flow.connection)).toEqual([7, 9]);
    expect(transaction.flow.connection).toBe(9);
  });

  it("answers datagrams where the Via says (RFC 3261 §18.2.2)", () => {
    const world = new World();
    world.detour = { ...udp, remotePort: 40_000 };
    const transaction = world.receive(invite);
    world.clock.advance(200);
    expect(transaction.flow).toEqual(world.detour);
    expect(world.sent.map(({ flow }) => flow.remotePort)).toEqual([40_000]);
  });

  it.each([
    [200, 200],
    [486, 486],
    [200, 486],
    [486, 200],
  ])("refuses a second final response: %i, then %i", (first, second) => {
    const world = new World();
    const transaction = world.receive(invite);
    world.answer(first);
    expect(() => transaction.respond(second, "another")).toThrow(InvariantError);
    expect(world.sent).toHaveLength(1);
  });

  it("drops a provisional after the final, and anything after the end", () => {
    const world = new World();
    const transaction = world.receive(invite);
    world.answer(486);
    transaction.respond(180, "late");
    expect(world.sent).toHaveLength(1);
    world.receive(requestText("ACK"));
    world.clock.advance(5000);
    transaction.respond(180, "late");
    transaction.respond(200, "late");
    expect(world.sent).toHaveLength(1);
    expect(transaction.state).toBe("terminated");
  });
});

describe("non-INVITE server transaction (RFC 3261 §17.2.2)", () => {
  const options = requestText("OPTIONS");

  it("sends the same final response again within 32 s, without asking the user (TXN-06)", () => {
    const world = new World();
    const transaction = world.receive(options);
    const ok = world.answer(200);
    world.clock.advance(500);
    world.receive(options);
    world.clock.advance(HALF_MINUTE - 501);
    world.receive(options);
    expect(world.sent.map(({ text }) => text)).toEqual([ok, ok, ok]);
    expect(world.told).toEqual(["OPTIONS"]);
    expect(() => transaction.request).toThrow(InvariantError);
    world.clock.advance(1);
    expect(world.layer.size.server).toBe(0);
    expect(world.clock.pending).toBe(0);
  });

  it("answers nothing by itself, and a retransmission with the last provisional alone", () => {
    const world = new World();
    world.receive(options);
    world.receive(options);
    world.clock.advance(5000);
    expect(world.sent).toEqual([]);
    const trying = world.answer(100);
    world.receive(options);
    expect(world.sent.map(({ text }) => text)).toEqual([trying, trying]);
    expect(world.told).toEqual(["OPTIONS"]);
  });

  it("ends with its final response on a reliable flow", () => {
    const world = new World();
    const transaction = world.receive(options, tcp);
    world.answer(200);
    expect(transaction.state).toBe("terminated");
    expect(world.layer.size.server).toBe(0);
    transaction.respond(200, "again");
    expect(world.sent).toHaveLength(1);
  });

  it("refuses a second final response", () => {
    const world = new World();
    const transaction = world.receive(options);
    world.answer(404);
    expect(() => transaction.respond(200, "again")).toThrow(InvariantError);
  });
});
