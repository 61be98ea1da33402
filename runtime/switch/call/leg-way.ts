/** What stands between a leg and whoever is called there, where that is not simply a phone: the way by a trunk. */
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import type { Branch } from "../target.ts";
import type { Leg } from "./leg.ts";
import type { LegOutcome } from "./step.ts";

export interface LegWay {
  /** The fields of the INVITE, which is about to leave; `null`: there is no line for it. */
  calling(leg: Leg, fields: readonly HeaderField[]): readonly HeaderField[] | null;
  /** Any response at all, a 100 as well. */
  heard(response: SipResponse): void;
  /** The first 2xx. */
  answered(): void;
  failed(outcome: LegOutcome): void;
  /** What is called in place of the leg that has failed. */
  next(outcome: LegOutcome): Branch | undefined;
  /** Nobody waits for the leg any more. */
  ended(): void;
}
