import { describe, expect, it } from "vitest";
import { DOMAIN, World } from "../call/world.ts";
import { SWITCH, send, sendAs } from "./requests.ts";

describe("a request outside a call, to a user (RFC 3261 §16.6)", () => {
  it("reaches the phone as it came, whatever its method, headers and body (PRX-08)", () => {
    const world = new World();
    const alice = world.registered("alice");
    const carol = world.phone("carol");
    send(carol, "PUZZLE", {
      fields: [
        ["X-Odd", "second; first"],
        ["X-Odd", "first"],
        ["Require", "levitation"],
        ["Contact", '<sip:carol@203.0.113.2>;+weird="<1>"'],
        ["Content-Type", "application/x-octets"],
      ],
      body: "\0\x01\xfe\r\n\r\nSIP/2.0",
    });
    world.run(50);
    const got = alice.take("PUZZLE");
    expect(got.uri).toBe(`sip:alice@${alice.address}:5060`);
    expect(got.headers("X-Odd")).toEqual(["second; first", "first"]);
    expect(got.header("Require")).toBe("levitation");
    expect(got.header("Contact")).toBe('<sip:carol@203.0.113.2>;+weird="<1>"');
    expect(got.header("Content-Type")).toBe("application/x-octets");
    expect(got.body).toBe("\0\x01\xfe\r\n\r\nSIP/2.0");
    expect(got.headers("Record-Route")).toEqual([]);
  });

  it("has our Via on top of those it came with, and the answer goes back by them unchanged (PRX-09, PRX-10)", () => {
    const world = new World();
    const alice = world.registered("alice");
    const carol = world.phone("carol");
    const sent = send(carol, "PUZZLE", { vias: ["SIP/2.0/TCP edge.elsewhere.example;branch=z9hG4bKedge;keep=1"] });
    world.run(50);
    const got = alice.take("PUZZLE");
    const [ours, theirs, edge] = got.headers("Via");
    expect(ours).toMatch(new RegExp(`^SIP/2\\.0/UDP ${SWITCH};branch=z9hG4bK`));
    expect(theirs).toContain(sent.param("Via", "branch"));
    expect(theirs).toContain(`received=${carol.address}`);
    expect(edge).toBe("SIP/2.0/TCP edge.elsewhere.example;branch=z9hG4bKedge;keep=1");
    alice.answer(got, 299, {
      reason: "Solved It",
      toTag: "a1",
      fields: [
        ["X-Answer", "42"],
        ["Contact", "<sip:a@b>"],
      ],
      body: "yes",
    });
    world.run(50);
    const answer = carol.take("299 PUZZLE");
    expect(answer.reason).toBe("Solved It");
    expect(answer.headers("Via")).toEqual([theirs, edge]);
    expect(answer.param("To", "tag")).toBe("a1");
    expect([answer.header("X-Answer"), answer.header("Contact"), answer.body]).toEqual(["42", "<sip:a@b>", "yes"]);
  });

  it.each([
    [70, "69"],
    [1, "0"],
    [null, "70"],
  ])("goes on with Max-Forwards one less than %s (PRX-02)", (maxForwards, left) => {
    const world = new World();
    const alice = world.registered("alice");
    send(world.phone("carol"), "PUZZLE", { maxForwards });
    world.run(50);
    expect(alice.take("PUZZLE").headers("Max-Forwards")).toEqual([left]);
  });

  it("has the branch that it had when it is sent again, and the sender's copies go no further (PRX-09)", () => {
    const world = new World();
    const alice = world.registered("alice");
    const carol = world.phone("carol");
    const sent = send(carol, "PUZZLE");
    world.run(100);
    carol.sendText(sent.text);
    world.run(1000);
    const branches = alice.received.map((message) => message.param("Via", "branch"));
    expect(branches).toHaveLength(2);
    expect(new Set(branches).size).toBe(1);
  });

  it("gets no 100 of the phone, and ours only after 3.6 seconds (PRX-11, RFC 4320 §4.1)", () => {
    const world = new World();
    const alice = world.registered("alice");
    const carol = world.phone("carol");
    send(carol, "PUZZLE");
    world.run(50);
    const got = alice.take("PUZZLE");
    alice.answer(got, 100);
    alice.answer(got, 183);
    world.run(3_500);
    expect(carol.kinds).toEqual([]);
    world.run(200);
    expect(carol.kinds).toEqual(["100 PUZZLE"]);
    alice.answer(got, 200);
    world.run(50);
    expect(carol.kinds).toEqual(["100 PUZZLE", "200 PUZZLE"]);
  });

  it("is answered before its sender gives up where nobody answers, and not with 408 (RFC 4320 §4.2)", () => {
    const world = new World();
    world.registered("alice");
    const carol = world.phone("carol");
    send(carol, "PUZZLE");
    world.run(27_900);
    expect(carol.kinds).toEqual(["100 PUZZLE"]);
    world.run(200);
    expect(carol.kinds).toEqual(["100 PUZZLE", "480 PUZZLE"]);
    expect(carol.take("480 PUZZLE").param("To", "tag")).not.toBe("");
    expect(world.stack.transactions.size.server).toBe(1);
    world.run(60_000);
    expect(world.stack.transactions.size).toEqual({ client: 0, server: 0 });
  });

  it.each([
    [503, "500 PUZZLE"],
    [408, "480 PUZZLE"],
    [404, "404 PUZZLE"],
    [302, "302 PUZZLE"],
  ])("gets for a %d of the phone %s (RFC 3261 §16.7 step 6)", (status, kind) => {
    const world = new World();
    const alice = world.registered("alice");
    const carol = world.phone("carol");
    send(carol, "PUZZLE");
    world.run(50);
    alice.answer(alice.take("PUZZLE"), status);
    world.run(50);
    expect(carol.kinds).toEqual([kind]);
  });

  it("is answered 500 where the answer of the phone has no Via but ours", () => {
    const world = new World();
    const alice = world.registered("alice");
    const carol = world.phone("carol");
    send(carol, "PUZZLE");
    world.run(50);
    const got = alice.take("PUZZLE");
    const [ours] = got.headers("Via");
    alice.sendText(
      `SIP/2.0 200 OK\r\nVia: ${ours}\r\nFrom: ${got.header("From")}\r\nTo: ${got.header("To")};tag=x\r\n` +
        `Call-ID: ${got.header("Call-ID")}\r\nCSeq: ${got.header("CSeq")}\r\nContent-Length: 0\r\n\r\n`,
    );
    world.run(50);
    expect(carol.kinds).toEqual(["500 PUZZLE"]);
  });

  it.each([0, 1, 2, 3, 4])("comes through a network that loses every fourth datagram, and once (seed %d)", (seed) => {
    const world = new World({ seed, loss: 0.25, duplication: 0.1, minDelayMs: 5, maxDelayMs: 60 });
    const alice = world.registered("alice");
    const carol = world.phone("carol");
    const branches = new Set<string>();
    alice.onMessage = (message) => {
      if (message.status > 0) return;
      if (!branches.has(message.param("Via", "branch"))) alice.answer(message, 200);
      branches.add(message.param("Via", "branch"));
    };
    const sent = send(carol, "PUZZLE");
    for (const after of [500, 1000, 2000, 4000, 4000, 4000]) {
      world.run(after);
      if (!carol.kinds.includes("200 PUZZLE")) carol.sendText(sent.text);
    }
    world.run(4000);
    expect(new Set(carol.kinds)).toEqual(
      new Set(["200 PUZZLE", ...carol.kinds.filter((kind) => kind.startsWith("100"))]),
    );
    expect(branches.size).toBe(1);
  });
});

