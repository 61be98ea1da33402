import { describe, expect, it } from "vitest";
import {
  afterFailure,
  askedFields,
  nextOf,
  refreshFields,
  type Session,
  type SessionTerms,
  sessionOfRequest,
  sessionOfResponse,
  shortestFor,
} from "../../../../runtime/sip/dialog/session-timer.ts";
import type { Headers } from "../../../../runtime/sip/message/message.ts";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";

const TERMS: SessionTerms = { sessionExpires: 1800, minSE: 90 };
const NOW = 1_000_000;

function headers(...lines: readonly string[]): Headers {
  const text = [
    "UPDATE sip:a@example.com SIP/2.0",
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
    "From: <sip:b@example.com>;tag=1",
    "To: <sip:a@example.com>",
    "Call-ID: x",
    "CSeq: 1 UPDATE",
    "Max-Forwards: 70",
    ...lines,
    "\r\n",
  ].join("\r\n");
  const parsed = parseMessage(text, "datagram");
  if (parsed.type !== "message") throw new Error(text);
  return parsed.message.headers;
}

const session = (parts: Partial<Session> = {}): Session => ({
  seconds: 1800,
  isRefresher: true,
  takesUpdate: true,
  refreshedAt: NOW,
  ...parts,
});

describe("A session that a request asks for (RFC 4028 §9)", () => {
  const speaks = "Supported: 100rel, Timer";
  it.each<[what: string, lines: string[], expires: string | null, required: boolean, isRefresher: boolean | null]>([
    ["as it is asked for", [speaks, "Session-Expires: 1800;refresher=uac"], "1800;refresher=uac", true, false],
    ["with the refreshing ours", [speaks, "Session-Expires: 600 ; Refresher=UAS"], "600;refresher=uas", false, true],
    ["with the refreshing of who asks", [speaks, "Session-Expires: 600"], "600;refresher=uac", true, false],
    ["in the short form", ["k: timer", "x: 600"], "600;refresher=uac", true, false],
    ["by our own wish", [speaks], "1800;refresher=uas", false, true],
    ["by our own wish, as long as the other side needs", [speaks, "Min-SE: 3000"], "3000;refresher=uas", false, true],
    ["of a proxy, refreshed by us", ["Session-Expires: 600;refresher=uac"], "600;refresher=uas", false, true],
    ["of a proxy, made longer", ["Session-Expires: 60"], "90;refresher=uas", false, true],
    ["for a day at most", [speaks, "Session-Expires: 4294967295"], "86400;refresher=uac", true, false],
    ["not without the extension", ["Supported: 100rel"], null, false, null],
    ["not where it cannot be read", ["Session-Expires: soon"], null, false, null],
  ])("is agreed on %s", (_what, lines, expires, required, isRefresher) => {
    const { session, fields } = sessionOfRequest(headers(...lines), TERMS, NOW);
    expect(session?.isRefresher ?? null).toBe(isRefresher);
    expect(fields).toEqual([
      ...(expires === null ? [] : [["Session-Expires", expires]]),
      ...(required ? [["Require", "timer"]] : []),
    ]);
  });

  it("is kept for who asks where the switch asks for none by itself", () => {
    const terms = { sessionExpires: null, minSE: 90 };
    expect(sessionOfRequest(headers(speaks), terms, NOW).session).toBeNull();
    expect(sessionOfRequest(headers(speaks, "Session-Expires: 600"), terms, NOW).session?.seconds).toBe(600);
    expect(askedFields(terms)).toEqual([]);
  });

  it.each([
    [["Supported: timer", "Session-Expires: 60"], 90],
    [["Supported: timer", "Session-Expires: 90"], null],
    [["Session-Expires: 60"], null],
    [["Supported: timer"], null],
  ])("is refused as too short, unless a proxy has asked: %j", (lines, minSE) => {
    expect(shortestFor(headers(...lines), TERMS)).toBe(minSE);
  });
});

