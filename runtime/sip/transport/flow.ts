/**
 * A flow: the two ends of a datagram exchange or one connection (RFC 5626 §1). Plain data that can be journaled and
 * compared; it holds nothing of a socket.
 */

/** As listeners are written in the configuration. */
export type TransportName = "udp" | "tcp" | "tls" | "ws" | "wss";

export interface Flow {
  readonly transport: TransportName;
  /** The listener the flow belongs to: a connection that we open leaves from its address, by a port of its own. */
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Number of the connection in this process; 0 for UDP. */
  readonly connection: number;
}

/** The number of a connection that was another process's: no connection of this one has it. */
export const LOST_CONNECTION = -1;

/** Whether nobody on the way can read along. */
export function isSecure(flow: Flow): boolean {
  return flow.transport === "tls" || flow.transport === "wss";
}

/** Whether the transport delivers or tells: no retransmissions over it (RFC 3261 §17). */
export function isReliable(flow: Flow): boolean {
  return flow.transport !== "udp";
}
