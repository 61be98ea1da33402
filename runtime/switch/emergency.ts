/**
 * Emergency numbers, and the service URN for them (RFC 5031): no limit, budget, policy, call cap or script fault stops a call
 * to one of them. A script may say where it goes, and is asked first; whatever it says, or fails to say, the call goes out by
 * a trunk in the end. Only for users of ours, who have proved it, and for sources that we trust: for anybody else it is a
 * number like others.
 */
import type { Decision, Forward } from "../../sdk/decisions.ts";
import { matchesNumber } from "../contract/number-pattern.ts";
import { parseTrunkTarget } from "../contract/trunk-target.ts";
import type { Uri } from "../sip/message/uri.ts";
import type { Call } from "./call/call.ts";
import type { CallState } from "./call/call-state.ts";
import type { GatewayOrder } from "./trunks/gateway-order.ts";
import type { Trunk } from "./trunks/trunk.ts";

/** As long as a target may ring. */
const RING_SECONDS = 180;
/** How long the script has to decide. */
const PATIENCE_MS = 1000;
/** What would end a call that nobody has answered. */
const ENDS: ReadonlySet<Decision["type"]> = new Set(["reject", "redirect", "hangup", "voicemail"]);
/** What a service URN is dialled as, where no other number is declared: the one that every mobile network takes. */
const COMMON_NUMBER = "112";
/** RFC 5031 §4.2: a label is at most 63 characters, and ends in a letter or digit. */
const SERVICE = /^urn:service:sos(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

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

  /** What a call to `urn:service:sos`, or to one of its sub-services, is dialled as: 112, or else the first number. */
  get number(): string {
    if (this.#numbers.has(COMMON_NUMBER)) return COMMON_NUMBER;
    const [first = COMMON_NUMBER] = this.#numbers;
    return first;
  }
}

/** `urn:service:sos`, `urn:service:sos.ambulance` and the like (RFC 5031 §4.2). */
export function isEmergencyService(uri: Uri | undefined): boolean {
  return uri?.kind === "other" && uri.scheme === "urn" && SERVICE.test(uri.text);
}

/**
 * How the call goes out: by the trunks that are up, then by those that seem to be down; of each, by those that are for the
 * number first. One step for each.
 */
export function emergencyPlan(
  number: string,
  trunks: readonly Trunk[],
  gateways: Pick<GatewayOrder, "isDown"> | undefined,
): readonly Decision[] {
  const rank = (trunk: Trunk): number => (gateways?.isDown(trunk) === true ? 2 : 0) + (isFor(trunk, number) ? 0 : 1);
  const able = trunks.filter(({ gateways }) => gateways.length > 0).map((trunk) => ({ trunk, rank: rank(trunk) }));
  if (able.length === 0) return [forwardTo(number)];
  const ordered = able.toSorted((a, b) => a.rank - b.rank);
  return ordered.map(({ trunk: { name } }) => forwardTo(`trunk:${name}/${number}`));
}

/** Whether a call for help is to be forwarded elsewhere when the step that it is at has failed: nobody waits for silence. */
export function hasOtherWay({ isEmergency, plan }: Pick<CallState, "isEmergency" | "plan">): boolean {
  return isEmergency === true && plan.steps.slice(plan.next).some(({ type }) => type === "forward");
}

/**
 * What the script has decided, up to where it would end the call, and the way out behind it: trunks that the script takes
 * itself come last there.
 */
export function withEmergency(plan: readonly Decision[], wayOut: readonly Decision[]): readonly Decision[] {
  const end = plan.findIndex(({ type }) => ENDS.has(type));
  const kept = end < 0 ? plan : plan.slice(0, end);
  const tried = new Set(kept.flatMap(trunksOf));
  const isTried = (decision: Decision): boolean => trunksOf(decision).some((trunk) => tried.has(trunk));
  return [...kept, ...wayOut.filter((decision) => !isTried(decision)), ...wayOut.filter(isTried)];
}

/** The trunks that a decision names. */
function trunksOf(decision: Decision): readonly string[] {
  if (decision.type !== "forward") return [];
  const { via = [], targets } = decision;
  const named = targets.flatMap((target) => parseTrunkTarget(target)?.trunk ?? []);
  return typeof via === "string" ? [via, ...named] : [...via, ...named];
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
