import { beforeEach, describe, expect, it } from "vitest";
import type { BindingRow } from "../../../../runtime/port/store.ts";
import { answerText, SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import type { SipResponse } from "../../../../runtime/sip/message/message.ts";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";
import { KeepAlive } from "../../../../runtime/switch/registrar/keep-alive.ts";
import { World } from "../call/world.ts";

const EVERY_MS = 30_000;

const HOME: BindingRow = {
  domain: "example.com",
  user: "alice",
  contact: "sip:alice@10.0.0.5:5060",
  callId: "phone-1",
  cseq: 1,
  q: 1,
  expiresAt: Number.POSITIVE_INFINITY,
  registeredAt: 0,
  userAgent: null,
  path: [],
  instance: null,
  regId: null,
  transport: "udp",
  localAddress: "192.0.2.1",
  localPort: 5060,
  remoteAddress: "198.51.100.7",
  remotePort: 40_000,
  connection: 0,
};

let clock: VirtualClock;
let sent: { readonly at: number; readonly text: SipText; readonly to: string }[];
let failed: string[];
let keepAlive: KeepAlive;
let start: number;

beforeEach(() => {
  clock = new VirtualClock();
  start = clock.now();
  sent = [];
  failed = [];
  const { stack } = new World();
  const transport = new Proxy(stack.transport, {
    get: (target, name) =>
      name === "send"
        ? (text: string, flow: { remoteAddress: string; remotePort: number }) =>
            sent.push({
              at: clock.now() - start,
              text: new SipText(text),
              to: `${flow.remoteAddress}:${flow.remotePort}`,
            })
        : (Reflect.get(target, name).bind?.(target) ?? Reflect.get(target, name)),
  });
  keepAlive = new KeepAlive({
    clock,
    stack: {
      mint: stack.mint,
      transport,
      branch: () => stack.branch(),
      write: (...args) => stack.write(...args),
    },
    everyMs: EVERY_MS,
    onFailed: ({ contact }) => failed.push(contact),
  });
});

function registered(over: Partial<BindingRow> = {}): void {
  keepAlive.bindingChanged({ what: "registered", binding: { ...HOME, ...over } });
}

function answer(text: SipText, status = 200): void {
  const outcome = parseMessage(answerText(text, status, { toTag: "t" }), "datagram");
  if (outcome.type !== "message") throw new Error("no response");
  // An answer to an OPTIONS is a response.
  keepAlive.onResponse(outcome.message as SipResponse);
}

describe("a phone over UDP whose Contact is not where it is", () => {
  it("is asked every half minute over the way that it registered by", () => {
    registered();
    clock.advance(95_000);
    expect(sent.length).toBeGreaterThanOrEqual(3);
    for (const { text, to } of sent) {
      expect([text.method, text.uri, to]).toEqual(["OPTIONS", "sip:alice@10.0.0.5:5060", "198.51.100.7:40000"]);
      expect(text.header("Max-Forwards")).toBe("70");
    }
    const times = sent.map(({ at }) => at);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(EVERY_MS);
  });

  it("is asked no more once it is gone, or once its Contact is right", () => {
    registered();
    registered({ user: "bob" });
    expect(keepAlive.size).toBe(2);
    keepAlive.bindingChanged({ what: "unregistered", binding: HOME, reason: "removed" });
    keepAlive.bindingChanged({
      what: "refreshed",
      binding: { ...HOME, user: "bob", remoteAddress: "10.0.0.5", remotePort: 5060 },
    });
    expect(keepAlive.size).toBe(0);
    clock.advance(60_000);
    expect(sent).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it("is asked at its new address after it has moved", () => {
    registered();
    keepAlive.bindingChanged({ what: "refreshed", binding: { ...HOME, remotePort: 41_000 } });
    clock.advance(30_000);
    expect(sent.map(({ to }) => to)).toEqual(["198.51.100.7:41000"]);
  });

  it("stays registered however silent it is: it may not know OPTIONS", () => {
    registered();
    clock.advance(600_000);
    expect(failed).toEqual([]);
  });

  it.each([
    ["one whose Contact is where it is", { remoteAddress: "10.0.0.5", remotePort: 5060 }],
    ["one over TCP", { transport: "tcp", connection: 3 } as const],
    ["one behind a proxy", { path: ["<sip:198.51.100.7;lr>"] }],
  ])("is not %s", (_, over) => {
    registered(over);
    clock.advance(60_000);
    expect(sent).toEqual([]);
  });
});

describe("a flow of several", () => {
  const flow = { regId: 1, instance: "<urn:uuid:1>" };

  it("is told to have failed after four questions without an answer", () => {
    registered(flow);
    clock.advance(4 * EVERY_MS);
    expect(failed).toEqual([]);
    clock.advance(EVERY_MS);
    expect(failed).toEqual([HOME.contact]);
    expect(sent).toHaveLength(4);
  });

  it("stays where the phone answers, whatever it answers", () => {
    registered(flow);
    for (let round = 0; round < 12; round++) {
      clock.advance(EVERY_MS);
      const last = sent.at(-1);
      if (last !== undefined && round % 3 === 2) answer(last.text, round === 2 ? 481 : 200);
    }
    expect(failed).toEqual([]);
  });

  it("is not kept alive by an answer to something else", () => {
    registered(flow);
    for (let round = 0; round < 5; round++) {
      clock.advance(EVERY_MS);
      const last = sent.at(-1);
      if (last !== undefined)
        answer(new SipText(last.text.text.replace(/Call-ID: keepalive-\d+/, "Call-ID: keepalive-99")));
    }
    expect(failed).toEqual([HOME.contact]);
  });
});

describe("many phones", () => {
  it("are spread over the half minute", () => {
    for (let count = 0; count < 1_200; count++) registered({ user: `u${count}` });
    clock.advance(EVERY_MS);
    expect(sent).toHaveLength(1_200);
    const perTick = new Map<number, number>();
    for (const { at } of sent) perTick.set(at, (perTick.get(at) ?? 0) + 1);
    expect(Math.max(...perTick.values())).toBeLessThanOrEqual(11);
  });
});
