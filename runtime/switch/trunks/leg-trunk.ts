/** A caller from a trunk who becomes a called side of another call: his line goes with him. */
import type { CallState, LegTrunk } from "../call/call-state.ts";

/** `undefined`: he comes from no trunk. */
export function legTrunkOf({ state }: { readonly state: Pick<CallState, "id" | "trunk"> }): LegTrunk | undefined {
  if (state.trunk === undefined) return undefined;
  const { name, account, codecs } = state.trunk;
  return { name, gateway: "", account, codecs, line: state.id };
}
