/**
 * A guard against toll fraud, for the calls of our own users to the telephone network. Nobody reaches premium numbers; at
 * night, on weekends, and past ten calls an hour and user, nobody reaches foreign countries. Each refusal is a line in the
 * log. Emergency numbers always pass. Set up: `npx strowger env set fraud-guard GATEWAY=gw.example.net`; a route after those
 * of your extensions: `{ name: out, to: "*", script: fraud-guard }`; countries, hours and limits below.
 *
 *   curl -T scripts/fraud-guard.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/fraud-guard
 */
import { type Call, type Decision, env, forward, hours, kv, phone, reject, type Script } from "strowger";

const emergency = ["110", "112"];
const homeCountries = ["DE", "AT", "CH"];
const daytime = hours({ timeZone: "Europe/Berlin", week: { "mon-fri": "07:00-20:00" } });
const MOST_ABROAD_AN_HOUR = 10;
const MAX_SECONDS = 7200;

export default {
  async invite(call) {
    const { user } = call;
    const gateway = env.GATEWAY;
    if (gateway === undefined) {
      console.error("GATEWAY is not set: npx strowger env set fraud-guard GATEWAY=HOST");
      return reject(480);
    }
    if (emergency.includes(call.to.user)) return forward(`sip:${call.to.user}@${gateway}`);
    if (user === null) return refuse(call, "the caller is no user of ours");
    const number = await phone.parse(call.to.user, { country: "DE" }).catch(() => null);
    if (number === null || !number.valid) return reject(404);
    if (number.type === "premium-rate") return refuse(call, "premium rate");
    if (!homeCountries.includes(number.country ?? "")) {
      if (!daytime.isOpen()) return refuse(call, "abroad, outside of business hours");
      const hour = new Date().toISOString().slice(0, 13);
      // Where nobody can count, nobody calls abroad.
      const count = await kv.increment(`abroad:${user}:${hour}`, 1, { ttlSeconds: 3600 }).catch(() => Infinity);
      if (count > MOST_ABROAD_AN_HOUR) return refuse(call, `abroad, call ${count} within the hour`);
    }
    return forward(`sip:${number.e164}@${gateway}`, { maxSeconds: MAX_SECONDS });
  },
} satisfies Script;

function refuse({ user, source, to }: Call, why: string): Decision {
  console.warn(`refused ${user ?? source} who called ${to.user}: ${why}`);
  return reject(403);
}
