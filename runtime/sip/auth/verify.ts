/**
 * The server's side of digest authentication (RFC 3261 §22, RFC 7616 §3.4, RFC 8760 §2): challenges and the check of
 * what comes back. Knows no users: the caller looks them up. ACK and CANCEL are never to be brought here (§22.1).
 */
import type { Clock } from "../../base/clock.ts";
import { toText, toWire } from "../../base/text.ts";
import { formatAuth, parseAuth } from "../message/header/auth.ts";
import { parseUri } from "../message/uri.ts";
import {
  type DigestAlgorithm,
  type DigestInput,
  digestResponse,
  hashOf,
  isSameResponse,
  type PasswordHashes,
  parseAlgorithm,
} from "./digest.ts";
import { Nonces } from "./nonce.ts";

/** Most preferred first (RFC 8760 §2.3); an algorithm that is not offered is not accepted. */
const OFFERED: readonly DigestAlgorithm[] = ["SHA-256", "MD5"];
const NONCE_LIFETIME_MS = 5 * 60_000;
/** Used nonces remembered against replay: about 150 bytes each. */
const REMEMBERED_NONCES = 50_000;
/** An unknown user is checked against this, so that the answer takes as long as for a known one. */
const NOBODY: PasswordHashes = { ha1Md5: "0".repeat(32), ha1Sha256: "0".repeat(64) };

export type Verdict =
  | { readonly type: "accepted"; readonly user: string }
  /** 401 or 407 with a new challenge. `why` is for the guard and the log, never for the peer. */
  | {
      readonly type: "challenge";
      readonly stale: boolean;
      readonly why:
        | "no-credentials"
        | "unknown-nonce"
        | "stale-nonce"
        | "replayed"
        | "unknown-user"
        | "wrong-password"
        /** It was not looked at: too many have been wrong. */
        | "damped";
      /** The user that was claimed, where there was one. */
      readonly user?: string;
    }
  /** 400: the credentials cannot be read or are for another resource. */
  | { readonly type: "malformed"; readonly reason: string };

export interface AuthenticatorOptions {
  readonly clock: Clock;
  readonly realm: string;
  /** The key of the nonces, kept over restarts. */
  readonly key: string;
  /** @default SHA-256 and MD5 */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** @default 5 minutes */
  readonly nonceLifetimeMs?: number;
  /** How many used nonces are remembered against replay. @default 50000 */
  readonly rememberedNonces?: number;
}

/** The request that credentials are for. */
export interface AuthenticatedRequest {
  readonly method: string;
  readonly uri: string;
  readonly body: string;
}

type Params = ReadonlyMap<string, string>;

export class Authenticator {
  readonly #realm: string;
  readonly #algorithms: readonly DigestAlgorithm[];
  readonly #nonces: Nonces;

