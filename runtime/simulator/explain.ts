/** Why an expectation has not come true: what the call does instead, what is wrong with the script, and all that happened. */
import type { SimulatedCall } from "./call.ts";
import { formatDecision } from "./format-decision.ts";
import { placeOf } from "./timeline.ts";

export function explain(call: SimulatedCall, expectation: string): string {
  const lines = [`${expectation}; but ${whereIs(call)}.`];
  for (const { event, reason, message, stack } of call.faults) {
    const place = placeOf(stack);
    lines.push(`The script failed at ${event}: ${reason}: ${message}${place === undefined ? "" : ` (${place})`}`);
  }
  if (call.simulation.pace.isBusy) lines.push(IS_BUSY);
  lines.push("", "What has happened:", call.timeline);
  return lines.join("\n");
}

const IS_BUSY =
  "The simulation has not done everything yet, since it waits for a promise: await the line before, such as `await call.noAnswer(20)`.";

/** What the call does, in words. */
export function whereIs(call: SimulatedCall): string {
  const { response, decision, connectedTo, facts } = call;
  if (call.isOver) {
    if (response !== undefined && response.code >= 300) return `the caller got ${response.code} ${response.reason}`;
    const { cdr } = call;
    return cdr === undefined ? "the call is over" : `the call is over: ${cdr.endedBy} ended it`;
  }
  if (connectedTo !== undefined) return `the caller talks with "${connectedTo}"`;
  const ringing = facts.ringing().map(({ name }) => `"${name}"`);
  const rings = ringing.length === 0 ? "" : `, and the phone of ${ringing.join(", ")} rings`;
  if (decision !== undefined) return `the call is in ${formatDecision(decision)}${rings}`;
  return facts.call === null ? "the call has not reached the script" : "the script has not decided yet";
}
