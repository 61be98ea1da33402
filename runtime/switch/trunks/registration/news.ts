/** What is worth telling of a registration: whether it stands, not how it is kept. */
import type { Registration, Trouble } from "./registration.ts";

export type Standing =
  | "registered"
  /** It stands no longer, or has not come about; it is tried again by itself. */
  | "unregistered"
  /** Refused: somebody has to mend it. */
  | "failed";

export interface RegistrationNews {
  readonly state: Standing;
  /** `null`: all is well. */
  readonly trouble: Trouble | null;
}

const RAN_OUT: Trouble = { code: null, reason: "the registration has run out" };

/** What is to be told after `told`; `undefined`: nothing new. */
export function newsOf(registration: Registration, told: Standing | null): RegistrationNews | undefined {
  const state = standingOf(registration, told);
  if (state === told || state === null) return undefined;
  return { state, trouble: state === "registered" ? null : (registration.trouble ?? RAN_OUT) };
}

function standingOf({ activity, binding }: Registration, told: Standing | null): Standing | null {
  switch (activity.type) {
    case "idle":
    case "ending":
      return told;
    case "refused":
      return "failed";
    case "asking":
      // What was told holds until there is an answer, unless time has made it untrue.
      if (binding !== null) return "registered";
      return told === "registered" ? "unregistered" : told;
    case "resting":
    case "waiting":
      return binding === null ? "unregistered" : "registered";
  }
}
