/**
 * UPDATE of a side that rings while its audio passes through the switch (RFC 3311 §5.2): a new offer is answered here,
 * since its early dialog is with us alone.
 */
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { SDP_TYPE } from "../audio/caller-audio.ts";
import type { Call } from "../call/call.ts";
import { hasDescription } from "../call/description.ts";

/** `false`: the request is of another kind, or comes from nobody who rings. */
export function updateWhileRinging(call: Call, transaction: ServerTransaction): boolean {
  const { request } = transaction;
  if (request.method !== "UPDATE" || !call.hasAudio) return false;
  const leg = call.state.legs.find(({ callId, localTag }) => callId === request.callId && localTag === request.toTag);
  const side = leg === undefined ? undefined : call.audio.ofLeg(leg.id);
  if (side === undefined) return false;
  const { stack } = call.exchange;
  const { contactUser } = call;
  if (!hasDescription(request)) {
    stack.reply(transaction, 200, { contactUser });
  } else if (side.state.stream === null) {
    // RFC 3311 §5.2: our own offer has no answer yet.
    stack.reply(transaction, 491);
  } else {
    const answered = side.answer(request.body);
    if (answered.ok) stack.reply(transaction, 200, { contactUser, fields: [SDP_TYPE], body: answered.value });
    else stack.reply(transaction, answered.problem.code, { fields: [["Warning", answered.problem.warning]] });
  }
  return true;
}
