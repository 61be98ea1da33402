/** Lets somebody listen to the wire: every message that is received or sent, retransmissions too, before anything is done with it. */

import { TransportAround } from "./around.ts";
import type { Flow } from "./flow.ts";
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

class TappedTransport extends TransportAround {
  readonly #tap: Tap;

  constructor(tap: Tap, transport: Transport) {
    super(transport);
    this.#tap = tap;
  }

  override send(text: string, flow: Flow): void {
    this.#tap.sent(text, flow);
    this.inner.send(text, flow);
  }
}
