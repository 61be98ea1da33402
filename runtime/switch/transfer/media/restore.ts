/** Puts a side back to what it had agreed on with the other one before a transfer came to nothing (RFC 3261 §14.1). */
import { otherSide, type Side } from "../../../sdp/offer-answer.ts";
import type { Call } from "../../call/call.ts";
import { Reinvite } from "./reinvite.ts";

export function restore(call: Call, side: Side): void {
  const [bridge] = call.state.bridges;
  const described = bridge?.media[otherSide(side)] ?? null;
  if (bridge === undefined || bridge.isAnchored || described === null || call.state.end !== null) return;
  const reinvite = new Reinvite(call, bridge[side], described, (outcome) => {
    if (outcome.ok) reinvite.acknowledge();
  });
  reinvite.start();
}
