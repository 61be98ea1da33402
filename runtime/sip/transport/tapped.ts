/** Lets somebody listen to the wire: every message that is received or sent, retransmissions too, before anything is done with it. */

import type { SipRequest } from "../message/message.ts";
import type { Flow } from "./flow.ts";
import type { ListenAddress } from "./listen-address.ts";
import type { Destination } from "./locate.ts";
import type { Transport } from "./transport.ts";
import type { TransportUser } from "./transport-layer.ts";

/** Who listens. Texts hold one octet a character. */
export interface Tap {
  received(text: string, callId: string, isInvite: boolean, flow: Flow): void;
  /** The user is done with what was received. */
  handled(): void;
  sent(text: string, flow: Flow): void;
}

/** What makes a network, with `tap` between it and its user. */
export function tapped(tap: Tap, connect: (user: TransportUser) => Transport): (user: TransportUser) => Transport {
  return (user) => new TappedTransport(tap, connect(listening(tap, user)));
}

function listening(tap: Tap, user: TransportUser): TransportUser {
  return {
    onRequest(request, flow) {
      tap.received(request.text, request.callId, request.method === "INVITE", flow);
      try {
        user.onRequest(request, flow);
      } finally {
        tap.handled();
      }
    },
    onResponse(response, flow) {
      tap.received(response.text, response.callId, false, flow);
      user.onResponse(response, flow);
    },
    onFlowFailed: (flow, failure) => user.onFlowFailed(flow, failure),
    onFlowClosed: (flow) => user.onFlowClosed?.(flow),
  };
}

class TappedTransport implements Transport {
  readonly #tap: Tap;
  readonly #transport: Transport;

  constructor(tap: Tap, transport: Transport) {
    this.#tap = tap;
    this.#transport = transport;
  }

  get listeners(): readonly ListenAddress[] {
    return this.#transport.listeners;
  }

  send(text: string, flow: Flow): void {
    this.#tap.sent(text, flow);
    this.#transport.send(text, flow);
  }

  listen(addresses: readonly ListenAddress[]): Promise<void> {
    return this.#transport.listen(addresses);
  }

  flowTo(destination: Destination): Flow | undefined {
    return this.#transport.flowTo(destination);
  }

  again(flow: Flow): Flow {
    return this.#transport.again(flow);
  }

  responseFlow(request: SipRequest, flow: Flow): Flow {
    return this.#transport.responseFlow(request, flow);
  }

  sentBy(flow: Flow): string {
    return this.#transport.sentBy(flow);
  }

  isOurs(host: string, port: number | undefined): boolean {
    return this.#transport.isOurs(host, port);
  }

  isOpen(flow: Flow): boolean {
    return this.#transport.isOpen(flow);
  }

  keepAlive(flow: Flow): void {
    this.#transport.keepAlive(flow);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