describe("a request that cannot go on (RFC 3261 §16.3)", () => {
  it.each([
    ["whose Max-Forwards is 0 (PRX-01)", { maxForwards: 0 }, 483],
    ["with a Proxy-Require that nobody knows (PRX-03)", { fields: [["Proxy-Require", "levitation"] as const] }, 420],
    ["that may have no copies (RFC 5393 §5.3)", { fields: [["Max-Breadth", "0"] as const] }, 440],
    ["whose Route is no address", { fields: [["Route", "nonsense"] as const] }, 400],
    ["for a user who is not there, as for one without a phone", { uri: `sip:nobody@${DOMAIN}` }, 480],
    ["for a user without a phone", { uri: `sip:bob@${DOMAIN}` }, 480],
    ["for a foreign address, from outside (PRX-29)", { uri: "sip:dora@far.example" }, 403],
    [
      "for a foreign address by a Route, from outside (PRX-29)",
      { fields: [["Route", "<sip:198.51.100.9;lr>"] as const] },
      403,
    ],
    ["in the name of a user of ours", { from: `<sip:alice@${DOMAIN}>;tag=1` }, 407],
  ])("%s is refused", (_, parts, status) => {
    const world = new World();
    const alice = world.registered("alice");
    const carol = world.phone("carol");
    send(carol, "PUZZLE", parts);
    world.run(50);
    const answer = carol.take(`${status} PUZZLE`);
    expect(answer.param("To", "tag")).not.toBe("");
    if (status === 420) expect(answer.header("Unsupported")).toBe("levitation");
    expect(alice.received).toEqual([]);
  });

  it("is refused with 416 for a scheme that nobody knows (PRX-04)", () => {
    const world = new World();
    const carol = world.phone("carol");
    send(carol, "PUZZLE", { uri: "gopher://100", fields: [["Route", `<sip:198.51.100.9;lr>`]] });
    world.run(50);
    carol.take("416 PUZZLE");
  });

  it("is refused with 405 where it is for the switch itself, and with 481 where it is a NOTIFY of no subscription", () => {
    const world = new World();
    const carol = world.phone("carol");
    send(carol, "PUZZLE", { uri: `sip:${SWITCH}` });
    send(carol, "NOTIFY", { uri: `sip:${DOMAIN}` });
    world.run(50);
    expect(carol.kinds).toEqual(["405 PUZZLE", "481 NOTIFY"]);
  });

  it("is refused with 481 where a stranger notifies a phone of what it has not asked for; a user may", () => {
    const world = new World();
    const alice = world.registered("alice");
    const carol = world.phone("carol");
    send(carol, "NOTIFY", { fields: [["Event", "check-sync;reboot=true"]] });
    world.run(50);
    expect(carol.kinds).toEqual(["481 NOTIFY"]);
    expect(alice.received).toEqual([]);
    sendAs(world, "bob", world.registered("bob"), "NOTIFY", { fields: [["Event", "weather"]] });
    world.run(50);
    expect(alice.kinds).toEqual(["NOTIFY"]);
  });

  it("is refused with 481 where it is a CANCEL of nothing (PRX-21)", () => {
    const world = new World();
    const carol = world.phone("carol");
    send(carol, "CANCEL");
    world.run(50);
    expect(carol.kinds).toEqual(["481 CANCEL"]);
  });

  it("is refused with 482 where it comes a second time by another way, while the first is under way", () => {
    const world = new World();
    const alice = world.registered("alice");
    const carol = world.phone("carol");
    const twin = { callId: "twin", from: "<sip:carol@elsewhere.example>;tag=twin" };
    send(carol, "PUZZLE", twin);
    send(carol, "PUZZLE", twin);
    world.run(50);
    expect(carol.kinds).toEqual(["482 PUZZLE"]);
    alice.answer(alice.take("PUZZLE"), 200);
    world.run(50);
    expect(carol.kinds).toEqual(["482 PUZZLE", "200 PUZZLE"]);
  });
});

