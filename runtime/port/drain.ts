/** Taking the switch out of service without ending a call: it takes none that is new, and tells what it waits for. */

/** A call that is still up. */
export interface WaitedFor {
  readonly id: string;
  readonly state: string;
  readonly from: string;
  readonly to: string;
  /** Since the call has begun. */
  readonly seconds: number;
}

export interface DrainView {
  readonly draining: boolean;
  /** ISO 8601; `null`: it takes calls. */
  readonly since: string | null;
  /** How many calls are up. */
  readonly calls: number;
  /** The oldest of them. */
  readonly waitsFor: readonly WaitedFor[];
}

export interface DrainAdmin {
  view(): DrainView;
  /** Takes no new calls from now on; harmless where it takes none already. */
  begin(): DrainView;
  /** Takes calls again. */
  end(): DrainView;
}

/** `begun`: no new calls. `empty`: the last call is over. `ended`: it takes calls again. */
export type DrainNews = "begun" | "empty" | "ended";