describe("A session that the switch asks for (RFC 4028 §7)", () => {
  it("leaves the refreshing to us, and names a Min-SE that is not the usual", () => {
    expect(askedFields(TERMS)).toEqual([["Session-Expires", "1800;refresher=uac"]]);
    expect(askedFields({ sessionExpires: 20, minSE: 10 })).toEqual([
      ["Session-Expires", "20;refresher=uac"],
      ["Min-SE", "10"],
    ]);
  });

  it.each([
    [["Session-Expires: 600;refresher=uac"], 600, true],
    [["Session-Expires: 600;refresher=uas"], 600, false],
    [["Session-Expires: 600"], 600, true],
    [["Session-Expires: 1;refresher=uac"], 90, true],
    [[], null, null],
  ])("is what the answer says: %j", (lines, seconds, isRefresher) => {
    const agreed = sessionOfResponse(headers(...lines), TERMS, NOW);
    expect([agreed?.seconds ?? null, agreed?.isRefresher ?? null]).toEqual([seconds, isRefresher]);
  });

  it("knows whether the other side takes UPDATE, and remembers it where nothing is said", () => {
    const allow = "Allow: INVITE, UPDATE";
    expect(sessionOfResponse(headers("Session-Expires: 600", allow), TERMS, NOW)?.takesUpdate).toBe(true);
    expect(sessionOfResponse(headers("Session-Expires: 600"), TERMS, NOW)?.takesUpdate).toBe(false);
    expect(sessionOfResponse(headers("Session-Expires: 600"), TERMS, NOW, session())?.takesUpdate).toBe(true);
    expect(
      sessionOfResponse(headers("Session-Expires: 600", "Allow: INVITE"), TERMS, NOW, session())?.takesUpdate,
    ).toBe(false);
  });

  it("leaves the roles as they are in later requests", () => {
    expect(refreshFields(session())).toEqual([["Session-Expires", "1800;refresher=uac"]]);
    expect(refreshFields(session({ isRefresher: false }))).toEqual([["Session-Expires", "1800;refresher=uas"]]);
  });
});

describe("A session (RFC 4028 §10)", () => {
  it.each([
    [1800, true, "refresh", 900_000],
    [1800, false, "end", 1_768_000],
    [90, true, "refresh", 45_000],
    [90, false, "end", 60_000],
    [3, false, "end", 2000],
  ])("of %i s, refreshed by us: %s, has as its next moment %s", (seconds, isRefresher, due, ms) => {
    expect(nextOf(session({ seconds, isRefresher }), NOW)).toEqual({ due, ms });
    expect(nextOf(session({ seconds, isRefresher }), NOW + 1000)).toEqual({ due, ms: ms - 1000 });
  });

  const failed = (status: number, method = "UPDATE", lines: string[] = []) => ({
    status,
    method,
    headers: headers(...lines),
  });
  it.each([
    ["ends where the other side knows nothing of the call", failed(481), { type: "end" }],
    ["ends where nobody answers", failed(408), { type: "end" }],
    ["is refreshed by INVITE where UPDATE is not taken", failed(405), { type: "by-invite" }],
    ["is refreshed by INVITE where UPDATE is not known", failed(501), { type: "by-invite" }],
    ["is tried later where even INVITE is not", failed(405, "INVITE"), { type: "again", ms: 30_000 }],
    ["becomes longer", failed(422, "UPDATE", ["Min-SE: 3600"]), { type: "longer", seconds: 3600 }],
    ["does not become shorter", failed(422, "UPDATE", ["Min-SE: 60"]), { type: "again", ms: 30_000 }],
    ["is tried again after glare", failed(491), { type: "again", ms: 2500 }],
    ["is tried again after trouble", failed(500), { type: "again", ms: 30_000 }],
  ])("%s", (_what, failure, next) => {
    expect(afterFailure(session(), failure, { now: NOW + 900_000, glareMs: 2500 })).toEqual(next);
  });

  it("ends where there is no time left to try again", () => {
    const now = NOW + 1_745_000;
    expect(afterFailure(session(), failed(500), { now, glareMs: 0 })).toEqual({ type: "end" });
    expect(afterFailure(session(), failed(491), { now, glareMs: 2000 })).toEqual({ type: "again", ms: 2000 });
  });
});
