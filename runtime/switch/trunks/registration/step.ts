/**
 * What becomes of a registration, and what is sent, by what has happened: a pure function (RFC 3261 §10.2, RFC 5626 §4.5).
 */
import type { HeaderField } from "../../../sip/message/message.ts";
import { backoffMs, refreshMs, refusedMs, retryAfterMs, SHORTEST_SECONDS } from "./pace.ts";
import type { Activity, Binding, Moment, Registration, RegistrationInput, Step, Trouble } from "./registration.ts";

/** Longer registrations are not asked for, whatever a registrar insists on (423). */
const LONGEST_SECONDS = 86_400;
/** Answers to one attempt that only ask for another request: challenges, 423, redirections. */
const MOST_EXCHANGES = 5;
/** With all that it needs: DNS, several destinations, a challenge. */
const ATTEMPT_MS = 40_000;
/** The switch stops: whoever has not answered by then is not waited for. */
const FAREWELL_MS = 2_000;
/** A connection that fails sooner after the answer is no accident: it is not made again at once. */
const FLOW_PROVEN_MS = 10_000;

export function stepRegistration(before: Registration, input: RegistrationInput, moment: Moment): Step {
  switch (input.type) {
    case "begin":
      return before.activity.type === "idle" ? ask(before, moment) : unchanged(before);
    case "wake":
      return wake(expire(before, moment.now), moment);
    case "flow-lost":
      return flowLost(before, moment);
    case "renew":
      return isAtRest(before) ? ask(before, moment) : unchanged(before);
    case "end":
      return end(before, moment);
    default:
      return answered(before, input, moment);
  }
}

type Answer = Extract<
  RegistrationInput,
  { type: "accepted" | "challenged" | "too-brief" | "redirected" | "later" | "refused" }
>;

function answered(before: Registration, input: Answer, moment: Moment): Step {
  const { activity } = before;
  if (activity.type === "ending") return farewellAnswered(before, activity, input);
  if (activity.type !== "asking") return unchanged(before);
  switch (input.type) {
    case "accepted":
      return accepted(before, input, moment);
    case "challenged":
      return askAgain(before, activity, { credentials: input.credentials }, moment);
    case "too-brief":
      return tooBrief(before, activity, input.leastSeconds, moment);
    case "redirected":
      return askAgain(before, activity, { to: input.to }, moment);
    case "later":
      return failed(before, input, moment);
    case "refused":
      return refused(before, input, moment);
  }
}

function ask(before: Registration, { now }: Moment): Step {
  if (before.barredUntil > now) {
    return unchanged({ ...before, activity: { type: "waiting", until: before.barredUntil } });
  }
  const activity: Activity = { type: "asking", until: now + ATTEMPT_MS, exchanges: 0, to: null };
  return { next: { ...before, activity }, send: { seconds: before.seconds, to: null, credentials: null } };
}

/** The registrar wants the same in other words. */
function askAgain(
  before: Registration,
  activity: Extract<Activity, { type: "asking" }>,
  {
    to = activity.to,
    credentials = null,
  }: { readonly to?: string | null; readonly credentials?: readonly HeaderField[] | null },
  moment: Moment,
): Step {
  if (activity.exchanges >= MOST_EXCHANGES) {
    const reason = `the registrar asks for another request again and again, ${MOST_EXCHANGES} times in a row`;
    return refused(before, { trouble: { code: null, reason }, retryAfterSeconds: null }, moment);
  }
  const next = { ...before, activity: { ...activity, exchanges: activity.exchanges + 1, to } };
  return { next, send: { seconds: before.seconds, to, credentials } };
}

function accepted(before: Registration, input: Extract<Answer, { type: "accepted" }>, moment: Moment): Step {
  // A registrar may shorten what is asked for; one that lengthens it is not waited for so long (RFC 3261 §10.3 step 7).
  const seconds = Math.min(input.seconds ?? before.seconds, before.seconds);
  if (seconds < SHORTEST_SECONDS) {
    const reason = `the registrar keeps the registration for ${seconds} seconds only`;
    return failed({ ...before, binding: null }, { trouble: { code: 200, reason }, retryAfterSeconds: null }, moment);
  }
  const { now, lot } = moment;
  const { serviceRoute } = input;
  const binding: Binding = { confirmedAt: now, expiresAt: now + seconds * 1000, serviceRoute, isShaky: false };
  const activity: Activity = { type: "resting", until: now + refreshMs(seconds, lot) };
  return unchanged({ ...before, activity, binding, failures: 0, barredUntil: 0, trouble: null });
}

