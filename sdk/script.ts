/** The shape of a script: the default export of its entry file. */
import type { Accept } from "./accept.ts";
import type { Call } from "./call.ts";
import type { Forward, Plan, Reject } from "./decisions.ts";
import type { CallEvent } from "./events.ts";
import type { HttpEvent, HttpResponse, ResponseLike } from "./http-event.ts";
import type { RegisterEvent, RegisteredEvent, UnregisteredEvent } from "./register-events.ts";
import type { MessageEvent, OptionsEvent, PublishEvent, SubscribeEvent } from "./request-event.ts";
import type { ScheduleEvent } from "./schedule-event.ts";
import type { TrunkEvent } from "./trunk-event.ts";

type EventOf<Name extends CallEvent["type"]> = Extract<CallEvent, { type: Name }>;

/** Returning nothing changes nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a return statement has the type void.
type MaybePlan = Plan | undefined | void;

// biome-ignore lint/suspicious/noConfusingVoidType: as above.
type MaybeResponse = HttpResponse | ResponseLike | undefined | void;

// biome-ignore lint/suspicious/noConfusingVoidType: as above.
type MaybeMessage = Forward | Accept | Reject | undefined | void;

// biome-ignore lint/suspicious/noConfusingVoidType: as above.
type MaybeAccess = Accept | Reject | undefined | void;

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
  /** A text message outside of calls. Without this it is delivered, or kept until its user registers. */
  message?: (event: MessageEvent) => MaybeMessage | Promise<MaybeMessage>;
  /** A phone subscribes: to somebody's calls or presence, to a mailbox, to registrations. */
  subscribe?: (event: SubscribeEvent) => MaybeAccess | Promise<MaybeAccess>;
  /** A phone publishes the presence of its user. */
  publish?: (event: PublishEvent) => MaybeAccess | Promise<MaybeAccess>;
  /** Somebody asks what we, or a user of ours, can do. */
  options?: (event: OptionsEvent) => MaybeAccess | Promise<MaybeAccess>;
  /** A phone registers: whether it may, and for how long. */
  register?: (event: RegisterEvent) => MaybeAccess | Promise<MaybeAccess>;
  /** A contact of a user is new. */
  registered?: (event: RegisteredEvent) => void | Promise<void>;
  /** A contact of a user is gone. */
  unregistered?: (event: UnregisteredEvent) => void | Promise<void>;
  /** A trunk is up or down, registered or not. */
  trunk?: (event: TrunkEvent) => void | Promise<void>;
};
