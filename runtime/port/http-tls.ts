/** The certificates of the HTTP API, where it is spoken over TLS: as they are at the moment of a connection. */
import type { SecureContext, SecureContextOptions } from "node:tls";

export interface HttpTls {
  /** Shown to whoever asks for no name of ours; another object once the files have changed. */
  current(): SecureContextOptions;
  /** Shown to whoever asks for this name (RFC 6066 §3); `undefined`: what everybody gets. */
  contextFor(name: string): SecureContext | undefined;
}
