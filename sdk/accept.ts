/** The decision `accept`: a request of somebody is taken, or allowed. */

/** How `accept` takes it. */
export interface AcceptOptions {
  /**
   * Of a message: it is kept for the user of ours whom it is for, and delivered when a phone of his registers (202).
   * @default false: the script has done with it what it wanted (200)
   */
  readonly store?: boolean;
  /** Of a registration: how long a contact stays at most, in seconds, 30 to 86400. @default 3600 */
  readonly expiresSeconds?: number;
  /** Of a registration: how many contacts the user keeps, 1 to 10; the oldest make room. @default 10, and none makes room */
  readonly maxContacts?: number;
}

/** Takes a message, allows a registration, a subscription, a publication or a question, or does the transfer of a `refer`. */
export interface Accept extends AcceptOptions {
  readonly type: "accept";
}

/** Takes a message, or allows what is asked for. */
export function accept(options: AcceptOptions = {}): Accept {
  return { type: "accept", ...options };
}
