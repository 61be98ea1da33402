/**
 * Signing in: whoever guesses is slowed down by address, and learns nothing of who is known. A password costs the same
 * time whether its user is there or not; one at a time, so that a flood costs the switch neither cores nor memory.
 */

import type { Clock } from "../../base/clock.ts";
import { isPasswordOf, unmatchedHash } from "../../base/password-hash.ts";
import { Seldom } from "../../base/seldom.ts";
import type { SignInBody } from "../../contract/console-api.ts";
import type { TokenAuthority, TokenIdentity } from "../../port/token.ts";
import { RequestProblem } from "../problem.ts";
import type { FailureThrottle } from "../throttle.ts";
import type { ConsoleUser, ConsoleUsers } from "./users.ts";

const MAX_WAITING = 20;
const RETRY_SECONDS = "5";
/** A user of whom a wrong password was noted is noted again after this. */
const NOTE_EVERY_MS = 60_000;

export class SignIn {
  readonly #users: ConsoleUsers;
  readonly #tokens: TokenAuthority;
  readonly #throttle: FailureThrottle;
  readonly #failures: Seldom;
  readonly #nobodysHash = unmatchedHash();
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: { users: ConsoleUsers; tokens: TokenAuthority; throttle: FailureThrottle; clock: Clock }) {
    this.#users = parts.users;
    this.#tokens = parts.tokens;
    this.#throttle = parts.throttle;
    this.#failures = new Seldom(parts.clock, NOTE_EVERY_MS);
  }

  /** Who that is. Throws a `RequestProblem` where nobody is, or too many have tried. */
  async identify(credentials: SignInBody, address: string): Promise<ConsoleUser | TokenIdentity> {
    this.#throttle.refuse(address);
    if ("token" in credentials) {
      const token = this.#tokens.verify(credentials.token);
      if (token !== undefined) return token;
      this.#throttle.fail(address);
      throw new RequestProblem("unauthorized", "The token is not valid.");
    }
    const { name, password } = credentials;
    const user = this.#users.find(name);
    if ((await this.isPassword(user, password)) && user !== undefined) return user;
    this.#throttle.fail(address);
    // A name that nobody has may be a password that was typed in the wrong field: it is not written down.
    const isNoted = user !== undefined && this.#failures.isDue(name);
    throw new RequestProblem(
      "unauthorized",
      "The name or the password is not right.",
      isNoted ? { note: `a wrong password for "${name}"` } : {},
    );
  }

  /** Whether it is the password of this user, which takes as long where there is none. */
  async isPassword(user: ConsoleUser | undefined, password: string): Promise<boolean> {
    if (this.#waiting >= MAX_WAITING) {
      throw new RequestProblem("too-many-requests", "Too many people sign in at this moment: try again soon.", {
        headers: { "Retry-After": RETRY_SECONDS },
      });
    }
    this.#waiting++;
    const check = this.#last.then(() => isPasswordOf(user?.passwordHash ?? this.#nobodysHash, password));
    this.#last = check.catch(() => {});
    try {
      return await check;
    } finally {
      this.#waiting--;
    }
  }
}
