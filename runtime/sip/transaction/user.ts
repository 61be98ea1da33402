/** What the transaction layer and the layer above it (RFC 3261 §5: the transaction user, TU) know of each other. */
import type { SipRequest, SipResponse } from "../message/message.ts";
import type { Flow } from "../transport/flow.ts";

export interface TransactionUser {
  /** A new request that is not ACK or CANCEL. */
  onRequest(transaction: ServerTransaction): void;
  /** CANCEL: `invite` is the INVITE transaction it names; where there is none, the answer is 481 (RFC 3261 §9.2). */
  onCancel(cancel: ServerTransaction, invite: ServerTransaction | undefined): void;
  /** Nothing has been answered to this INVITE for 200 ms: it is about to be answered with 100, and will not be said again. */
  onTrying?(invite: ServerTransaction): void;
  /** ACK for a 2xx: it matches no INVITE transaction that waits for one. */
  onAck(request: SipRequest, flow: Flow): void;
  /** A response that no client transaction waits for, such as the late 2xx of a fork. */
  onStrayResponse(response: SipResponse, flow: Flow): void;
}

export interface ClientUser {
  /** Every provisional, the first final; for INVITE every 2xx with retransmissions and those of other branches. */
  onResponse(response: SipResponse, transaction: ClientTransaction): void;
  /** No final response: time is up (RFC 3261 §8.1.3.1: as a 408), or the flow has failed (as a 503). Nothing follows. */
  onFailure(failure: "timeout" | "transport", transaction: ClientTransaction): void;
}

export interface ClientTransaction {
  readonly method: string;
  readonly branch: string;
  readonly flow: Flow;
  /** The request as it is sent; empty once the user has had a final response. */
  readonly text: string;
  /** The RFC's name of the state, in lower case. */
  readonly state: string;
}

export interface ServerTransaction {
  /**
   * The request, until a final response: then it is dropped, and reading it throws `InvariantError`. What is needed
   * longer is to be kept by the user.
   */
  readonly request: SipRequest;
  /** Where answers go. */
  readonly flow: Flow;
  /** The RFC's name of the state, in lower case. */
  readonly state: string;
  /**
   * Sends a response; `text` is the whole of it. A second final throws `InvariantError`; a provisional after the final, or
   * anything after the end of the transaction, does nothing. `heard` is called once, when the ACK of a refused INVITE has
   * come or is not waited for any more.
   */
  respond(status: number, text: string, heard?: () => void): void;
}
