/** A guard on virtual time, and requests of strangers. */
import { NetworkSet, parseNetwork } from "../../../../runtime/contract/network.ts";
import type { Ban, GuardNews, GuardRefusal } from "../../../../runtime/port/guard.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import type { SipRequest } from "../../../../runtime/sip/message/message.ts";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";
import { Bans } from "../../../../runtime/switch/guard/bans.ts";
import { Guard } from "../../../../runtime/switch/guard/guard.ts";
import { SourceLists } from "../../../../runtime/switch/guard/source-lists.ts";

export const STRANGER = "203.0.113.9";
export const MINUTE = 60_000;

export function networks(...texts: readonly string[]) {
  return texts.flatMap((text) => parseNetwork(text) ?? []);
}

export class Guarded {
  readonly clock = new VirtualClock();
  readonly news: GuardNews[] = [];
  readonly refusals: GuardRefusal[] = [];
  readonly stored: Ban[] = [];
  readonly lists: SourceLists;
  readonly bans: Bans;
  readonly guard: Guard;
  #serial = 0;

  constructor(
    options: { lists?: Partial<SourceLists["configured"]>; trunks?: readonly string[]; banMinutes?: number } = {},
  ) {
    const { lists = {}, trunks = [], banMinutes = 10 } = options;
    const ofTrunks = new NetworkSet(networks(...trunks));
    this.lists = new SourceLists({ exempt: [], allow: [], deny: [], ...lists }, this.clock, (address) =>
      ofTrunks.has(address),
    );
    const terms = { firstMs: banMinutes * MINUTE, longestMs: 24 * 60 * MINUTE };
    this.bans = new Bans(this.clock, terms, { changed: (ban) => this.stored.push(ban), forgotten: () => undefined });
    this.guard = new Guard({
      clock: this.clock,
      terms: {
        perSource: { perSecond: 100, burst: 300 },
        perUser: { perSecond: 5, burst: 10 },
        scanners: ["friendly-scanner"],
      },
      lists: this.lists,
      bans: this.bans,
      isUser: (name) => name.startsWith("user"),
      isTrunkContact: (user) => user === "contact-of-trunk",
      tell: (news) => this.news.push(news),
      refused: (reason) => this.refusals.push(reason),
    });
  }

  get banned(): readonly string[] {
    return this.bans.inForce.map(({ source }) => source);
  }

  /** A request, and what has become of it; `status`: how the switch answers where the guard lets it pass. */
  send(method: string, to: string, { from = STRANGER, status = 0, agent = "phone", fields = "" } = {}) {
    const request = aRequest(method, to, { agent, fields, serial: ++this.#serial });
    const verdict = this.guard.admit(request, from);
    if (verdict === undefined && status > 0) this.guard.answered(request, from, status);
    return verdict === undefined ? "passed" : verdict === "silence" ? "silence" : verdict.status;
  }

  /** A password that is wrong, or right, as the check of passwords would tell. */
  password(user: string, isRight: boolean, from = STRANGER, why: "wrong-password" | "unknown-user" = "wrong-password") {
    if (!this.guard.mayTry(from, "example.com", user)) {
      this.guard.wrongPassword(from, "example.com", user, "damped");
      return "not looked at";
    }
    if (isRight) return this.guard.rightPassword(from, "example.com", user) ? "accepted" : "too often";
    this.guard.wrongPassword(from, "example.com", user, why);
    return "refused";
  }
}

export function aRequest(method: string, to: string, { agent = "phone", fields = "", serial = 1 } = {}): SipRequest {
  const uri = method === "REGISTER" ? "sip:example.com" : `sip:${to}@example.com`;
  const from = method === "REGISTER" ? to : "somebody";
  const text = `${method} ${uri} SIP/2.0\r
Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK${serial}\r
Max-Forwards: 70\r
From: <sip:${from}@example.com>;tag=a\r
To: <sip:${to}@example.com>\r
Call-ID: ${serial}\r
CSeq: 1 ${method}\r
User-Agent: ${agent}\r
${fields}Content-Length: 0\r
\r
`;
  const outcome = parseMessage(text, "datagram");
  if (outcome.type !== "message" || outcome.message.type !== "request") throw new Error(`No request: ${text}`);
  return outcome.message;
}

export function times<Result>(count: number, of: (index: number) => Result): Result[] {
  return Array.from({ length: count }, (_, index) => of(index));
}
