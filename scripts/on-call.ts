/**
 * On call: a hotline rings whoever has duty this week, then the one of next week, then everybody, and then takes a message.
 * The log says who took it, and warns where nobody did (`npx strowger tail on-call`).
 * Set up: a route with the number; who takes turns, `npx strowger env set on-call ROTA=alice,bob,carol`, a week each from
 * Monday, 8:00 UTC. Somebody else for a while: `npx strowger kv put on-call substitute '"dave"'` (`kv delete` ends it).
 *
 *   curl -T scripts/on-call.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/on-call
 */
import { env, forward, kv, type Script, tag, voicemail } from "strowger";

const RING_SECONDS = 20;
const MOST_PEOPLE = 18;
const WEEK_MS = 7 * 24 * 3600 * 1000;
/** A Monday. */
const FIRST_HANDOVER = Date.UTC(2024, 0, 1, 8);

export default {
  async invite() {
    const listed = (env.ROTA ?? "").split(/[\s,]+/).filter((name) => name !== "");
    const rota = listed.length === 0 ? ["alice", "bob"] : listed.slice(0, MOST_PEOPLE);
    const week = Math.floor((Date.now() - FIRST_HANDOVER) / WEEK_MS);
    const substitute = await kv.get<string>("substitute").catch(() => undefined);
    const first = substitute || String(rota[week % rota.length]);
    const second = String(rota[(week + 1) % rota.length]);
    return [
      tag({ onCall: first }),
      forward(first, { ringSeconds: RING_SECONDS }),
      forward(second, { ringSeconds: RING_SECONDS }),
      forward([first, ...rota.filter((name) => name !== first)], { ringSeconds: 2 * RING_SECONDS }),
      voicemail(first),
    ];
  },

  answered(call, { leg }) {
    console.log(`${leg.target} has taken the call of ${call.from.user}`);
    return tag({ takenBy: leg.target });
  },

  ended(call, { cdr }) {
    // The record knows at once, also where the call was over before a label was set.
    if (!cdr.legs.some(({ code }) => code === 200)) console.error(`NOBODY has taken the call of ${call.from.user}`);
  },
} satisfies Script;
