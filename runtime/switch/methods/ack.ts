/** ACK for a 2xx within a call (RFC 3261 §13.2.2.4): it goes to the other side, or ends here with what it answers. */
import { otherSide, passDescription, type Side } from "../../sdp/offer-answer.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import { acknowledge, findBridge } from "../call/bridge.ts";
import type { Call } from "../call/call.ts";
import { hasDescription } from "../call/description.ts";
import { relayedFields } from "../call/relayed-fields.ts";

export function onAck(call: Call, request: SipRequest): void {
  if (call.transferring?.takings.takesAck(request) !== true) takeAck(call, request);
  call.transferring?.changed();
}

function takeAck(call: Call, request: SipRequest): void {
  if (request.toTag === call.state.own?.caller.localTag) {
    ackOwn(call, "caller", request);
    return;
  }
  const found = findBridge(call.state, request);
  if (found === undefined) return;
  if (found.bridge.isAnchored) {
    ackOwn(call, found.side, request);
    return;
  }
  const { invite } = found.bridge;
  if (invite?.by !== found.side || invite.cseqIn !== request.cseq.number) return;
  call.ending.farewellTo(found.side)?.say();
  if (invite.state !== "answered") return;
  call.caller.stopWaiting();
  const { media } = found.bridge;
  // The answer to a late offer (RFC 3264 §5).
  const isAnswer = media.open === otherSide(found.side) && hasDescription(request);
  if (isAnswer) passDescription(media, found.side, request.body);
  invite.state = "acknowledged";
  invite.ack = { fields: relayedFields(request.headers), body: request.body };
  acknowledge(call.exchange.stack, found.bridge, invite);
}

/** Of a 2xx that the switch has answered by itself. */
function ackOwn(call: Call, side: Side, request: SipRequest): void {
  call.ending.farewellTo(side)?.say();
  if (!call.caller.isAwaiting(request.cseq.number)) return;
  call.caller.stopWaiting();
  if (call.state.end !== null) return;
  call.audio.acknowledged(side, request);
  call.audio.tryRelease();
}
