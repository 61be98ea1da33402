/** Why something could not be sent, or a connection is gone: a value for the transactions on that flow, never a throw. */
export type FailureCode =
  | "bad-input"
  | "closed"
  | "idle"
  | "message-too-large"
  | "no-listener"
  | "queue-full"
  | "refused"
  | "timeout"
  | "tls-failed"
  | "too-many-connections"
  | "unreachable";

export interface TransportFailure {
  readonly code: FailureCode;
  /** A sentence for the log. */
  readonly message: string;
}

const CODES: Readonly<Record<string, FailureCode>> = {
  EACCES: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "unreachable",
  EINVAL: "unreachable",
  EMSGSIZE: "message-too-large",
  ENETUNREACH: "unreachable",
  EPERM: "unreachable",
  ETIMEDOUT: "timeout",
};

/** `isHandshake`: what the system has no code for has gone wrong in the handshake of TLS. */
export function toFailure(error: NodeJS.ErrnoException, isHandshake = false): TransportFailure {
  return { code: CODES[error.code ?? ""] ?? (isHandshake ? "tls-failed" : "closed"), message: error.message };
}
