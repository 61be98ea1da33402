/**
 * Whose turn it is in the exchange of session descriptions between two sides (RFC 3264, RFC 6337), and the last one of
 * each. Pure: it watches bodies that pass; what refuses an offer at the wrong time asks `mayOffer` first.
 */
export type Side = "caller" | "callee";

export interface OfferAnswer {
  /** Who has an offer open; `null` when both sides agree, or before the first offer. */
  open: Side | null;
  /** The last session description of each side. */
  caller: string | null;
  callee: string | null;
}

export function newOfferAnswer(): OfferAnswer {
  return { open: null, caller: null, callee: null };
}

/** A session description goes from one side to the other: an answer where the other's offer is open, else an offer. */
export function passDescription(exchange: OfferAnswer, from: Side, sdp: string): void {
  exchange[from] = sdp;
  exchange.open = exchange.open !== null && exchange.open !== from ? null : from;
}

/** The request that carried an offer has failed: what was agreed before stands (RFC 3261 §14.1). */
export function withdrawOffer(exchange: OfferAnswer): void {
  exchange.open = null;
}

/** Whether this side may make an offer now (RFC 3311 §5.2, RFC 6337 §3.2). */
export function mayOffer(exchange: OfferAnswer): boolean {
  return exchange.open === null;
}

export function otherSide(side: Side): Side {
  return side === "caller" ? "callee" : "caller";
}
