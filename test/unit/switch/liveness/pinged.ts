/** Phones that are asked whether they are there: they answer, or are gone without a word. */
import type { Phone } from "../../../../runtime/simulator/network/phone.ts";

/** From now on this phone answers each OPTIONS in this way. */
export function answersPings(phone: Phone, status = 200): void {
  phone.onMessage = (message) => {
    if (message.status === 0 && message.method === "OPTIONS") phone.answer(message, status);
  };
}

/** Its power is cut. */
export function vanish(...phones: readonly Phone[]): void {
  for (const phone of phones) {
    phone.isPolite = false;
    phone.onMessage = null;
  }
}

/** The numbers of the pings that a phone has got: one that came again counts once. */
export function pingsOf(phone: Phone): number[] {
  const pings = phone.received.filter(({ method, status }) => method === "OPTIONS" && status === 0);
  return [...new Set(pings.map(({ cseq }) => cseq))];
}
