/** Another version of the switch in the place of the one that runs, without a call that is lost. */

export interface UpgradeView {
  /** `none`: there has been none since the switch was started as a whole. */
  readonly state: "none" | "preparing" | "handing-over" | "done" | "failed";
  /** The version that answers. */
  readonly version: string;
  /** Times are ISO 8601. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** The version before; `null`: there has been none. */
  readonly from: string | null;
  /** `null`: the new version has not come far enough to say. */
  readonly to: string | null;
  /** Calls that have been taken over. */
  readonly calls: number | null;
  /** How long new requests have waited. */
  readonly pauseSeconds: number | null;
  /** Why it came to nothing. */
  readonly reason: string | null;
}

export interface UpgradeAdmin {
  view(): UpgradeView;
  /**
   * Begins one, and resolves as soon as it is under way. Rejects with `RequestError`: `conflict` where one is already,
   * or where nobody could start another process.
   */
  begin(): Promise<UpgradeView>;
}
