/** What went wrong on the network, in words for the author of a script: the host as they named it, and no address of ours. */
import type { FetchProblem } from "../port/fetch.ts";
import type { Target } from "./target.ts";

/** Thrown within the room; leaves it as a value. */
export class FetchFailure extends Error {
  readonly problem: FetchProblem;

  constructor(code: FetchProblem["code"], message: string) {
    super(message);
    this.problem = { code, message };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was cut off",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to it",
  EPIPE: "the connection was cut off",
  ETIMEDOUT: "nobody answers",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by nobody that is trusted here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is signed by nobody that is trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by nobody that is trusted here",
  HPE_HEADER_OVERFLOW: "the header of its answer is too large",
};

/** Codes of the parser of HTTP, and of what unpacks. */
const NOT_HTTP = /^HPE_/;
const NOT_PACKED = /^(Z_|ERR_BROTLI|ERR__ERROR)/;

export function networkProblem({ label }: Target, error: unknown): FetchProblem {
  return { code: "network", message: `${label}: ${reasonOf(codeOf(error))}` };
}

function reasonOf(code: string): string {
  if (NOT_HTTP.test(code) && REASONS[code] === undefined) return "its answer is not HTTP";
  if (NOT_PACKED.test(code)) return "its body is not packed as it says";
  return REASONS[code] ?? `the connection failed (${code})`;
}

/** Of several attempts, the first. */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
