/**
 * Sales in turn: each call begins with another one, so that all get as many. Who does not answer, is busy or away is passed
 * over; at last the caller may leave a message. Who has taken the call is a label in its record (`npx strowger cdrs`).
 * Set up: a route with the number; `npx strowger env set round-robin AGENTS=alice,bob`, which is the default.
 * The key `calls` in kv counts the calls.
 *
 *   curl -T scripts/round-robin.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/round-robin
 */
import { env, forward, kv, type Script, tag, voicemail } from "strowger";

const RING_SECONDS = 12;
const MOST_AGENTS = 20;

export default {
  async invite() {
    const listed = (env.AGENTS ?? "").split(/[\s,]+/).filter((name) => name !== "");
    const agents = listed.length === 0 ? ["alice", "bob"] : listed.slice(0, MOST_AGENTS);
    // No two calls get the same count. Where it cannot be had, the first agent begins.
    const count = await kv.increment("calls").catch(() => 1);
    const first = Math.abs(count - 1) % agents.length;
    const inTurn = [...agents.slice(first), ...agents.slice(0, first)];
    return [forward(inTurn, { strategy: "serial", ringSeconds: RING_SECONDS }), voicemail(String(inTurn[0]))];
  },

  answered: (_call, { leg }) => tag({ agent: leg.target }),
} satisfies Script;