describe("a request of a user of ours", () => {
  it("goes to a foreign address once it is proved whose it is, without the credentials", () => {
    const world = new World();
    const bob = world.registered("bob");
    const dora = world.phone("dora");
    sendAs(world, "bob", bob, "PUZZLE", {
      uri: `sip:dora@${dora.address}`,
      fields: [
        ["Proxy-Authorization", 'Digest username="bob", realm="far.example", nonce="1", uri="sip:x", response="2"'],
      ],
    });
    world.run(50);
    const got = dora.take("PUZZLE");
    expect(got.uri).toBe(`sip:dora@${dora.address}`);
    expect(got.headers("Proxy-Authorization")).toHaveLength(1);
    expect(got.header("Proxy-Authorization")).toContain('realm="far.example"');
  });

  it("goes by the Route that it names, of which our own value is taken off (PRX-05, PRX-23)", () => {
    const world = new World();
    const bob = world.registered("bob");
    const edge = world.phone("edge");
    sendAs(world, "bob", bob, "PUZZLE", {
      uri: "sip:dora@far.example",
      fields: [
        ["Route", `<sip:${SWITCH};lr>, <sip:${edge.address};lr>`],
        ["Route", "<sip:inner.far.example;lr>"],
      ],
    });
    world.run(50);
    const got = edge.take("PUZZLE");
    expect(got.uri).toBe("sip:dora@far.example");
    expect(got.headers("Route")).toEqual([`<sip:${edge.address};lr>`, "<sip:inner.far.example;lr>"]);
  });

  it("goes to a strict router with its URI in the request line, and the target at the end of the Route (RFC 3261 §16.6)", () => {
    const world = new World();
    const bob = world.registered("bob");
    const edge = world.phone("edge");
    sendAs(world, "bob", bob, "PUZZLE", {
      uri: "sip:dora@far.example",
      fields: [["Route", `<sip:${edge.address}>, <sip:inner.far.example;lr>`]],
    });
    world.run(50);
    const got = edge.take("PUZZLE");
    expect(got.uri).toBe(`sip:${edge.address}`);
    expect(got.headers("Route")).toEqual(["<sip:inner.far.example;lr>", "<sip:dora@far.example>"]);
  });

  it("is refused where its From names another user", () => {
    const world = new World();
    const bob = world.registered("bob");
    const alice = world.registered("alice");
    sendAs(world, "bob", bob, "PUZZLE", { from: `<sip:alice@${DOMAIN}>;tag=x` });
    world.run(50);
    bob.take("403 PUZZLE");
    expect(alice.received).toEqual([]);
  });

  it("asks a phone for OPTIONS, and strangers are told the same of every name", () => {
    const world = new World();
    const alice = world.registered("alice");
    const bob = world.registered("bob");
    sendAs(world, "bob", bob, "OPTIONS");
    world.run(50);
    alice.answer(alice.take("OPTIONS"), 200, { fields: [["X-Phone", "here"]] });
    world.run(50);
    expect(bob.take("200 OPTIONS").header("X-Phone")).toBe("here");
    const carol = world.phone("carol");
    send(carol, "OPTIONS");
    send(carol, "OPTIONS", { uri: `sip:nobody@${DOMAIN}` });
    world.run(50);
    expect(carol.kinds).toEqual(["200 OPTIONS", "200 OPTIONS"]);
    expect(alice.count("OPTIONS")).toBe(1);
  });

  it("is answered 500 where the address leads nowhere", async () => {
    const world = new World();
    const bob = world.registered("bob");
    sendAs(world, "bob", bob, "PUZZLE", { uri: "sip:dora@unknown.example" });
    await world.pass(100);
    expect(bob.take("500 PUZZLE").reason).toBe("Next Hop Unavailable");
  });
});
