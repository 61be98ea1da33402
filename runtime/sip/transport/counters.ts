/** What the transports have done so far, for metrics. One object, counted in place: nothing is built per message. */
export interface TransportCounters {
  messagesIn: number;
  messagesOut: number;
  /** Malformed messages by the status they were refused with. */
  readonly refused: Map<number, number>;
  /** Datagrams and stream input that are no SIP and were not answered: garbage, empty datagrams. */
  ignored: number;
  /** Datagrams and connections of sources that are not heard. */
  unheard: number;
  /** CRLF keep-alives on streams (RFC 5626 §4.4.1). */
  keepAlives: number;
  /** Responses whose top Via is not ours. */
  droppedResponses: number;
  /** Messages whose handling threw: a bug of ours. */
  handlerErrors: number;
  /** Connections that are there now, over every transport but UDP. */
  connections: number;
  connectionsOpened: number;
  /** Connections that were not made because there are too many. */
  connectionsRefused: number;
  /** Peers that connected and ended, or were ended, before SIP could be spoken: TLS and WebSocket handshakes. */
  handshakesFailed: number;
  /** Binding requests of STUN that were answered. */
  stunRequests: number;
  /** Messages that were not sent because the queue to their receiver is full. */
  queueOverflows: number;
  /** Datagrams that the system would not send. */
  sendErrors: number;
  /** UDP sockets whose receive buffer is smaller than asked for. */
  smallReceiveBuffers: number;
}

export function createTransportCounters(): TransportCounters {
  return {
    messagesIn: 0,
    messagesOut: 0,
    refused: new Map(),
    ignored: 0,
    unheard: 0,
    keepAlives: 0,
    droppedResponses: 0,
    handlerErrors: 0,
    connections: 0,
    connectionsOpened: 0,
    connectionsRefused: 0,
    handshakesFailed: 0,
    stunRequests: 0,
    queueOverflows: 0,
    sendErrors: 0,
    smallReceiveBuffers: 0,
  };
}
