/** Turns whatever went wrong into a problem document (RFC 9457). What is our own fault says nothing of our insides. */
import type { z } from "zod";
import { AppError, ConfigError, DeployError, type ErrorCode } from "../base/errors.ts";
import type { DiagnosticBody, FieldProblem, Problem } from "../contract/problem.ts";

/** Codes that only an HTTP server has a use for. */
type HttpCode =
  | "idempotency-in-progress"
  | "insufficient-scope"
  | "internal-error"
  | "method-not-allowed"
  | "not-ready"
  | "range-not-satisfiable"
  | "request-too-large"
  | "request-timeout"
  | "script-failed"
  | "script-timeout"
  | "script-unavailable"
  | "upgrade-required";

export type ProblemCode = ErrorCode | HttpCode;

const problems: Readonly<Record<ProblemCode, { readonly status: number; readonly title: string }>> = {
  "already-exists": { status: 409, title: "It exists already" },
  "config-invalid": { status: 422, title: "The configuration is not valid" },
  conflict: { status: 409, title: "The state of the resource forbids this" },
  "data-in-use": { status: 409, title: "The data folder is another process's" },
  draining: { status: 503, title: "The switch takes no new calls" },
  forbidden: { status: 403, title: "Not allowed" },
  full: { status: 507, title: "There is no room left" },
  gone: { status: 410, title: "The resource was removed" },
  "idempotency-conflict": { status: 422, title: "The Idempotency-Key was used for another request" },
  "idempotency-in-progress": { status: 409, title: "The first request with this Idempotency-Key is still running" },
  "insufficient-scope": { status: 403, title: "The token does not allow this" },
  "internal-error": { status: 500, title: "The switch failed at this request" },
  "invalid-request": { status: 400, title: "The request is not valid" },
  "invariant-broken": { status: 500, title: "The switch failed at this request" },
  "managed-by-config": { status: 409, title: "It is declared in the configuration file" },
  "method-not-allowed": { status: 405, title: "The resource does not know this method" },
  "not-found": { status: 404, title: "There is no such resource" },
  "not-ready": { status: 503, title: "The switch is not ready" },
  "port-in-use": { status: 409, title: "The port is in use" },
  "precondition-failed": { status: 412, title: "The resource is not in the state you expect" },
  "precondition-required": { status: 428, title: "If-Match is required" },
  "range-not-satisfiable": { status: 416, title: "The file has no such part" },
  "request-timeout": { status: 408, title: "The request took too long to arrive" },
  "request-too-large": { status: 413, title: "The request is too large" },
  "sandbox-unavailable": { status: 503, title: "Scripts cannot be checked or run at the moment" },
  "script-does-not-compile": { status: 422, title: "The script does not compile" },
  "script-failed": { status: 500, title: "The script failed" },
  "script-timeout": { status: 504, title: "The script took too long" },
  "script-too-large": { status: 413, title: "The script is too large" },
  "script-unavailable": { status: 503, title: "The script cannot run now" },
  "secrets-unavailable": { status: 503, title: "Secrets cannot be opened or sealed" },
  "store-unavailable": { status: 503, title: "The store cannot be reached" },
  "too-many-calls": { status: 429, title: "Too many calls" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  unauthorized: { status: 401, title: "A valid token is required" },
  "unsupported-media-type": { status: 415, title: "The content type is not supported" },
  "upgrade-required": { status: 426, title: "Another protocol is spoken here" },
  "validation-crash": { status: 422, title: "The script crashed while it was checked" },
  "validation-timeout": { status: 422, title: "The script took too long while it was checked" },
  "value-too-large": { status: 413, title: "The value is too large" },
};

/** Said in place of the message of an error that is our own fault. */
const INTERNAL_DETAIL = "This is a fault of the switch. Its log has the details under the name in `instance`.";
/** Seconds after which a server that is short of something may be asked again. */
const RETRY_SECONDS = "5";
const MAX_ERRORS = 100;

/** Something wrong with the HTTP request itself. */
export class RequestProblem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;
  /** For the audit log alone. */
  readonly note: string | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    more: { errors?: readonly FieldProblem[]; headers?: Readonly<Record<string, string>>; note?: string } = {},
  ) {
    super(detail);
    this.name = "RequestProblem";
    this.code = code;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
    this.note = more.note;
  }
}

export interface ProblemReply {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer to a request that ended in `error`; `instance` names the request in the log. */
export function toProblem(error: unknown, instance: string): ProblemReply {
  const code = codeOf(error);
  const { status, title } = problems[code];
  // A problem that was made for whoever asks says nothing of our insides.
  const isTold = error instanceof RequestProblem || (status !== 500 && error instanceof Error);
  const detail = isTold ? error.message : INTERNAL_DETAIL;
  const errors = errorsOf(error).slice(0, MAX_ERRORS);
  const problem = { type: `urn:strowger:problem:${code}`, title, status, code, detail, instance };
  return {
    problem: errors.length > 0 ? { ...problem, errors } : problem,
    headers: {
      ...(status === 503 ? { "Retry-After": RETRY_SECONDS } : {}),
      ...(error instanceof RequestProblem ? error.headers : {}),
    },
  };
}

/** `invalid-request` with every issue that zod found; `where` is the part of the request: body, query, path. */
export function invalidRequest(issues: readonly z.core.$ZodIssue[], where: string): RequestProblem {
  const errors = issues
    .slice(0, MAX_ERRORS)
    .map(({ path, message }) => ({ path: path.map(String).join("."), message }));
  const [first] = errors;
  const detail = first === undefined ? "It does not fit the schema" : `${first.path || where}: ${first.message}`;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more, see errors)` : "";
  return new RequestProblem("invalid-request", `The ${where} is not valid: ${detail}${more}.`, { errors });
}

function codeOf(error: unknown): ProblemCode {
  if (error instanceof RequestProblem) return error.code;
  if (error instanceof AppError) return error.code === "invariant-broken" ? "internal-error" : error.code;
  return "internal-error";
}

function errorsOf(error: unknown): readonly (DiagnosticBody | FieldProblem)[] {
  if (error instanceof RequestProblem) return error.errors;
  if (error instanceof DeployError || error instanceof ConfigError) return error.diagnostics;
  return [];
}
