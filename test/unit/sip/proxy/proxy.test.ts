import { describe, expect, it } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import { Phone } from "../../../../runtime/simulator/network/phone.ts";
import { SimNet } from "../../../../runtime/simulator/network/sim-net.ts";
import { SimTransport } from "../../../../runtime/simulator/network/sim-transport.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import type {
  ForwardedFinal,
  ForwardOptions,
  ForwardTarget,
  TargetGroups,
} from "../../../../runtime/sip/proxy/order.ts";
import { ProxyCore } from "../../../../runtime/sip/proxy/proxy.ts";
import { SipStack } from "../../../../runtime/sip/stack.ts";
import { send } from "../../switch/proxy/requests.ts";

/** A proxy that sends everything to the targets of the test. */
function world(options: ForwardOptions = {}) {
  const clock = new VirtualClock();
  const net = new SimNet({ clock, seed: 1 });
  const state: { groups: TargetGroups } = { groups: [] };
  const stack: SipStack = new SipStack({
    clock,
    user: {
      admit: () => undefined,
      onRequest(transaction) {
        const passage = proxy.passageOf(transaction.request);
        if (passage.ok) proxy.forward(transaction, passage.value, state.groups, options);
        else proxy.refuse(transaction, passage.problem);
      },
      onCancel() {},
      onAck() {},
      onStrayResponse() {},
    },
    resolver: { naptr: async () => [], srv: async () => [], a: async () => [], aaaa: async () => [] },
    connect: (user) => new SimTransport(net, clock, user),
  });
  const proxy = new ProxyCore({ stack, clock, log: silentLog, key: "key", mostForwardings: 3 });
  let phones = 0;
  const phone = (name: string) => new Phone(net, name, `203.0.113.${++phones}`);
  return { clock, state, stack, carol: phone("carol"), phone };
}

function to(phone: Phone, more: Partial<ForwardTarget> = {}): ForwardTarget {
  return { uri: `sip:${phone.name}@${phone.address}`, hop: { type: "uri", uri: `sip:${phone.address}` }, ...more };
}

describe("a target with a way of its own (RFC 3327, RFC 5626)", () => {
  it("is reached by its Path, which goes before the Route of the request", () => {
    const { clock, state, carol, phone } = world();
    const [edge, alice] = [phone("edge"), phone("alice")];
    state.groups = [[to(alice, { route: [`<sip:${edge.address};lr>`, "<sip:inner;lr>"] })]];
    send(carol, "PUZZLE", { fields: [["Route", "<sip:192.0.2.1;lr>, <sip:last;lr>"]] });
    clock.advance(20);
    const got = edge.take("PUZZLE");
    expect(got.uri).toBe(`sip:alice@${alice.address}`);
    expect(got.headers("Route")).toEqual([`<sip:${edge.address};lr>`, "<sip:inner;lr>", "<sip:last;lr>"]);
  });

  it("is reached by its next one where the first is broken, as its edge says (430) or the network", () => {
    const { clock, state, carol, phone } = world();
    const [one, two, three] = [phone("one"), phone("two"), phone("three")];
    const broken: boolean[] = [];
    const onBroken = (isSaid: boolean) => void broken.push(isSaid);
    const gone = to(two, { hop: { type: "uri", uri: "sip:203.0.113.2;transport=tcp" }, onBroken });
    state.groups = [[to(one, { onBroken, spares: [gone, to(three)] })]];
    send(carol, "PUZZLE");
    clock.advance(20);
    one.answer(one.take("PUZZLE"), 430);
    clock.advance(50);
    three.answer(three.take("PUZZLE"), 200);
    clock.advance(20);
    expect(carol.kinds).toEqual(["200 PUZZLE"]);
    expect(broken).toEqual([true, false]);
  });

  it("is not there where its last way is broken: the 430 is for us", () => {
    const { clock, state, carol, phone } = world();
    const one = phone("one");
    state.groups = [[to(one)]];
    send(carol, "PUZZLE");
    clock.advance(20);
    one.answer(one.take("PUZZLE"), 430);
    clock.advance(20);
    expect(carol.kinds).toEqual(["480 PUZZLE"]);
  });
});

describe("whoever forwards a request", () => {
  it("may send other fields and another body, and is told of the end", () => {
    const told: ForwardedFinal[] = [];
    const { clock, state, carol, phone } = world({
      fields: [
        ["From", "<sip:x@y>;tag=1"],
        ["To", "<sip:z@y>"],
        ["Call-ID", "other"],
        ["CSeq", "9 PUZZLE"],
      ],
      body: "other",
      onFinal: (final) => {
        told.push(final);
        return undefined;
      },
    });
    const alice = phone("alice");
    state.groups = [[to(alice)]];
    send(carol, "PUZZLE", { body: "mine" });
    clock.advance(20);
    const got = alice.take("PUZZLE");
    expect([got.header("Call-ID"), got.body]).toEqual(["other", "other"]);
    alice.answer(got, 202, { reason: "Fine", fields: [["X-A", "1"]] });
    clock.advance(20);
    expect(told).toEqual([{ status: 202, reason: "Fine", fields: [["X-A", "1"]], body: "", isOurs: false }]);
  });

  it("may answer by itself in the end", () => {
    const { clock, state, carol, phone } = world({
      onFinal: ({ status }) => (status === 486 ? "answered" : undefined),
    });
    const alice = phone("alice");
    state.groups = [[to(alice)]];
    send(carol, "PUZZLE");
    clock.advance(20);
    alice.answer(alice.take("PUZZLE"), 486);
    clock.advance(100);
    expect(carol.kinds).toEqual([]);
  });

  it("is told that nobody was there where there is no target", () => {
    const { clock, carol } = world();
    send(carol, "PUZZLE");
    clock.advance(20);
    expect(carol.kinds).toEqual(["480 PUZZLE"]);
  });
});

describe("a proxy that has enough to do", () => {
  it("refuses what comes on top with 503 and Retry-After, and takes more once something has ended", () => {
    const { clock, state, carol, phone } = world();
    const alice = phone("alice");
    state.groups = [[to(alice)]];
    for (let index = 0; index < 4; index++) send(carol, "PUZZLE");
    clock.advance(20);
    expect(carol.kinds).toEqual(["503 PUZZLE"]);
    expect(carol.take("503 PUZZLE").header("Retry-After")).toBe("5");
    alice.answer(alice.take("PUZZLE"), 200);
    clock.advance(20);
    send(carol, "PUZZLE");
    clock.advance(20);
    expect(carol.kinds).toEqual(["503 PUZZLE", "200 PUZZLE"]);
    expect(alice.count("PUZZLE")).toBe(4);
  });

  it("costs the one request whose forwarding fails by a fault of ours, and no other", () => {
    const faults = { fields: [["Bad\nName", "x"]] as const };
    const { clock, state, carol, phone } = world(faults);
    state.groups = [[to(phone("alice"))]];
    send(carol, "PUZZLE");
    send(carol, "PUZZLE");
    clock.advance(20);
    expect(carol.kinds).toEqual(["500 PUZZLE", "500 PUZZLE"]);
  });
});
