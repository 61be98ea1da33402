/**
 * The client's side of digest authentication (RFC 3261 §22.2, RFC 7616 §3.4): answers the first challenge that can be
 * answered, since the server lists them by preference (RFC 8760 §2.3). One answer per nonce, so that a wrong password
 * does not go round in circles.
 */
import { randomText } from "../../base/random.ts";
import { toText, toWire } from "../../base/text.ts";
import { formatAuth, parseAuth } from "../message/header/auth.ts";
import {
  type DigestAlgorithm,
  type DigestInput,
  digestResponse,
  hashCredentials,
  hashOf,
  parseAlgorithm,
} from "./digest.ts";

const CNONCE_CHARACTERS = 16;
/** Realms one client keeps challenges of; more are only seen with hostile or broken servers. */
const MAX_REALMS = 8;

export interface DigestClientOptions {
  readonly username: string;
  readonly password: string;
  /** Client nonces. @default random */
  readonly cnonce?: () => string;
}

/** The request that the credentials are for. */
export interface RequestToAnswer {
  readonly method: string;
  readonly uri: string;
  readonly body: string;
}

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: DigestAlgorithm;
  /** The algorithm as the server wrote it; absent where it did not. */
  readonly algorithmText: string | undefined;
  readonly qop: "auth" | "auth-int" | undefined;
  readonly opaque: string | undefined;
  readonly stale: boolean;
}

interface Answered {
  readonly challenge: Challenge;
  count: number;
}

export class DigestClient {
  readonly #username: string;
  readonly #password: string;
  readonly #cnonce: () => string;
  readonly #answered = new Map<string, Answered>();

  constructor(options: DigestClientOptions) {
    this.#username = options.username;
    this.#password = options.password;
    this.#cnonce = options.cnonce ?? (() => randomText(CNONCE_CHARACTERS));
  }

  /**
   * The value of Authorization (for WWW-Authenticate values) or Proxy-Authorization (for Proxy-Authenticate values).
   * `refused`: the credentials that the challenged request carried, where it did. `undefined` where no challenge can be
   * answered, or where another try would only be refused again.
   */
  answer(challenges: readonly string[], request: RequestToAnswer, refused?: string): string | undefined {
    const challenge = firstSupported(challenges);
    if (challenge === undefined) return undefined;
    const last = this.#answered.get(challenge.realm);
    if (refused !== undefined && last !== undefined && !isWorthATry(challenge, last)) return undefined;
    if (this.#answered.size >= MAX_REALMS) this.#answered.clear();
    const answered: Answered = { challenge, count: 0 };
    this.#answered.set(challenge.realm, answered);
    return this.#credentials(answered, request);
  }

  /** Credentials for the next request from the last challenge, with the next count: saves a round trip. */
  again(realm: string, request: RequestToAnswer): string | undefined {
    const answered = this.#answered.get(realm);
    return answered === undefined ? undefined : this.#credentials(answered, request);
  }

  #credentials(answered: Answered, request: RequestToAnswer): string {
    const { realm, nonce, algorithm, algorithmText, qop, opaque } = answered.challenge;
    answered.count++;
    const nc = answered.count.toString(16).padStart(8, "0");
    const cnonce = this.#cnonce();
    const isSession = algorithm !== hashOf(algorithm);
    const input: DigestInput = {
      algorithm,
      ...request,
      nonce,
      ...(qop === undefined ? {} : { qop, nc }),
      ...(qop !== undefined || isSession ? { cnonce } : {}),
    };
    // What is hashed together with the password is UTF-8 on the wire as well.
    const ha1 = hashCredentials(hashOf(algorithm), this.#username, toText(realm), this.#password);
    const params = new Map([
      ["username", toWire(this.#username)],
      ["realm", realm],
      ["nonce", nonce],
      ["uri", request.uri],
      ["response", digestResponse(ha1, input)],
    ]);
    if (algorithmText !== undefined) params.set("algorithm", algorithmText);
    if (input.cnonce !== undefined) params.set("cnonce", input.cnonce);
    if (opaque !== undefined) params.set("opaque", opaque);
    if (qop !== undefined) params.set("qop", qop).set("nc", nc);
    return formatAuth({ scheme: "Digest", params });
  }
}

/** After a refusal: only a new nonce, and only where the old one had worked before or has just run out. */
function isWorthATry(challenge: Challenge, last: Answered): boolean {
  if (challenge.nonce === last.challenge.nonce) return false;
  return last.count > 1 || (challenge.stale && !last.challenge.stale);
}

function firstSupported(challenges: readonly string[]): Challenge | undefined {
  for (const value of challenges) {
    const challenge = parseChallenge(value);
    if (challenge !== undefined) return challenge;
  }
  return undefined;
}

function parseChallenge(value: string): Challenge | undefined {
  const parsed = parseAuth(value);
  if (parsed?.scheme.toLowerCase() !== "digest") return undefined;
  const { params } = parsed;
  const realm = params.get("realm");
  const nonce = params.get("nonce");
  const algorithm = parseAlgorithm(params.get("algorithm"));
  if (realm === undefined || nonce === undefined || algorithm === undefined) return undefined;
  const offered = params.get("qop");
  const qop = offered === undefined ? undefined : chooseQop(offered);
  if (qop === "none-known") return undefined;
  const stale = params.get("stale")?.toLowerCase() === "true";
  return { realm, nonce, algorithm, algorithmText: params.get("algorithm"), qop, opaque: params.get("opaque"), stale };
}

/** `auth` before `auth-int`, which any proxy that rewrites the body would break. */
function chooseQop(offered: string): "auth" | "auth-int" | "none-known" {
  const values = offered.toLowerCase().split(/[\s,]+/);
  if (values.includes("auth")) return "auth";
  return values.includes("auth-int") ? "auth-int" : "none-known";
}
