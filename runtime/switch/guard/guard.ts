/**
 * The guard at the door: who is heard, how much he may send, and who is banned. Asked before a message is parsed
 * (`hears`), before a request gets a transaction (`admit`), and by whoever checks passwords. Sources that are exempt, and
 * those of trunks, pass at once; those from which users have proved themselves lately are slowed down and never banned.
 */
import type { Clock } from "../../base/clock.ts";
import { KeyedBuckets } from "../../base/keyed-buckets.ts";
import { networkOf } from "../../base/network-of.ts";
import { toText } from "../../base/text.ts";
import type { Pace } from "../../base/token-bucket.ts";
import type { Ban, GuardNews, GuardRefusal } from "../../port/guard.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import { parseUri, type Uri, unescapeUser } from "../../sip/message/uri.ts";
import type { Refusal } from "../../sip/stack.ts";
import { UNAVAILABLE } from "../stranger.ts";
import type { Bans } from "./bans.ts";
import { KnownSources } from "./known-sources.ts";
import { PasswordDamping } from "./password-damping.ts";
import { Scanners } from "./scanners.ts";
import { reasonOf, type Sign } from "./signs.ts";
import type { SourceLists } from "./source-lists.ts";
import { Sources } from "./sources.ts";

const MOST_USERS = 20_000;
/** Datagrams that phones send to keep a way through a NAT open are no attack. */
const SHORTEST_MALFORMED = 16;
const LIMITED: Refusal = { status: 503, fields: [["Retry-After", "5"]] };

export interface GuardTerms {
  /** New requests from one source that is a stranger. */
  readonly perSource: Pace;
  /** New requests of one user who has proved himself. */
  readonly perUser: Pace;
  readonly scanners: readonly string[];
}

export interface GuardParts {
  readonly clock: Clock;
  readonly terms: GuardTerms;
  readonly lists: SourceLists;
  readonly bans: Bans;
  /** Whether a user of this name is there. */
  isUser(name: string): boolean;
  /** Whether a trunk is registered with this user in its Contact: nobody else knows it. */
  isTrunkContact(user: string): boolean;
  tell(news: GuardNews): void;
  refused(reason: GuardRefusal, source: string): void;
}

/** Why a password was not taken, as the check of passwords says it. */
export type WrongPassword = "unknown-user" | "wrong-password" | "damped";

export class Guard {
  readonly #parts: GuardParts;
  readonly #known: KnownSources;
  readonly #sources: Sources;
  readonly #users: KeyedBuckets;
  readonly #damping: PasswordDamping;
  readonly #scanners: Scanners;
  #perUser: Pace;

  constructor(parts: GuardParts) {
    this.#parts = parts;
    const { clock, terms } = parts;
    this.#known = new KnownSources(clock);
    this.#sources = new Sources(clock, terms.perSource);
    this.#users = new KeyedBuckets(clock, MOST_USERS);
    this.#damping = new PasswordDamping(clock);
    this.#scanners = new Scanners(terms.scanners);
    this.#perUser = terms.perUser;
  }

