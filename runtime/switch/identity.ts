/**
 * Who sends a request: a user of ours, who has to prove it, or somebody from outside. A From of ours is always challenged,
 * so nobody can speak for a user of this switch (RFC 3261 §22).
 */

import type { PasswordHashes } from "../sip/auth/digest.ts";
import type { Authenticator } from "../sip/auth/verify.ts";
import type { HeaderField, SipRequest } from "../sip/message/message.ts";
import { parseUri } from "../sip/message/uri.ts";
import type { Flow } from "../sip/transport/flow.ts";
import type { Domains } from "./domains.ts";

export type Identity =
  | { readonly type: "user"; readonly user: string; readonly domain: string }
  | { readonly type: "anonymous" }
  /** The request is to be answered with this: a challenge, or what is wrong with the credentials. */
  | {
      readonly type: "refused";
      readonly status: number;
      readonly reason?: string;
      readonly fields: readonly HeaderField[];
    };

/** A request, and where it comes from. */
export interface Asked {
  readonly request: SipRequest;
  readonly flow: Pick<Flow, "remoteAddress">;
}

/** Who watches over those that guess passwords. */
export interface PasswordGuard {
  /** Whether a password of this user from this address is looked at. */
  mayTry(address: string, domain: string, user: string): boolean;
  wrongPassword(address: string, domain: string, user: string, why: "unknown-user" | "wrong-password" | "damped"): void;
  /** `false`: the user asks too often. */
  rightPassword(address: string, domain: string, user: string): boolean;
}

const ASKS_TOO_OFTEN = { type: "refused", status: 503, fields: [["Retry-After", "5"]] } as const;

/** Finds the password hashes of a user. */
export type FindHashes = (domain: string, user: string) => PasswordHashes | undefined;

export class IdentityCheck {
  readonly #authenticator: Authenticator;
  readonly #domains: Domains;
  readonly #find: FindHashes;
  readonly #guard: PasswordGuard | null;

  constructor(authenticator: Authenticator, domains: Domains, find: FindHashes, guard: PasswordGuard | null = null) {
    this.#authenticator = authenticator;
    this.#domains = domains;
    this.#find = find;
    this.#guard = guard;
  }

  /** Of our challenges. */
  get realm(): string {
    return this.#authenticator.realm;
  }

  /** For requests that go through the switch: 407 (RFC 3261 §22.3). */
  ofCaller(asked: Asked): Identity {
    const { request } = asked;
    const domain = this.#claimed(request);
    const hasCredentials = request.headers.has("proxy-authorization");
    if (domain === undefined && !hasCredentials) return { type: "anonymous" };
    return this.#prove(asked, "Proxy-Authorization", "Proxy-Authenticate", 407, domain ?? this.#domains.home);
  }

  /** Whether somebody says that they are a user of ours, be it true or not. */
  isClaimed(request: SipRequest): boolean {
    return request.headers.has("proxy-authorization") || this.#claimed(request) !== undefined;
  }

  #claimed(request: SipRequest): string | undefined {
    const from = parseUri(request.from.uri);
    return from?.kind === "sip" ? this.#domains.claimed(from.host, from.port) : undefined;
  }

  /** For requests to the switch itself, such as REGISTER: 401 (RFC 3261 §22.2). */
  ofRegistrant(asked: Asked, domain: string): Identity {
    return this.#prove(asked, "Authorization", "WWW-Authenticate", 401, domain);
  }

  #prove(asked: Asked, header: string, challengeHeader: string, status: number, domain: string): Identity {
    const { request, flow } = asked;
    const credentials = request.headers.all(header.toLowerCase());
    const guard = this.#guard;
    const address = flow.remoteAddress;
    const verdict = this.#authenticator.verify(
      credentials,
      request,
      (user) => this.#find(domain, user),
      guard === null ? undefined : (user) => guard.mayTry(address, domain, user),
    );
    switch (verdict.type) {
      case "accepted":
        if (guard?.rightPassword(address, domain, verdict.user) === false) return ASKS_TOO_OFTEN;
        return { type: "user", user: verdict.user, domain };
      case "challenge": {
        const { why, user = "" } = verdict;
        if (why === "unknown-user" || why === "wrong-password" || why === "damped")
          guard?.wrongPassword(address, domain, user, why);
        const challenges = this.#authenticator.challenge(verdict.stale);
        const fields = challenges.map((value): HeaderField => [challengeHeader, value]);
        return { type: "refused", status, fields };
      }
      case "malformed":
        return { type: "refused", status: 400, reason: verdict.reason, fields: [] };
    }
  }
}