/** RFC 3261 §10.2.8. */
function tooBrief(
  before: Registration,
  activity: Extract<Activity, { type: "asking" }>,
  leastSeconds: number,
  moment: Moment,
): Step {
  if (leastSeconds <= before.seconds || leastSeconds > LONGEST_SECONDS) {
    const reason = `the registrar keeps no registration for less than ${leastSeconds} seconds`;
    return refused(before, { trouble: { code: 423, reason }, retryAfterSeconds: null }, moment);
  }
  return askAgain({ ...before, seconds: leastSeconds }, activity, {}, moment);
}

interface Failure {
  readonly trouble: Trouble;
  readonly retryAfterSeconds: number | null;
}

function failed(before: Registration, { trouble, retryAfterSeconds }: Failure, { now, lot }: Moment): Step {
  const failures = before.failures + 1;
  const barredUntil = now + retryAfterMs(retryAfterSeconds);
  const until = Math.max(now + backoffMs(failures, lot), barredUntil);
  const binding = before.binding?.isShaky === true ? null : before.binding;
  return unchanged({ ...before, activity: { type: "waiting", until }, binding, failures, barredUntil, trouble });
}

function refused(before: Registration, { trouble, retryAfterSeconds }: Failure, { now, lot }: Moment): Step {
  const until = now + Math.max(refusedMs(lot), retryAfterMs(retryAfterSeconds));
  const activity: Activity = { type: "refused", until };
  return unchanged({ ...before, activity, binding: null, failures: before.failures + 1, barredUntil: 0, trouble });
}

function wake(before: Registration, moment: Moment): Step {
  const { activity } = before;
  if (activity.type === "idle" || moment.now < activity.until) return unchanged(before);
  switch (activity.type) {
    case "asking": {
      const trouble: Trouble = { code: null, reason: "the registrar does not answer" };
      return failed(before, { trouble, retryAfterSeconds: null }, moment);
    }
    case "ending":
      return unchanged(over(before));
    default:
      return ask(before, moment);
  }
}

/** A registration whose time has run out stands no longer. */
function expire(before: Registration, now: number): Registration {
  const { binding } = before;
  return binding === null || now < binding.expiresAt ? before : { ...before, binding: null };
}

/** RFC 5626 §4.4: the registrar cannot reach us any more. */
function flowLost(before: Registration, moment: Moment): Step {
  const { binding, activity } = before;
  if (binding === null || activity.type === "ending") return unchanged(before);
  if (activity.type === "waiting") return unchanged({ ...before, binding: null });
  const shaky: Registration = { ...before, binding: { ...binding, isShaky: true } };
  if (activity.type !== "resting") return unchanged(shaky);
  if (moment.now - binding.confirmedAt >= FLOW_PROVEN_MS) return ask(shaky, moment);
  const trouble: Trouble = { code: null, reason: "the connection to the registrar is lost as soon as it is made" };
  return failed(shaky, { trouble, retryAfterSeconds: null }, moment);
}

function isAtRest({ activity }: Registration): boolean {
  return activity.type === "resting" || activity.type === "waiting";
}

/** RFC 3261 §10.2.2. What may have arrived is taken back as well. */
function end(before: Registration, { now }: Moment): Step {
  const { activity, binding } = before;
  if (activity.type === "idle" || activity.type === "ending") return unchanged(before);
  if (binding === null && activity.type !== "asking") return unchanged(over(before));
  const next: Registration = { ...before, activity: { type: "ending", until: now + FAREWELL_MS, exchanges: 0 } };
  return { next, send: { seconds: 0, to: null, credentials: null } };
}

function farewellAnswered(before: Registration, activity: Extract<Activity, { type: "ending" }>, input: Answer): Step {
  if (input.type !== "challenged" || activity.exchanges >= MOST_EXCHANGES) return unchanged(over(before));
  const next = { ...before, activity: { ...activity, exchanges: activity.exchanges + 1 } };
  return { next, send: { seconds: 0, to: null, credentials: input.credentials } };
}

function over(before: Registration): Registration {
  return { ...before, activity: { type: "idle" }, binding: null };
}

function unchanged(next: Registration): Step {
  return { next, send: null };
}
