/**
 * Errors by who must act: the operator, the deployer, or us. What a peer or a script does wrong is a value, not an error
 * (`result.ts`, `port/script.ts`).
 */
export type ErrorCode =
  | "already-exists"
  | "config-invalid"
  | "conflict"
  | "data-in-use"
  | "draining"
  | "forbidden"
  | "full"
  | "gone"
  | "idempotency-conflict"
  | "invalid-request"
  | "invariant-broken"
  | "managed-by-config"
  | "not-found"
  | "port-in-use"
  | "precondition-failed"
  | "precondition-required"
  | "script-does-not-compile"
  | "script-too-large"
  | "sandbox-unavailable"
  | "secrets-unavailable"
  | "store-unavailable"
  | "too-many-calls"
  | "too-many-requests"
  | "unauthorized"
  | "unsupported-media-type"
  | "validation-crash"
  | "validation-timeout"
  | "value-too-large";

/** Where in a file something is wrong, and what. Lines and columns count from 1. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
}

export class AppError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The operator must act: the configuration, a port, the machine. Lists every problem found. */
export class ConfigError extends AppError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(
    code: ErrorCode,
    message: string,
    diagnostics: readonly Diagnostic[] = [],
    options?: { cause?: unknown },
  ) {
    super(code, message, options);
    this.diagnostics = diagnostics;
  }
}

/** Whoever called the API must act: what was asked cannot be done, and why. */
export class RequestError extends AppError {}

/** The deployer must act: what was uploaded cannot run. */
export class DeployError extends AppError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(
    code: ErrorCode,
    message: string,
    diagnostics: readonly Diagnostic[] = [],
    options?: { cause?: unknown },
  ) {
    super(code, message, options);
    this.diagnostics = diagnostics;
  }
}

/** The operator must act: the store cannot be reached or cannot write. */
export class StorageError extends AppError {}

/** We must act: something that cannot be has happened. It costs the call it happened in, never the process. */
export class InvariantError extends AppError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("invariant-broken", message, options);
  }
}
