/** A transfer on its way: the step that has the call meanwhile, and what is told of it in the end. */
import type { Actor } from "../../../sdk/events.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import type { Step } from "../call/step.ts";
import type { Referral } from "./refer/referral.ts";

export interface RunningTransfer extends Step {
  /** The party that gets somebody else to talk to. */
  readonly who: Side;
  /** The place of whoever leaves. */
  readonly place: Side;
  readonly by: Actor;
  /** As it was named. */
  readonly target: string;
  /** The REFER that asked for it; `null`: a decision did. */
  readonly referral: Referral | null;
}
