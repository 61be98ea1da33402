/**
 * A ring group: all phones ring at once, and the first who answers gets the call. Where nobody answers, or all are busy or
 * away, the caller is asked for a message. Each call is a line in the log (`npx strowger tail ring-group`).
 * Set up: a route with the number; `npx strowger env set ring-group MEMBERS=alice,bob MAILBOX=alice`. MEMBERS: alice and bob
 * where it is not set; MAILBOX: the first member.
 *
 *   curl -T scripts/ring-group.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/ring-group
 */
import { env, forward, type Script, voicemail } from "strowger";

const RING_SECONDS = 20;
const MOST_MEMBERS = 20;

export default {
  invite() {
    const listed = (env.MEMBERS ?? "").split(/[\s,]+/).filter((name) => name !== "");
    const members = listed.length === 0 ? ["alice", "bob"] : listed.slice(0, MOST_MEMBERS);
    return [forward(members, { ringSeconds: RING_SECONDS }), voicemail(env.MAILBOX || String(members[0]))];
  },

  ended({ from }, { cdr }) {
    const taken = cdr.legs.find(({ code }) => code === 200);
    if (taken === undefined) console.warn(`nobody has answered ${from.user}`);
    else console.log(`${taken.target} has talked with ${from.user} for ${Math.round(cdr.seconds)} s`);
  },
} satisfies Script;
