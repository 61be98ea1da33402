/** A protocol that takes over connections of the HTTP API (RFC 9110 §7.8). */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

export interface HttpUpgrade {
  /** Where it is asked for, as `/sip`. */
  readonly path: string;
  /** For whoever comes there without asking for it: a sentence. */
  readonly hint: string;
  /** Takes the connection, or answers why not and ends it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}
