/** What the store keeps of text messages for users who could not be reached. What resolves is committed. */

/** All of a message but what it says. */
export interface MessageHead {
  /** In the order of their ids messages are delivered. */
  readonly id: string;
  readonly domain: string;
  /** Whom it is for. */
  readonly user: string;
  /** From without its tag, as on the wire. */
  readonly from: string;
  /** The user of ours who has sent it; `null`: somebody from outside, or a script. */
  readonly sender: string | null;
  readonly contentType: string;
  /** Of body and header fields. */
  readonly bytes: number;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly expiresAt: number;
  /** When the first device has taken it; `null`: none has. */
  readonly deliveredAt: number | null;
}

export interface MessageContent {
  /** JSON of header fields, `[name, value]` each, as on the wire. */
  readonly fields: string;
  /** One character an octet. */
  readonly body: string;
}

/** A device is done with a message: it has taken it, or will never. */
export interface MessageSettled {
  readonly message: string;
  /** Its instance id, or its contact. */
  readonly device: string;
  readonly result: "taken" | "refused";
  readonly at: number;
}

export interface MessageStore {
  /** Those that have not expired at `now`, in order. */
  heads(now: number): Promise<readonly MessageHead[]>;
  settled(): Promise<readonly MessageSettled[]>;
  add(message: MessageHead & MessageContent): Promise<void>;
  content(id: string): Promise<MessageContent | undefined>;
  settle(settled: MessageSettled): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  /** Removes what has expired before `now`. */
  trim(now: number): Promise<void>;
}
