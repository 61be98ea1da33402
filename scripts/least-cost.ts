/**
 * Least-cost routing: calls of our own users leave by the gateway that is cheapest for the number, and by the next one where
 * that gives no sign of life within six seconds or has no line free. What the called side says, busy among it, is final.
 * Set up: rates below; each gateway's host (and port) as a variable of its name:
 * `npx strowger env set least-cost ALPHA=gw.alpha.example BETA=gw.beta.example:5080`; a route to it: `to: "+*"`.
 *
 *   curl -T scripts/least-cost.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/least-cost
 */
import { type Call, env, forward, phone, reject, type Script, timer } from "strowger";

/** Cents a minute by gateway, for numbers that begin so; the longest beginning counts. */
const rates: Record<string, Record<string, number>> = {
  "+": { ALPHA: 12, BETA: 9 },
  "+49": { ALPHA: 0.8, BETA: 1.1 },
  "+491": { ALPHA: 4.5, BETA: 3.9 },
};
const SETUP_SECONDS = 6;

export default {
  async invite(call) {
    if (call.user === null) return reject(403); // nobody else calls at our cost
    const number = await phone.e164(call.to.user).catch(() => null);
    if (number === null) return reject(404);
    const [first, ...rest] = gatewaysTo(number).map((host) => `sip:${number}@${host}`);
    if (first === undefined) {
      console.error(`no gateway for ${number}: npx strowger env set least-cost ALPHA=HOST`);
      return reject(480);
    }
    call.state = { rest, hasRung: false };
    return [timer("setup", SETUP_SECONDS), forward(first)];
  },

  ringing: hasRung,
  progress: hasRung,
  timer: failOver,
  failed: (call, { code }) => (code === 408 || (code >= 500 && code < 600) ? failOver(call) : undefined),
} satisfies Script;

function gatewaysTo(number: string): string[] {
  const prefixes = Object.keys(rates).filter((prefix) => number.startsWith(prefix));
  const longest = prefixes.sort((one, other) => other.length - one.length)[0] ?? "";
  const cheapestFirst = Object.entries(rates[longest] ?? {}).sort(([, one], [, other]) => one - other);
  return cheapestFirst.flatMap(([gateway]) => env[gateway] || []);
}

function hasRung(call: Call): void {
  call.state.hasRung = true;
}

function failOver(call: Call) {
  const { rest, hasRung } = call.state;
  if (hasRung || call.answeredAt !== null || rest.length === 0) return undefined;
  console.warn(`fails over to ${rest[0]}`);
  call.state.rest = [];
  return forward(rest, { strategy: "serial" });
}
