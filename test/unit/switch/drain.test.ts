import { describe, expect, it } from "vitest";
import type { DrainNews } from "../../../runtime/port/drain.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import type { SipRequest } from "../../../runtime/sip/message/message.ts";
import { parseMessage } from "../../../runtime/sip/message/parse.ts";
import type { Call } from "../../../runtime/switch/call/call.ts";
import { CallIndex } from "../../../runtime/switch/call-index.ts";
import { Drain } from "../../../runtime/switch/drain.ts";

function request(method: string, fields: readonly string[] = []): SipRequest {
  const text = [
    `${method} sip:bob@example.com SIP/2.0`,
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
    "Max-Forwards: 70",
    "From: <sip:alice@example.com>;tag=a",
    "To: <sip:bob@example.com>",
    "Call-ID: c1",
    `CSeq: 1 ${method}`,
    ...fields,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
  const parsed = parseMessage(text, "datagram");
  if (parsed.type !== "message" || !("method" in parsed.message)) throw new Error("This is no request.");
  return parsed.message;
}

/** As much of a call as its index looks at. */
function call(id: string, from: string): Call {
  return {
    state: { id, startedAt: 0 },
    view: { summary: () => ({ id, state: "answered", from, to: "sip:bob@example.com" }) },
  } as unknown as Call;
}

describe("A drain", () => {
  const clock = new VirtualClock();
  const told: [DrainNews, number][] = [];
  const index = new CallIndex();
  const drain = new Drain({ clock, index, tell: (news, calls) => told.push([news, calls]) });

  it("refuses what begins a call, and lets a call take a place in one that is up", () => {
    expect(drain.refuses(request("INVITE"))).toBe(false);
    index.addOutbound(call("1", "sip:alice@example.com"));
    drain.begin();
    for (const method of ["INVITE", "OPTIONS"]) expect(drain.refuses(request(method))).toBe(true);
    for (const method of ["REGISTER", "SUBSCRIBE", "MESSAGE"]) expect(drain.refuses(request(method))).toBe(false);
    expect(drain.refuses(request("INVITE", ["Replaces: c0;to-tag=x;from-tag=y"]))).toBe(false);
  });

  it("lists what it waits for, and tells once when nothing is left", () => {
    expect(drain.begin()).toMatchObject({ draining: true, calls: 1, waitsFor: [{ id: "1", state: "answered" }] });
    const last = call("2", "sip:carol@example.com");
    index.addOutbound(last);
    index.retire(index.byName("1") as Call);
    expect(told).toEqual([["begun", 1]]);
    index.retire(last);
    index.retire(last);
    expect(told).toEqual([
      ["begun", 1],
      ["empty", 0],
    ]);
  });

  it("ends, and says nothing of the last call from then on", () => {
    expect(drain.end()).toMatchObject({ draining: false, since: null, calls: 0 });
    const another = call("3", "sip:alice@example.com");
    index.addOutbound(another);
    index.retire(another);
    expect(told.slice(2)).toEqual([["ended", 0]]);
  });
});