  get figures(): { readonly sources: number; readonly knownSources: number } {
    return { sources: this.#sources.size, knownSources: this.#known.size };
  }

  configure({ perSource, perUser, scanners }: GuardTerms): void {
    this.#sources.configure(perSource);
    this.#perUser = perUser;
    this.#scanners.configure(scanners);
  }

  /** Whether anything from this address is heard. */
  hears(address: string): boolean {
    const { bans, lists } = this.#parts;
    if (bans.isEmpty && lists.deniesNobody) return true;
    const source = lists.classOf(address);
    if (source === "denied" || (source === "ordinary" && bans.has(networkOf(address), address))) {
      this.#parts.refused("banned", address);
      return false;
    }
    return true;
  }

  /** Whether nobody whom we know sends from this address. */
  isStranger(address: string): boolean {
    return this.#parts.lists.classOf(address) !== "free" && !this.#known.has(networkOf(address));
  }

  /** A request that begins something new: `undefined`: it may pass. `silence`: it is not answered at all. */
  admit(request: SipRequest, address: string): Refusal | "silence" | undefined {
    const { lists, isTrunkContact } = this.#parts;
    const sourceClass = lists.classOf(address);
    if (sourceClass === "free") return undefined;
    const key = networkOf(address);
    const source = this.#sources.of(key);
    const mayBeBanned = sourceClass === "ordinary" && !this.#known.has(key);
    if (mayBeBanned && this.#scanners.isOne(request)) {
      this.#suspect(key, { type: "scanner" });
      this.#parts.refused("scanner", address);
      return "silence";
    }
    if (source.requests.take() || isTrunkContact(userOf(request.requestUri))) return undefined;
    if (mayBeBanned) this.#suspect(key, { type: "flood" });
    this.#parts.refused("source-rate", address);
    return source.isAnswered ? LIMITED : "silence";
  }

  /** A request outside of dialogs has got its final answer. */
  answered(request: SipRequest, address: string, status: number): void {
    if (status < 400 || status >= 500) return;
    if (request.headers.has("authorization") || request.headers.has("proxy-authorization")) return;
    if (!this.#mayBeBanned(address) || this.#parts.isTrunkContact(userOf(request.requestUri))) return;
    const sign = this.#signOf(request, status);
    if (sign !== null) this.#suspect(networkOf(address), sign);
  }

  /** A message that is no SIP, or breaks it. */
  malformed(address: string, length: number): void {
    if (length >= SHORTEST_MALFORMED && this.#mayBeBanned(address))
      this.#suspect(networkOf(address), { type: "malformed" });
  }

  /** Whether a password of this user from this address is looked at. */
  mayTry(address: string, domain: string, user: string): boolean {
    if (this.#parts.lists.classOf(address) === "free") return true;
    return this.#damping.mayTry(networkOf(address), userKey(domain, user));
  }

  wrongPassword(address: string, domain: string, user: string, why: WrongPassword): void {
    const sourceClass = this.#parts.lists.classOf(address);
    if (sourceClass === "free") return;
    const key = networkOf(address);
    if (why === "damped") this.#parts.refused("password-guessing", address);
    else this.#damping.wrong(key, userKey(domain, user));
    if (sourceClass !== "ordinary" || this.#known.has(key)) return;
    if (why === "unknown-user") this.#suspect(key, { type: "unknown-user", name: user });
    else this.#suspect(key, { type: why === "damped" ? "guessing" : "wrong-password" });
  }

  /** A user has proved himself. `false`: he has sent more than a user may, and is to be refused. */
  rightPassword(address: string, domain: string, user: string): boolean {
    if (this.#parts.lists.classOf(address) === "free") return true;
    const key = networkOf(address);
    const name = userKey(domain, user);
    this.noteKnown(address);
    this.#damping.right(key, name);
    if (this.#users.take(name, this.#perUser) === 0) return true;
    this.#parts.refused("user-rate", address);
    return false;
  }

  /** Whoever sends from there is one of ours: a phone that is registered, for one. */
  noteKnown(address: string): void {
    const key = networkOf(address);
    if (!this.#known.has(key)) this.#sources.forgive(key);
    this.#known.note(key);
  }

  /** A new call from there was refused, since the process is busy. */
  busy(address: string): void {
    this.#parts.refused("busy", address);
  }

  /** Nothing is held against the source any more. */
  forgive(source: string): void {
    this.#sources.forgive(source);
  }

  #mayBeBanned(address: string): boolean {
    return this.#parts.lists.classOf(address) === "ordinary" && !this.#known.has(networkOf(address));
  }

  #suspect(key: string, sign: Sign): void {
    if (!this.#sources.of(key).suspect(sign)) return;
    const { bans, tell } = this.#parts;
    this.#sources.forgive(key);
    const ban: Ban | null = bans.punish(key, reasonOf(sign));
    if (ban !== null) tell({ what: "banned", ban });
  }

  #signOf({ method, requestUri, to, from }: SipRequest, status: number): Sign | null {
    const asked = userOf(requestUri);
    if (status === 401 || status === 407) {
      const name = userOf(parseUri(method === "REGISTER" ? to.uri : from.uri));
      return { type: "unproved", name, isUser: this.#parts.isUser(name) };
    }
    // Whom a stranger asks for in vain counts alike, so that no ban tells who is here.
    if (status !== 404 && status !== 403 && status !== UNAVAILABLE) return null;
    return { type: "refused", name: method === "REGISTER" ? userOf(parseUri(to.uri)) : asked };
  }
}

function userKey(domain: string, user: string): string {
  return `${user}@${domain}`;
}

function userOf(uri: Uri | undefined): string {
  if (uri?.kind === "sip") return toText(unescapeUser(uri.user ?? ""));
  return uri?.kind === "tel" ? uri.number : "";
}
