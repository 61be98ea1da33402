/**
 * A front desk: each number has its answer, and every call leaves a line in the log (`npx strowger tail front-desk`).
 * Set up: nothing, or a route: `{ name: front, to: "20X", script: front-desk }`.
 *
 *   curl -T scripts/front-desk.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/front-desk
 */
import { forward, type Plan, reject, type Script } from "strowger";

const answers: Record<string, Plan> = {
  "200": forward(["alice", "bob"], { ringSeconds: 20 }), // both ring, the first who answers gets the call
  "201": forward(["alice", "bob"], { strategy: "serial", ringSeconds: 15 }), // alice, after 15 seconds bob
  "202": reject(480, { reason: "Closed Today" }),
};

export default {
  invite: (call) => answers[call.to.user] ?? reject(404),
  bye(call, event) {
    console.log(`${event.by} hung up after ${Math.round(call.seconds)} s`);
  },
} satisfies Script;
