/** What happens to trunks, told to whoever wants to know: scripts, the event stream, the log. */

export interface TrunkNews {
  readonly trunk: string;
  /**
   * `up`, `down`: a gateway, or all; `registered`, `unregistered`: the registration stands, or does not and is tried again;
   * `failed`: it is refused, and somebody has to mend that; `full`: a call that came by it was refused for want of a line.
   */
  readonly state: "up" | "down" | "registered" | "unregistered" | "failed" | "full";
  /** The gateway, or the registrar, as it was declared; `null`: the trunk as a whole. */
  readonly gateway: string | null;
  /** Why: words for people; `null` where all is well. */
  readonly reason: string | null;
  /** Of the SIP answer that said so; `null`: there was none. */
  readonly code: number | null;
}

export interface TrunkWitness {
  trunkChanged(news: TrunkNews): void;
}
