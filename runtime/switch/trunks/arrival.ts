/** Who a call comes from: a user of ours, a trunk, or somebody from outside; and the line of the trunk that it takes. */
import type { SipRequest } from "../../sip/message/message.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { CallState } from "../call/call-state.ts";
import type { Identity, IdentityCheck } from "../identity.ts";
import { type IncomingCall, incomingCall, trunkOf } from "./incoming.ts";
import type { TrunkServices } from "./trunk-services.ts";

export interface Arrival {
  readonly who: Identity;
  /** From a trunk; `null`: from none. */
  readonly incoming: IncomingCall | null;
  /** The source may name users of ours without proving it. */
  readonly isTrusted: boolean;
}

/** A From of ours is challenged, but from sources that we trust. */
export function arrivalOf(
  request: SipRequest,
  flow: Flow,
  { identity, trunks }: { readonly identity: IdentityCheck; readonly trunks?: TrunkServices },
): Arrival {
  const source = trunks === undefined ? undefined : trunkOf(request, flow, trunks.trunks);
  if (trunks === undefined || source === undefined) {
    return { who: identity.ofCaller({ request, flow }), incoming: null, isTrusted: false };
  }
  const isTrusted = source.trunk.trust && source.isBySource;
  const who: Identity = isTrusted ? { type: "anonymous" } : identity.ofCaller({ request, flow });
  const incoming = who.type === "anonymous" ? incomingCall(request, source.trunk, trunks.plan) : null;
  return { who, incoming, isTrusted };
}

/** Whether the trunk that a call comes from has a line for it. */
export function takesLine({ trunks }: { readonly trunks?: TrunkServices }, call: CallState): boolean {
  const trunk = call.trunk === undefined ? undefined : trunks?.trunks.byName(call.trunk.name);
  if (trunk === undefined || trunks === undefined) return true;
  const line = { call: call.id, holder: call.id, isOutgoing: false, always: call.isEmergency === true };
  const hit = trunks.leases.take(trunk, line);
  trunks.note(trunk, hit === null ? "incoming" : "limited");
  if (hit !== null) trunks.noLine(trunk, hit.detail);
  return hit === null;
}
