/**
 * Prepaid calls: who has credit may talk until it is used up, hears two tones a minute before, and is charged at the end.
 * Who has none hears so, and gets 402. One call at a time, so that nobody spends the same credit twice.
 * Set up: `npx strowger env set prepaid GATEWAY=gw.example.net`; a route: `to: "+*"`; the credit of each user, in seconds,
 * is kv: `npx strowger kv put prepaid balance:alice 3600`, and to top up `npx strowger kv increment prepaid balance:alice 600`.
 *
 *   curl -T scripts/prepaid.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/prepaid
 */
import { calls, env, forward, kv, phone, reject, type Script, say, sendDtmf, timer } from "strowger";

const WARNING_SECONDS = 60;
const MOST_SECONDS = 4 * 3600;

export default {
  async invite(call) {
    const { user } = call;
    if (user === null) return reject(403);
    const number = await phone.e164(call.to.user).catch(() => null);
    if (number === null) return reject(404);
    if (env.GATEWAY === undefined) {
      console.error("GATEWAY is not set: npx strowger env set prepaid GATEWAY=HOST");
      return reject(480);
    }
    const balance = await kv.get(`balance:${user}`).catch(() => null);
    if (balance === null) return reject(480); // the store cannot be asked
    if (typeof balance !== "number" || balance < 1) return [say("You have no credit.", { early: true }), reject(402)];
    if ((await calls.count({ user })) > 1) return reject(486, { reason: "One Call At A Time" });
    const maxSeconds = Math.min(balance, MOST_SECONDS);
    call.state = { maxSeconds };
    // The tones need the audio to pass through the switch.
    return forward(`sip:${number}@${env.GATEWAY}`, { maxSeconds, media: "anchor" });
  },

  answered({ state }) {
    return state.maxSeconds > WARNING_SECONDS ? timer("warning", state.maxSeconds - WARNING_SECONDS) : undefined;
  },

  timer: () => sendDtmf("99", { to: "caller" }),

  async ended(call, { cdr }) {
    if (cdr.seconds === 0) return;
    const used = Math.ceil(cdr.seconds);
    const left = await kv.increment(`balance:${call.user}`, -used).catch((error) => `not charged: ${error}`);
    console.log(`${call.user} has talked ${used} s; left: ${left}`);
  },
} satisfies Script;
