/** The other flows of devices that are called: one is tried after the other, never two at once (RFC 5626 §5.3). */
import type { BindingRow } from "../../port/store.ts";
import type { Leg } from "../call/leg.ts";
import type { LegOutcome } from "../call/step.ts";
import type { Branch } from "../target.ts";

/** RFC 5626 §11.5: the proxy next to the phone has lost the flow. */
export const FLOW_FAILED = 430;

export class SpareFlows {
  readonly #branches = new Map<Leg, Branch>();

  /** Whether a branch goes over a flow that could fail alone: one of several, or the one of a proxy. */
  static concern({ binding, route }: Branch): boolean {
    return binding !== undefined && (binding.regId !== null || route !== undefined);
  }

  /** A leg that is called, and where it goes. */
  note(leg: Leg, branch: Branch): void {
    this.#branches.set(leg, branch);
  }

  /** The contact whose flow has failed with this leg; `undefined`: it was refused by the phone, or is no flow of ours. */
  failedBinding(leg: Leg, outcome: LegOutcome): BindingRow | undefined {
    const binding = this.#branches.get(leg)?.binding;
    if (binding === undefined) return undefined;
    if (typeof outcome === "object") return outcome.status === FLOW_FAILED ? binding : undefined;
    // RFC 5626 §5.3: without outbound a phone may just be slow to answer.
    return outcome !== "not-taken" && binding.regId !== null ? binding : undefined;
  }

  /** The next flow of the same device. */
  next(leg: Leg): Branch | undefined {
    const [first, ...spares] = this.#branches.get(leg)?.spares ?? [];
    this.#branches.delete(leg);
    return first === undefined ? undefined : { ...first, spares };
  }
}
