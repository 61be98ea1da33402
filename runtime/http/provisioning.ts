/**
 * Links that set up a phone: each is opened once, soon, and by whoever has it. The account with its password is kept in
 * memory alone until then, since the switch itself knows passwords by their hashes.
 */
import { createHash } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { RequestError } from "../base/errors.ts";
import { randomText } from "../base/random.ts";

const LIFE_MS = 15 * 60_000;
const MOST_LINKS = 100;
/** 50 letters and digits hold 258 bits. */
const TOKEN_CHARACTERS = 50;

export interface PhoneAccount {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
  /** As `sip:192.0.2.1:5060;transport=udp`. */
  readonly server: string;
  readonly displayName: string | null;
}

interface Link {
  readonly account: PhoneAccount;
  readonly expiresAt: number;
}

export class ProvisioningLinks {
  readonly #clock: Pick<Clock, "now">;
  /** By the hash of the token, the oldest first. */
  readonly #links = new Map<string, Link>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Whether another link may be made now. Throws `RequestError` (`too-many-requests`). */
  admit(): void {
    this.#forgetOld();
    if (this.#links.size < MOST_LINKS) return;
    throw new RequestError("too-many-requests", `${MOST_LINKS} links wait to be opened: try again in some minutes.`);
  }

  /** A link for this account; an earlier one of the same user is void. */
  create(account: PhoneAccount): { readonly token: string; readonly expiresAt: number } {
    for (const [hash, { account: other }] of this.#links) if (other.user === account.user) this.#links.delete(hash);
    const token = randomText(TOKEN_CHARACTERS);
    const expiresAt = this.#clock.now() + LIFE_MS;
    this.#links.set(hashOf(token), { account, expiresAt });
    return { token, expiresAt };
  }

  has(token: string): boolean {
    this.#forgetOld();
    return this.#links.has(hashOf(token));
  }

  /** The account, this once. */
  take(token: string): PhoneAccount | undefined {
    this.#forgetOld();
    const hash = hashOf(token);
    const link = this.#links.get(hash);
    this.#links.delete(hash);
    return link?.account;
  }

  #forgetOld(): void {
    const now = this.#clock.now();
    for (const [hash, { expiresAt }] of this.#links) if (expiresAt <= now) this.#links.delete(hash);
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
