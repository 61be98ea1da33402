/** Requests of phones that go through the switch to somebody else, as text. */

import type { Phone } from "../../../../runtime/simulator/network/phone.ts";
import { type Field, requestText, type SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { digestAnswer } from "../../../helpers/digest-answer.ts";
import { DOMAIN, type World } from "../call/world.ts";

export const SWITCH = "192.0.2.1:5060";
const PASSWORD = "secret";
let fresh = 0;

export interface Parts {
  readonly uri?: string;
  /** Lines of Via below the phone's own. */
  readonly vias?: readonly string[];
  readonly branch?: string;
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly cseq?: number;
  /** `null`: the header is left out. */
  readonly maxForwards?: number | null;
  readonly fields?: readonly Field[];
  readonly body?: string;
}

/** A request to alice (extension 100) from outside, where `parts` does not say otherwise. */
export function send(phone: Phone, method: string, parts: Parts = {}): SipText {
  const number = ++fresh;
  const { uri = `sip:100@${DOMAIN}`, maxForwards = 70, fields = [], vias = [] } = parts;
  return phone.sendText(
    requestText({
      method,
      uri,
      fields: [
        ["Via", phone.via(parts.branch ?? phone.branch())],
        ...vias.map((via): Field => ["Via", via]),
        ["From", parts.from ?? `<sip:${phone.name}@elsewhere.example>;tag=f${number}`],
        ["To", parts.to ?? `<${uri}>`],
        ["Call-ID", parts.callId ?? `relayed-${number}`],
        ["CSeq", `${parts.cseq ?? 1} ${method}`],
        ...(maxForwards === null ? [] : [["Max-Forwards", String(maxForwards)] as const]),
        ...fields,
      ],
      body: parts.body ?? "",
    }),
  );
}

/** The same from a user of ours, who proves who they are when asked. Gives the request that has passed. */
export function sendAs(world: World, user: string, phone: Phone, method: string, parts: Parts = {}): SipText {
  const number = ++fresh;
  const { uri = `sip:100@${DOMAIN}`, fields = [] } = parts;
  const own = { from: `<sip:${user}@${DOMAIN}>;tag=u${number}`, callId: `user-${number}`, ...parts };
  send(phone, method, own);
  world.run(20);
  const challenge = phone.take(`407 ${method}`).headers("Proxy-Authenticate");
  const answer = digestAnswer(challenge, { user, password: PASSWORD }, { method, uri });
  return send(phone, method, {
    ...own,
    cseq: (parts.cseq ?? 1) + 1,
    fields: [...fields, ["Proxy-Authorization", answer]],
  });
}
