/**
 * Who sends a request: a user of ours, who has to prove it, or somebody from outside. A From of ours is always challenged,
 * so nobody can speak for a user of this switch (RFC 3261 §22).
 */

import type { PasswordHashes } from "../sip/auth/digest.ts";
import type { Authenticator } from "../sip/auth/verify.ts";
import type { HeaderField, SipRequest } from "../sip/message/message.ts";
import { parseUri } from "../sip/message/uri.ts";
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

/** Finds the password hashes of a user. */
export type FindHashes = (domain: string, user: string) => PasswordHashes | undefined;

export class IdentityCheck {
  readonly #authenticator: Authenticator;
  readonly #domains: Domains;
  readonly #find: FindHashes;

  constructor(authenticator: Authenticator, domains: Domains, find: FindHashes) {
    this.#authenticator = authenticator;
    this.#domains = domains;
    this.#find = find;
  }

  /** Of our challenges. */
  get realm(): string {
    return this.#authenticator.realm;
  }

  /** For requests that go through the switch: 407 (RFC 3261 §22.3). */
  ofCaller(request: SipRequest): Identity {
    const domain = this.#claimed(request);
    const hasCredentials = request.headers.has("proxy-authorization");
    if (domain === undefined && !hasCredentials) return { type: "anonymous" };
    return this.#prove(request, "Proxy-Authorization", "Proxy-Authenticate", 407, domain ?? this.#domains.home);
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
  ofRegistrant(request: SipRequest, domain: string): Identity {
    return this.#prove(request, "Authorization", "WWW-Authenticate", 401, domain);
  }

  #prove(request: SipRequest, header: string, challengeHeader: string, status: number, domain: string): Identity {
    const credentials = request.headers.all(header.toLowerCase());
    const verdict = this.#authenticator.verify(credentials, request, (user) => this.#find(domain, user));
    switch (verdict.type) {
      case "accepted":
        return { type: "user", user: verdict.user, domain };
      case "challenge": {
        const challenges = this.#authenticator.challenge(verdict.stale);
        const fields = challenges.map((value): HeaderField => [challengeHeader, value]);
        return { type: "refused", status, fields };
      }
      case "malformed":
        return { type: "refused", status: 400, reason: verdict.reason, fields: [] };
    }
  }
}
