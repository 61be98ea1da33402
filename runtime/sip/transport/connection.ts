/** What every connection is to the rest of the layer, whatever it is made of: a stream of messages or a WebSocket. */
import type { TransportFailure } from "./failure.ts";
import type { Flow } from "./flow.ts";
import type { Frame } from "./framing.ts";

/** Two lost SYNs; the transaction would wait 32 s. */
export const CONNECT_TIMEOUT_MS = 5000;
/** For a message to become whole, and for a peer that has connected to say something: 64*T1, when its transaction is over. */
export const INPUT_TIMEOUT_MS = 32_000;
/** Longer than the longest registration: whoever is registered over a connection stays reachable by it. */
export const IDLE_TIMEOUT_MS = 3_900_000;
/** After so much silence the kernel asks whether the peer is still there. */
export const KEEP_ALIVE_MS = 60_000;
/** How long a peer may take to read the last answer and close. */
export const LINGER_MS = 2000;
/** What may wait for a peer that does not read. */
export const MAX_QUEUED_BYTES = 1024 * 1024;

export interface Connection {
  readonly flow: Flow;
  readonly isOpen: boolean;
  /** Whether what is sent now will leave, at once or when the connection is made. */
  readonly isUsable: boolean;
  send(text: string): void;
  /** Shows the peer, and what lies between, that the connection is still wanted. */
  ping(): void;
  /** Ends the connection at once. */
  close(failure: TransportFailure): void;
}

export interface ConnectionUser {
  onMessage(text: string, connection: Connection): void;
  /** The stream cannot be understood any more. What is sent now still leaves; then the connection is closed. */
  onRefused(frame: Frame & { readonly type: "refused" }, connection: Connection): void;
  /** Told once for each connection, and never within a call to it. */
  onGone(connection: Connection, failure: TransportFailure): void;
}
