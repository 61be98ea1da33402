/** What tests expect of a call, for `expect.extend(matchers)` of vitest, jest and whatever takes the like. */
import type { Decision } from "../../sdk/decisions.ts";
import { SimulatedCall } from "./call.ts";
import { explain } from "./explain.ts";
import { formatDecision } from "./format-decision.ts";

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/** The matchers as a test calls them. */
export interface CallMatchers<Result = unknown> {
  /** The call is in this step now. Fields that are left out may be anything: `toBeIn(voicemail("alice"))`. */
  toBeIn(decision: Decision): Result;
  /** The caller was refused with this code. */
  toBeRejectedWith(code: number): Result;
  /** The caller talks with this user, or with a target as the script named it. */
  toBeConnectedTo(who: string): Result;
  /** These phones have rung, no others, in this order. */
  toHaveRung(who: readonly string[]): Result;
  /** The caller has heard these sounds or texts, in this order; others may lie between them. */
  toHaveHeard(...sounds: string[]): Result;
  /** The call has left by this trunk, or by these, in the order in which they were tried. */
  toHaveLeftBy(...trunks: string[]): Result;
  /** The call is over. */
  toHaveEnded(): Result;
}

type Matcher<Name extends keyof CallMatchers> = (
  received: unknown,
  ...expected: Parameters<CallMatchers[Name]>
) => MatcherResult;

export const matchers = {
  toBeIn(received, decision) {
    const call = callOf(received, "toBeIn");
    const isIn = call.decision !== undefined && isPart(decision, call.decision);
    return result(call, isIn, `to be in ${formatDecision(decision)}`, call.decision, decision);
  },

  toBeRejectedWith(received, code) {
    const call = callOf(received, "toBeRejectedWith");
    const actual = call.response?.code;
    return result(call, actual === code, `to be rejected with ${code}`, actual, code);
  },

  toBeConnectedTo(received, who) {
    const call = callOf(received, "toBeConnectedTo");
    return result(call, call.connectedTo === who, `to be connected to "${who}"`, call.connectedTo, who);
  },

  toHaveRung(received, who) {
    const call = callOf(received, "toHaveRung");
    const isSame = call.rung.length === who.length && call.rung.every((name, index) => name === who[index]);
    return result(call, isSame, `to have rung ${JSON.stringify(who)}`, call.rung, who);
  },

  toHaveHeard(received, ...sounds) {
    const call = callOf(received, "toHaveHeard");
    let next = 0;
    for (const heard of call.heard) {
      const wanted = sounds[next];
      if (wanted !== undefined && (heard === wanted || (heard.startsWith("say:") && heard.includes(wanted)))) next++;
    }
    return result(call, next === sounds.length, `to have heard ${JSON.stringify(sounds)}`, call.heard, sounds);
  },

  toHaveLeftBy(received, ...trunks) {
    const call = callOf(received, "toHaveLeftBy");
    const isSame = call.leftBy.length === trunks.length && call.leftBy.every((name, index) => name === trunks[index]);
    return result(call, isSame, `to have left by ${JSON.stringify(trunks)}`, call.leftBy, trunks);
  },

  toHaveEnded(received) {
    const call = callOf(received, "toHaveEnded");
    return result(call, call.isOver, "to have ended", call.isOver, true);
  },
} satisfies { readonly [Name in keyof CallMatchers]: Matcher<Name> };

function callOf(received: unknown, matcher: string): SimulatedCall {
  if (received instanceof SimulatedCall) return received;
  throw new TypeError(`${matcher} is for a call: expect(simulate(script).invite({ to: "100" })).${matcher}(…)`);
}

function result(call: SimulatedCall, pass: boolean, what: string, actual: unknown, expected: unknown): MatcherResult {
  const message = (): string => explain(call, `expected the call ${pass ? "not " : ""}${what}`);
  return { pass, message, actual, expected };
}

/** Whether everything that is said is so. */
function isPart(said: unknown, actual: unknown): boolean {
  if (typeof said !== "object" || said === null) return Object.is(said, actual);
  if (typeof actual !== "object" || actual === null) return false;
  if (Array.isArray(said) && said.length !== Reflect.get(actual, "length")) return false;
  return Object.entries(said).every(([name, value]) => isPart(value, Reflect.get(actual, name)));
}
