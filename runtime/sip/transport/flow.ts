/**
 * A flow: the two ends of a datagram exchange or one connection (RFC 5626 §1). Plain data that can be journaled and
 * compared; it holds nothing of a socket.
 */
export interface Flow {
  readonly transport: "udp" | "tcp";
  /** The listener the flow belongs to: what we open ourselves over TCP leaves from its address, by a port of its own. */
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Number of the TCP connection in this process; 0 for UDP. */
  readonly connection: number;
}

/** Whether the transport delivers or tells: no retransmissions over it (RFC 3261 §17). */
export function isReliable(flow: Flow): boolean {
  return flow.transport !== "udp";
}
