/** Whether the audio of a forwarded call passes through the switch: decided when the offer goes out. */
import type { Forward } from "../../../sdk/decisions.ts";
import { needsAnchor, type Party } from "../../sdp/anchor.ts";
import { parseUri } from "../../sip/message/uri.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { Call } from "../call/call.ts";
import type { Branch } from "../target.ts";
import { isBrowser, isWebSocket } from "./browser-terms.ts";

/** `party`: who is to talk with whoever answers. @default the caller */
export function mustAnchor(
  call: Call,
  forward: Forward,
  branches: readonly Branch[],
  party: { readonly flow: Flow; readonly body: string } = call.state.invite,
): boolean {
  const { state, exchange } = call;
  // A call that the switch has answered, or has sent early audio, has used the caller's offer up.
  if (state.own !== null) return true;
  if (exchange.audio === null) return false;
  if (forward.confirm !== undefined) return true;
  if (forward.media === "direct") return false;
  if (forward.media === "anchor" || forward.record === true) return true;
  const { flow, body } = party;
  const areBrowsers = branches.map(isBrowser);
  // In mid-call there is no other way than by us: between each other, browsers would begin ICE anew at one end alone.
  if (party !== state.invite && (areBrowsers.includes(true) || isWebSocket(flow))) return true;
  const hasTrunk = state.trunk !== undefined || branches.some(({ ways }) => ways !== undefined);
  if (!hasTrunk && !areBrowsers.includes(true) && isPlainlyDirect(body, flow, branches)) return false;
  return (
    needsAnchor({
      offer: body === "" ? null : body,
      caller: { source: flow.remoteAddress, contact: null, security: isWebSocket(flow) ? "dtls" : null },
      callees: branches.map((branch, index) => ({
        ...partyOf(branch),
        security: areBrowsers[index] === true ? "dtls" : null,
      })),
      hasTrunk,
      needsAudio: false,
    }) !== null
  );
}

/** The commonest case without reading the whole offer: everybody is where he says, on the same machine or network. */
function isPlainlyDirect(offer: string, flow: Flow, branches: readonly Branch[]): boolean {
  if (isWebSocket(flow) || offer.includes("UDP/TLS/RTP/")) return false;
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
