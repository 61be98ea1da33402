/**
 * Follow me: the desk phone rings, then the mobile, then the caller may leave a message. Whoever answers the mobile hears
 * what it is about and must press 1, so that no call ends in the voicemail of the mobile.
 * Set up: a route with the extensions, `{ name: follow, to: "1XX", script: follow-me, public: true }` (callers from outside
 * go on to the mobile); the mobile of each, by extension, is kv:
 * `npx strowger kv put follow-me mobile:100 '"sip:+491701234567@gw.example.net"'`. Who has none has voicemail at once.
 *
 *   curl -T scripts/follow-me.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/follow-me
 */
import { type Decision, forward, kv, type Script, voicemail } from "strowger";

const DESK_SECONDS = 15;
const MOBILE_SECONDS = 25;

export default {
  async invite({ from, to }) {
    const desk = forward(to.user, { ringSeconds: DESK_SECONDS });
    const mobile = await mobileOf(to.user);
    if (mobile === null) return [desk, voicemail(to.user)];
    const words = `A call from ${spoken(from.user)}. To take it, press 1.`;
    const cell: Decision = forward(mobile, { ringSeconds: MOBILE_SECONDS, confirm: { say: words, timeoutSeconds: 8 } });
    return [desk, cell, voicemail(to.user)];
  },

  answered({ from }, { leg }) {
    console.log(`${from.user} was answered by ${leg.target}`);
  },
} satisfies Script;

async function mobileOf(extension: string): Promise<string | null> {
  const mobile = await kv.get(`mobile:${extension}`).catch(() => null);
  return typeof mobile === "string" && /^sips?:\S+@\S+$/.test(mobile) ? mobile : null;
}

/** Digit by digit, or the name; anything longer is no number of anybody. */
function spoken(user: string): string {
  if (/^\+?\d{3,15}$/.test(user)) return [...user.replace("+", "")].join(" ");
  return /^[\w.-]{1,30}$/.test(user) && user !== "anonymous" ? user : "somebody without a number";
}
