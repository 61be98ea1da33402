/** Whether the audio of a forwarded call passes through the switch: decided when the offer goes out. */
import type { Forward } from "../../../sdk/decisions.ts";
import { needsAnchor, type Party } from "../../sdp/anchor.ts";
import { parseUri } from "../../sip/message/uri.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { Call } from "../call/call.ts";
import type { Branch } from "../target.ts";

export function mustAnchor(call: Call, forward: Forward, branches: readonly Branch[]): boolean {
  const { state, exchange } = call;
  // A call that the switch has answered, or has sent early audio, has used the caller's offer up.
  if (state.own !== null) return true;
  if (exchange.audio === null) return false;
  if (forward.confirm !== undefined) return true;
  if (forward.media === "direct") return false;
  if (forward.media === "anchor" || forward.record === true) return true;
  const { flow, body } = state.invite;
  if (isPlainlyDirect(body, flow, branches)) return false;
  return (
    needsAnchor({
      offer: body === "" ? null : body,
      caller: { source: flow.remoteAddress, contact: null },
      callees: branches.map((branch) => ({ ...partyOf(branch), security: null })),
      hasTrunk: false,
      needsAudio: false,
    }) !== null
  );
}

/** The commonest case without reading the whole offer: everybody is where he says, on the same machine or network. */
function isPlainlyDirect(offer: string, flow: Flow, branches: readonly Branch[]): boolean {
  const said = offer === "" || offer.includes(`\r\nc=IN IP4 ${flow.remoteAddress}\r\n`);
  return said && branches.every((branch) => isAt(flow.remoteAddress, partyOf(branch)));
}

function isAt(address: string, { source, contact }: Party): boolean {
  return source === address && (contact === null || contact === address);
}

function partyOf({ uri, hop }: Branch): Party {
  const parsed = parseUri(uri);
  const host = parsed?.kind === "sip" ? parsed.host : null;
  if (hop.type === "flow") return { source: hop.flow.remoteAddress, contact: host };
  return { source: host ?? "", contact: null };
}
