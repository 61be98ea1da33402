/** What a script, a route or the API hands over as a decision, an answer to a request, or a call to be made. */
import fc from "fast-check";
import { parsePlan } from "../../../runtime/contract/decision.ts";
import { parseHttpResponse } from "../../../runtime/contract/http-response.ts";
import { parseDestination } from "../../../runtime/contract/originate.ts";
import {
  parseAccess,
  parseMessageDecision,
  parseRegistrationDecision,
} from "../../../runtime/contract/request-decision.ts";
import { decisions } from "../grammar/decisions.ts";
import { octets } from "../mutate/bytes.ts";
import { fromOctets, mutatedJson, toOctets } from "../mutate/json.ts";
import { holds, type Target } from "../runner/target.ts";

const RESPONSES = ['{"status":200,"headers":{"Content-Type":"text/html"},"body":"x"}', '{"to":"sip:a@b"}'];
const MOST_MESSAGE = 4000;

export const decision: Target = {
  samples: [...decisions, ...RESPONSES],
  inputs: (seeds) =>
    fc.oneof(
      { weight: 8, arbitrary: mutatedJson(seeds) },
      { weight: 1, arbitrary: fc.json().map(toOctets) },
      { weight: 1, arbitrary: octets(40) },
    ),
  run(input) {
    const value = fromOctets(input);
    const plan = parsePlan(value);
    if (plan.ok) {
      holds(plan.value.length >= 1 && plan.value.length <= 10, "A plan of no length that there is.");
      holds(
        parsePlan(JSON.parse(JSON.stringify(plan.value))).ok,
        "A plan that was accepted is refused the second time.",
      );
    } else told(`${plan.problem.path}: ${plan.problem.message}`);
    const responded = parseHttpResponse(value);
    if (!responded.ok) told(responded.problem);
    for (const read of [parseAccess, parseMessageDecision, parseRegistrationDecision]) {
      const request = read(value);
      if (!request.ok) told(request.problem);
    }
    parseDestination(value);
    holds(Object.keys(Object.prototype).length === 0, "Every object has got something new.");
  },
};

/** What goes to a log or a person. */
function told(problem: string): void {
  holds(problem.length > 0 && problem.length <= MOST_MESSAGE, `A problem of ${problem.length} characters.`);
}
