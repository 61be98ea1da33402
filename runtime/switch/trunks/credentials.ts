/**
 * Answers the challenges of a carrier to one request (RFC 3261 §22.2, §22.3): one try per nonce, so that a wrong password
 * does not go round in circles, and the strongest algorithm of those that are offered (RFC 8760 §2.4).
 */
import { toWire } from "../../base/text.ts";
import { DigestClient } from "../../sip/auth/answer.ts";
import type { Challenge, ChallengeAnswerer, ChallengedRequest } from "../../sip/dialog/account.ts";
import { parseAuth } from "../../sip/message/header/auth.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import type { TrunkAccount } from "./trunk.ts";

/** More challenges in one answer come from nobody who means well. */
const MOST_CHALLENGES = 16;
/** A carrier that asks in the name of more over time is forgotten. */
const MOST_REALMS = 4;

type Header = "Authorization" | "Proxy-Authorization";

export class TrunkCredentials implements ChallengeAnswerer {
  readonly #digest: DigestClient;
  readonly #realm: string | null;
  /** What the request carries, by header and realm: each proxy on the way has its own (RFC 3261 §22.3). */
  readonly #sent = new Map<string, { readonly header: Header; readonly realm: string; value: string }>();

  constructor({ username, password, realm }: TrunkAccount) {
    this.#digest = new DigestClient({ username, password });
    this.#realm = realm === null ? null : toWire(realm);
  }

  answer({ server, proxy }: Challenge, request: ChallengedRequest): readonly HeaderField[] | undefined {
    const before = [...this.#sent.keys()];
    const answered = [
      ...this.#answer("Authorization", server, request),
      ...this.#answer("Proxy-Authorization", proxy, request),
    ];
    if (answered.length === 0) return undefined;
    for (const key of before) {
      const sent = this.#sent.get(key);
      if (sent !== undefined && !answered.includes(key))
        sent.value = this.#digest.again(sent.realm, request) ?? sent.value;
    }
    return [...this.#sent.values()].map(({ header, value }): HeaderField => [header, value]);
  }

  /** What a further request is sent with before anybody asks: answers to the challenges that are known. */
  again(request: ChallengedRequest): readonly HeaderField[] {
    if (this.#sent.size > MOST_REALMS) this.#sent.clear();
    for (const sent of this.#sent.values()) sent.value = this.#digest.again(sent.realm, request) ?? sent.value;
    return [...this.#sent.values()].map(({ header, value }): HeaderField => [header, value]);
  }

  /** The keys of what was answered: one challenge of each realm. */
  #answer(header: Header, challenges: readonly string[], request: ChallengedRequest): readonly string[] {
    const keys: string[] = [];
    for (const [realm, values] of this.#byRealm(challenges)) {
      const key = `${header} ${realm}`;
      const value = this.#digest.answer(values, request, this.#sent.get(key)?.value);
      if (value === undefined) continue;
      this.#sent.set(key, { header, realm, value });
      keys.push(key);
    }
    return keys;
  }

  #byRealm(challenges: readonly string[]): ReadonlyMap<string, readonly string[]> {
    const realms = new Map<string, string[]>();
    const readable = challenges.slice(0, MOST_CHALLENGES).map((text) => ({ text, params: parseAuth(text)?.params }));
    for (const { text, params } of readable.toSorted((a, b) => strengthOf(b.params) - strengthOf(a.params))) {
      const realm = params?.get("realm");
      if (realm === undefined || (this.#realm !== null && realm !== this.#realm)) continue;
      const known = realms.get(realm);
      if (known === undefined) realms.set(realm, [text]);
      else known.push(text);
    }
    return realms;
  }
}

function strengthOf(params: ReadonlyMap<string, string> | undefined): number {
  return /^sha/i.test(params?.get("algorithm") ?? "") ? 1 : 0;
}