  constructor(options: AuthenticatorOptions) {
    this.#realm = options.realm;
    this.#algorithms = options.algorithms ?? OFFERED;
    this.#nonces = new Nonces({
      clock: options.clock,
      key: options.key,
      realm: options.realm,
      lifetimeMs: options.nonceLifetimeMs ?? NONCE_LIFETIME_MS,
      remembered: options.rememberedNonces ?? REMEMBERED_NONCES,
    });
  }

  get realm(): string {
    return this.#realm;
  }

  /** Values for WWW-Authenticate or Proxy-Authenticate, one header line each (RFC 8760 §2.3). */
  challenge(stale = false): readonly string[] {
    const nonce = this.#nonces.issue();
    return this.#algorithms.map((algorithm) => {
      const params = new Map([
        ["realm", toWire(this.#realm)],
        ["nonce", nonce],
        ["algorithm", algorithm],
        ["qop", "auth"],
      ]);
      if (stale) params.set("stale", "true");
      return formatAuth({ scheme: "Digest", params });
    });
  }

  /**
   * Checks the values of Authorization or Proxy-Authorization. Credentials for other realms are for somebody else and
   * are passed over (RFC 3261 §22.3).
   */
  verify(
    credentials: readonly string[],
    request: AuthenticatedRequest,
    find: (user: string) => PasswordHashes | undefined,
    /** Whether a password of this user is looked at. @default always */
    mayTry: (user: string) => boolean = () => true,
  ): Verdict {
    const own = this.#ownCredentials(credentials);
    if (own === "malformed") return { type: "malformed", reason: "Malformed Credentials" };
    if (own === undefined) return { type: "challenge", stale: false, why: "no-credentials" };
    const input = this.#digestInput(own.params, own.algorithm, request);
    if (typeof input === "string") return { type: "malformed", reason: input };
    return this.#check(own.params, input, find, mayTry);
  }

  /** The first credentials for our realm under an algorithm that we offered. */
  #ownCredentials(
    credentials: readonly string[],
  ): { params: Params; algorithm: DigestAlgorithm } | "malformed" | undefined {
    for (const value of credentials) {
      const parsed = parseAuth(value);
      if (parsed === undefined) return "malformed";
      if (parsed.scheme.toLowerCase() !== "digest" || toText(parsed.params.get("realm") ?? "") !== this.#realm)
        continue;
      const algorithm = parseAlgorithm(parsed.params.get("algorithm"));
      if (algorithm !== undefined && this.#algorithms.includes(algorithm)) return { params: parsed.params, algorithm };
    }
    return undefined;
  }

  /** What the response is computed from, or the reason phrase of a 400. */
  #digestInput(params: Params, algorithm: DigestAlgorithm, request: AuthenticatedRequest): DigestInput | string {
    const nonce = params.get("nonce");
    const uri = params.get("uri");
    if (!params.has("username") || !params.has("response") || nonce === undefined || uri === undefined) {
      return "Incomplete Credentials";
    }
    if (!isSameResource(uri, request.uri)) return "Credentials For Another URI";
    const { method, body } = request;
    const qop = params.get("qop")?.toLowerCase();
    if (qop === undefined) return { algorithm, method, uri, nonce, ...cnonceOf(params) };
    if (qop !== "auth" && qop !== "auth-int") return "Unknown Quality Of Protection";
    const nc = params.get("nc");
    const cnonce = params.get("cnonce");
    if (cnonce === undefined || nc === undefined || !/^[0-9a-f]{8}$/i.test(nc)) return "Incomplete Credentials";
    return { algorithm, method, uri, nonce, qop, nc, cnonce, body };
  }

  #check(
    params: Params,
    input: DigestInput,
    find: (user: string) => PasswordHashes | undefined,
    mayTry: (user: string) => boolean,
  ): Verdict {
    const nonce = this.#nonces.check(input.nonce);
    const user = toText(params.get("username") ?? "");
    if (nonce.state === "foreign") return { type: "challenge", stale: false, why: "unknown-nonce", user };
    if (!mayTry(user)) return { type: "challenge", stale: false, why: "damped", user };
    const hashes = find(user);
    const { ha1Md5, ha1Sha256 } = hashes ?? NOBODY;
    const expected = digestResponse(hashOf(input.algorithm) === "MD5" ? ha1Md5 : ha1Sha256, input);
    const isRight = isSameResponse(expected, params.get("response") ?? "");
    if (hashes === undefined) return { type: "challenge", stale: false, why: "unknown-user", user };
    if (!isRight) return { type: "challenge", stale: false, why: "wrong-password", user };
    // RFC 7616 §3.3: stale tells the phone that its password was right, so that it asks nobody.
    if (nonce.state === "stale") return { type: "challenge", stale: true, why: "stale-nonce", user };
    // Without qop there is no count, so such a nonce is good for one request.
    const count = input.nc === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(input.nc, 16);
    if (!this.#nonces.use(input.nonce, nonce.issuedAt, count))
      return { type: "challenge", stale: true, why: "replayed", user };
    return { type: "accepted", user };
  }
}

function cnonceOf(params: Params): { cnonce?: string } {
  const cnonce = params.get("cnonce");
  return cnonce === undefined ? {} : { cnonce };
}

/**
 * RFC 7616 §3.4.6: the credentials must be for what is asked. Parameters are not compared: phones leave `transport` and
 * the like out of one of the two.
 */
function isSameResource(credentialUri: string, requestUri: string): boolean {
  if (credentialUri === requestUri) return true;
  const given = parseUri(credentialUri);
  const asked = parseUri(requestUri);
  if (given?.kind !== "sip" || asked?.kind !== "sip") return false;
  return given.user === asked.user && given.host === asked.host && given.port === asked.port;
}
