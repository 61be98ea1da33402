/** What the API and scripts need of text messages. */

export interface TextMessage {
  /** In whose name. */
  readonly domain: string;
  /** A user, an extension or a URI; `null`: the switch. */
  readonly from: string | null;
  /** As a target of `forward`. */
  readonly to: string;
  readonly body: string;
  readonly contentType: string;
  /** Whether it may go to a foreign address. */
  readonly mayLeave: boolean;
}

export interface SentText {
  readonly id: string;
  /** `queued`: it is kept, and on its way to the devices that are there; `delivered`: somebody has taken it. */
  readonly state: "queued" | "delivered";
}

export interface TextSender {
  /** Throws `RequestError` where it leads nowhere, there is no room, or nobody has taken it. */
  send(text: TextMessage): Promise<SentText>;
}

/** A message that waits for its user, as the API shows it. */
export interface WaitingText {
  readonly id: string;
  readonly from: string;
  /** The user of ours who has sent it, or `null`. */
  readonly sender: string | null;
  readonly contentType: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface TextMessages extends TextSender {
  /** In order; of the domain of the API. */
  waiting(user: string): readonly WaitingText[];
  /** Takes away all that waits for a user; gives their number. */
  clear(user: string): Promise<number>;
}
