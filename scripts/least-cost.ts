/**
 * Least-cost routing: calls of our own users leave by the trunk that is cheapest for the number, and by the next one where
 * that has no line free, fails, or gives no sign of life. What the called side says, busy among it, is final.
 * Set up: the rates below; each of their trunks in `strowger.yaml`, or by `npx strowger trunks add alpha sip:gw.alpha.example`;
 * a route to it: `to: "+*"`.
 *
 *   curl -T scripts/least-cost.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/least-cost
 */
import { forward, phone, reject, type Script } from "strowger";

/** Cents a minute by trunk, for numbers that begin so; the longest beginning counts. */
const rates: Record<string, Record<string, number>> = {
  "+": { alpha: 12, beta: 9 },
  "+49": { alpha: 0.8, beta: 1.1 },
  "+491": { alpha: 4.5, beta: 3.9 },
};

export default {
  async invite(call) {
    if (call.user === null) return reject(403); // nobody else calls at our cost
    const number = await phone.e164(call.to.user).catch(() => null);
    return number === null ? reject(404) : forward(number, { via: cheapestFirst(number) });
  },

  limit(call, { limit, detail }) {
    if (limit === "trunk-calls" || limit === "trunk-rate") console.warn(`call ${call.id}: ${detail}`);
  },
} satisfies Script;

function cheapestFirst(number: string): string[] {
  const prefixes = Object.keys(rates).filter((prefix) => number.startsWith(prefix));
  const longest = prefixes.sort((one, other) => other.length - one.length)[0] ?? "";
  const trunks = Object.entries(rates[longest] ?? {}).sort(([, one], [, other]) => one - other);
  return trunks.map(([trunk]) => trunk);
}
