/**
 * Emergency numbers: no limit, budget, policy, call cap or script fault stops a call to one of them. A script may say where
 * it goes, and is asked first; whatever it says, or fails to say, the call goes out by a trunk in the end. Only for users of
 * ours, who have proved it, and for sources that we trust: for anybody else it is a number like others.
 */
import type { Decision, Forward } from "../../sdk/decisions.ts";
import { matchesNumber } from "../contract/number-pattern.ts";
import type { Call } from "./call/call.ts";
import type { Trunk } from "./trunks/trunk.ts";

/** As long as a target may ring. */
const RING_SECONDS = 180;
/** How long the script has to decide. */
const PATIENCE_MS = 1000;
/** What would end a call that nobody has answered. */
const ENDS: ReadonlySet<Decision["type"]> = new Set(["reject", "redirect", "hangup", "voicemail"]);

export class EmergencyNumbers {
  #numbers: ReadonlySet<string>;

  constructor(numbers: readonly string[]) {
    this.#numbers = new Set(numbers);
  }

  /** Those of a configuration that was read anew. */
  replace(numbers: readonly string[]): void {
    this.#numbers = new Set(numbers);
  }

  has(user: string): boolean {
    return this.#numbers.size > 0 && this.#numbers.has(user);
  }
}

/** How the call goes out: by the trunks that are for the number, then by all others, one step for each. */
export function emergencyPlan(number: string, trunks: readonly Trunk[]): readonly Decision[] {
  const able = trunks.filter(({ gateways }) => gateways.length > 0);
  const ordered = [...able.filter((trunk) => isFor(trunk, number)), ...able.filter((trunk) => !isFor(trunk, number))];
  if (ordered.length === 0) return [forwardTo(number)];
  return ordered.map(({ name }) => forwardTo(`trunk:${name}/${number}`));
}

/** What the script has decided, up to where it would end the call, and the way out behind it. */
export function withEmergency(plan: readonly Decision[], wayOut: readonly Decision[]): readonly Decision[] {
  const end = plan.findIndex(({ type }) => ENDS.has(type));
  return [...(end < 0 ? plan : plan.slice(0, end)), ...wayOut];
}

/** A script that takes its time has none: the call goes out without it. */
export function hurryScript(call: Call): void {
  const message = `The script has not said within ${PATIENCE_MS} ms where an emergency call goes.`;
  const expire = (): void => {
    const { epoch } = call.state.plan;
    if (epoch === 0) call.decisions.faulted("invite", { reason: "timeout", message }, epoch);
  };
  call.startTimer(PATIENCE_MS, { expire }, "emergency");
}

function forwardTo(target: string): Forward {
  return { type: "forward", targets: [target], ringSeconds: RING_SECONDS };
}

function isFor({ numbers }: Trunk, number: string): boolean {
  return numbers.some((pattern) => matchesNumber(pattern, number));
}
