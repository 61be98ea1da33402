import { describe, expect, it } from "vitest";
import { parseRequest, type RequestParts, requestText, World } from "./world.ts";

describe("matching of requests to server transactions (RFC 3261 §17.2.3)", () => {
  it("knows an ACK by the branch of its INVITE; a CANCEL with that branch is its own transaction (TXN-11)", () => {
    const world = new World();
    const invite = world.receive(requestText("INVITE"));
    const cancel = world.receive(requestText("CANCEL"));
    expect(cancel).not.toBe(invite);
    expect(world.cancelled).toEqual([invite]);
    expect(world.layer.size.server).toBe(2);
    world.answer(200, cancel);
    world.answer(487, invite);
    world.receive(requestText("ACK"));
    expect([invite.state, cancel.state]).toEqual(["confirmed", "completed"]);
    expect(world.told).toEqual(["INVITE", "CANCEL"]);
  });

  it("answers a retransmitted CANCEL by itself", () => {
    const world = new World();
    world.receive(requestText("INVITE"));
    const cancel = world.receive(requestText("CANCEL"));
    const ok = world.answer(200, cancel);
    world.receive(requestText("CANCEL"));
    expect(world.sent.map(({ text }) => text)).toEqual([ok, ok]);
    expect(world.told).toEqual(["INVITE", "CANCEL"]);
  });

  it("finds the INVITE of a CANCEL that crosses the 200", () => {
    const world = new World();
    const invite = world.receive(requestText("INVITE"));
    world.answer(200);
    world.receive(requestText("CANCEL"));
    expect(world.cancelled).toEqual([invite]);
    expect(invite.state).toBe("accepted");
  });

  it("finds no INVITE for a CANCEL with another branch", () => {
    const world = new World();
    world.receive(requestText("INVITE"));
    world.receive(requestText("CANCEL", { branch: "z9hG4bK2" }));
    expect(world.cancelled).toEqual([undefined]);
  });

  it.each<[string, RequestParts, RequestParts]>([
    ["branch", {}, { branch: "z9hG4bK2" }],
    ["sent-by host", {}, { sentBy: "192.0.2.10" }],
    ["sent-by port", { sentBy: "192.0.2.9:5062" }, { sentBy: "192.0.2.9:5063" }],
  ])("tells two requests apart by %s", (_, one, other) => {
    const world = new World();
    world.receive(requestText("INVITE", one));
    world.receive(requestText("INVITE", other));
    expect(world.told).toEqual(["INVITE", "INVITE"]);
  });

  it("needs nothing but branch, sent-by and method where the branch is unique", () => {
    const world = new World();
    world.receive(requestText("INVITE"));
    world.receive(requestText("INVITE", { uri: "sip:carol@192.0.2.1", callId: "call-2", cseq: 9 }));
    expect(world.told).toEqual(["INVITE"]);
  });

  it("takes the magic cookie in any case of letters", () => {
    const world = new World();
    world.receive(requestText("INVITE", { branch: "Z9HG4BK1" }));
    world.receive(requestText("INVITE", { branch: "Z9HG4BK1", callId: "call-2" }));
    expect(world.told).toEqual(["INVITE"]);
  });

  it("hands an ACK that matches nothing to the user", () => {
    const world = new World();
    world.receive(requestText("INVITE"));
    world.answer(200);
    world.layer.receiveRequest(parseRequest(requestText("ACK", { branch: "z9hG4bK2" })), world.newest.flow);
    expect(world.told).toEqual(["INVITE", "ACK"]);
  });

  it("knows retransmissions, ACK and CANCEL of what it has, and nothing else", () => {
    const world = new World();
    const known = (method: string, parts: RequestParts = {}) =>
      world.layer.knows(parseRequest(requestText(method, parts)));
    expect(known("INVITE")).toBe(false);
    world.receive(requestText("INVITE"));
    expect([known("INVITE"), known("ACK"), known("CANCEL"), known("OPTIONS")]).toEqual([true, true, true, false]);
    expect(known("CANCEL", { branch: "z9hG4bK2" })).toBe(false);
    world.receive(requestText("OPTIONS", { branch: "z9hG4bK3" }));
    expect([known("OPTIONS", { branch: "z9hG4bK3" }), known("CANCEL", { branch: "z9hG4bK3" })]).toEqual([true, false]);
  });
});

describe("matching where the branch is not unique (RFC 2543)", () => {
  const old: RequestParts = { branch: "1" };

  it("takes the same request again as a retransmission", () => {
    const world = new World();
    world.receive(requestText("INVITE", old));
    world.receive(requestText("INVITE", old));
    expect(world.told).toEqual(["INVITE"]);
  });

  it.each<[string, RequestParts]>([
    ["Request-URI", { uri: "sip:carol@192.0.2.1" }],
    ["Call-ID", { callId: "call-2" }],
    ["CSeq number", { cseq: 2 }],
    ["top Via", { sentBy: "192.0.2.10" }],
  ])("tells requests apart by %s", (_, other) => {
    const world = new World();
    world.receive(requestText("INVITE", old));
    world.receive(requestText("INVITE", { ...old, ...other }));
    expect(world.told).toEqual(["INVITE", "INVITE"]);
  });

  it("knows the ACK with the To tag of the answer, and the CANCEL without", () => {
    const world = new World();
    const invite = world.receive(requestText("INVITE", old));
    const cancel = world.receive(requestText("CANCEL", old));
    expect(world.cancelled).toEqual([invite]);
    world.answer(200, cancel);
    world.answer(487, invite);
    world.receive(requestText("ACK", { ...old, to: "<sip:bob@192.0.2.1>;tag=callee" }));
    expect(invite.state).toBe("confirmed");
    expect(world.told).toEqual(["INVITE", "CANCEL"]);
  });

  it("takes a branch that is the magic cookie alone for one of these", () => {
    const world = new World();
    world.receive(requestText("INVITE", { branch: "z9hG4bK" }));
    world.receive(requestText("INVITE", { branch: "z9hG4bK", callId: "call-2" }));
    expect(world.told).toEqual(["INVITE", "INVITE"]);
  });
});
