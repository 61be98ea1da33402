/**
 * In whose name requests of a dialog are sent to somebody who may ask for credentials (RFC 3261 §22.2). Plain data, which
 * the dialog and its requests share; who knows the password is asked by name.
 */
import type { HeaderField } from "../message/message.ts";

export interface Account {
  readonly name: string;
  /** What the last INVITE was sent with: the ACK for its 2xx says the same again (RFC 3261 §13.2.2.4). */
  credentials: readonly HeaderField[];
}

/** The challenge to a request. */
export interface Challenge {
  /** Values of WWW-Authenticate, and of Proxy-Authenticate. */
  readonly server: readonly string[];
  readonly proxy: readonly string[];
}

export interface ChallengedRequest {
  readonly method: string;
  readonly uri: string;
  readonly body: string;
}

/** Answers the challenges to one request. */
export interface ChallengeAnswerer {
  /** All credentials that the request is sent again with; `undefined`: there is no use in trying again. */
  answer(challenge: Challenge, request: ChallengedRequest): readonly HeaderField[] | undefined;
}

/** `undefined`: the account has no password. */
export type FindAnswerer = (account: string) => ChallengeAnswerer | undefined;
