/** A step of a plan that has the call for a while: it calls somebody, plays something, waits for keys. */
import type { Confirm } from "../../../sdk/decisions.ts";
import type { RequestFailure } from "../../sip/client-request.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import type { Leg } from "./leg.ts";

/** `not-taken`: the side has answered, and did not want the call. `no-line`: its trunk takes no more calls. */
export type LegOutcome = SipResponse | RequestFailure | "not-taken" | "no-line";

export interface Step {
  start(): void;
  /** The call has something else to do, or is over. `fields` go to the sides that still ring. */
  abandon(fields?: readonly HeaderField[]): void;
  /** A key of the caller; `false`: the step has no use for it. */
  takeKey?(digit: string): boolean;
  /** Whoever answers is asked first whether he takes the call. */
  readonly confirm?: Confirm | undefined;
  legFailed?(leg: Leg, outcome: LegOutcome): void;
  /** The first leg that answers; returns how many seconds the call may last from now on. */
  legAnswered?(leg: Leg): number;
  /** That leg and the caller hear each other. */
  joined?(): void;
}
