/** The shape of a script: the default export of its entry file. */
import type { Call } from "./call.ts";
import type { Plan } from "./decisions.ts";
import type { CallEvent } from "./events.ts";
import type { HttpEvent, HttpResponse, ResponseLike } from "./http-event.ts";
import type { ScheduleEvent } from "./schedule-event.ts";

type EventOf<Name extends CallEvent["type"]> = Extract<CallEvent, { type: Name }>;

/** Returning nothing changes nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a return statement has the type void.
type MaybePlan = Plan | undefined | void;

// biome-ignore lint/suspicious/noConfusingVoidType: as above.
type MaybeResponse = HttpResponse | ResponseLike | undefined | void;

type Handler<Name extends CallEvent["type"], Result> = (call: Call, event: EventOf<Name>) => Result | Promise<Result>;

/**
 * A script: one handler per event, plain or async, each called with the call and the event, or with the event alone where
 * it belongs to no call.
 *
 * @example
 * export default {
 *   invite(call) {
 *     return call.to.user === "100" ? forward("alice", { ringSeconds: 20 }) : reject(404);
 *   },
 * } satisfies Script;
 */
export type Script = {
  /** A call comes in: say what is to happen with it. */
  invite?: Handler<"invite", Plan>;
} & {
  [Name in Exclude<CallEvent["type"], "invite" | "ended">]?: Handler<Name, MaybePlan>;
} & {
  /** The call is over; what this returns is ignored. */
  ended?: (call: Call, event: EventOf<"ended">) => void | Promise<void>;
} & {
  /** A request to `/x/{script}/…`: what is returned is the answer, 204 where it is nothing. */
  http?: (event: HttpEvent) => MaybeResponse | Promise<MaybeResponse>;
  /** The time of a schedule has come. */
  schedule?: (event: ScheduleEvent) => void | Promise<void>;
};
