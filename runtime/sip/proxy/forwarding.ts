/**
 * One request on its way through the proxy: sends the copies that the fork says, gives it their ends, and answers
 * (RFC 3261 §16.6 to §16.9). A bug of ours costs this request and no other.
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { RequestFailure } from "../client-request.ts";
import type { HeaderField, SipRequest, SipResponse } from "../message/message.ts";
import { reasonPhrase } from "../message/status.ts";
import type { SipStack } from "../stack.ts";
import type { ServerTransaction } from "../transaction/layer.ts";
import type { Flow } from "../transport/flow.ts";
import { type Copy, readMaxBreadth, shareBreadth } from "./breadth.ts";
import {
  ANSWER_WITHIN_MS,
  type CopyEnd,
  type Fork,
  type ForkEffect,
  type ForkInput,
  GROUP_PATIENCE_MS,
  newFork,
  stepFork,
} from "./fork.ts";
import { contentFields, copyFields, foreignFields, forwardedResponse } from "./forwarded-message.ts";
import type { ForwardedFinal, ForwardOptions, TargetGroups } from "./order.ts";
import { type RelayedDialog, recordRouteValue } from "./record-route.ts";
import { byRoute, type RoutedRequest } from "./routing.ts";

/**
 * RFC 4320 §4.1: a 100 may be sent once the sender's Timer E has reached T2 (3.5 s); it spares retransmissions. Any other
 * provisional response must not be sent at all, so none is passed back.
 */
const TRYING_AFTER_MS = 3_600;

/** RFC 5626 §11.5: the proxy next to the phone has lost the way to it. */
const FLOW_FAILED = 430;

/** How it ends when nobody has answered: as a 503 would (RFC 3261 §16.9), which is not ours to pass on (§16.7 step 6). */
const NOBODY_THERE = "Nobody Has Answered";
const NO_WAY = "Next Hop Unavailable";

export interface ForwardingHost {
  readonly stack: SipStack;
  readonly clock: Clock;
  readonly log: Log;
  seal(dialog: RelayedDialog): string;
  onEnd(): void;
}

export interface ForwardingOrder {
  readonly passage: RoutedRequest & { readonly loopMark: string };
  readonly groups: TargetGroups;
  readonly options: ForwardOptions;
}

export class Forwarding implements TimerOwner {
  readonly #host: ForwardingHost;
  readonly #transaction: ServerTransaction;
  readonly #request: SipRequest;
  readonly #order: ForwardingOrder;
  readonly #rest: readonly HeaderField[];
  readonly #timers = new Map<string, Timer>();
  #fork: Fork;

  constructor(host: ForwardingHost, transaction: ServerTransaction, order: ForwardingOrder) {
    this.#host = host;
    this.#transaction = transaction;
    this.#request = transaction.request;
    this.#order = order;
    this.#rest = order.options.fields ?? foreignFields(this.#request.headers);
    const breadth = readMaxBreadth(this.#request.headers.get("max-breadth"));
    this.#fork = newFork(shareBreadth(order.groups, breadth));
  }

  start(): void {
    this.#startTimer("trying", TRYING_AFTER_MS);
    this.#startTimer("answer-overdue", ANSWER_WITHIN_MS);
    this.#take({ type: "start" });
  }

  expire(kind: string): void {
    this.#timers.delete(kind);
    if (kind === "trying") this.#sayTrying();
    else if (kind === "group-overdue" || kind === "answer-overdue") this.#take({ type: kind });
  }

  #take(input: ForkInput): void {
    this.#guard(() => {
      const { fork, effect } = stepFork(this.#fork, input);
      this.#fork = fork;
      if (effect !== null) this.#do(effect);
    });
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error);
    }
  }

  #do(effect: ForkEffect): void {
    if (effect.type === "answer") {
      this.#end();
      this.#answer(effect.end, effect.challenges);
      return;
    }
    this.#startTimer("group-overdue", GROUP_PATIENCE_MS);
    for (const copy of effect.copies) this.#send(copy);
  }

  #send(copy: Copy): void {
    const { target, maxBreadth } = copy;
    const { passage, options } = this.#order;
    const routes = target.route === undefined ? passage.routes : [...target.route, ...passage.routes];
    const routed = byRoute(target.uri, routes);
    const hop =
      target.hop.type === "uri" && routed.next !== undefined ? { type: "uri" as const, uri: routed.next } : target.hop;
    const fields = copyFields(this.#request, { routes: routed.routes, maxBreadth, rest: this.#rest });
    const { recordsRoute } = options;
    this.#host.stack.send(
      {
        method: this.#request.method,
        uri: routed.uri,
        hop,
        fields,
        body: options.body ?? this.#request.body,
        branchSuffix: passage.loopMark,
        fieldsFor:
          recordsRoute === undefined
            ? undefined
            : (flow) => this.#recordRoute(flow, recordsRoute.isUser, hop.type === "flow" ? hop.flow : null),
      },
      {
        onResponse: (response) => {
          const { status } = response;
          if (status >= 200) this.#copyEnded(copy, { status, response });
        },
        onFailure: (failure) => this.#copyEnded(copy, endOf(failure)),
      },
    );
  }

  #copyEnded(copy: Copy, end: CopyEnd): void {
    const { target } = copy;
    if (this.#fork.isDone && end.status < 300) target.onLateSuccess?.();
    if (end.response === null || end.status === FLOW_FAILED) {
      target.onBroken?.(end.response !== null);
      const [spare, ...spares] = target.spares ?? [];
      if (spare !== undefined && !this.#fork.isDone) {
        this.#guard(() => this.#send({ ...copy, target: { ...spare, spares, onLateSuccess: target.onLateSuccess } }));
        return;
      }
    }
    this.#take({ type: "copy-ended", end });
  }

  /** RFC 5658 §3: two values where both sides do not reach us by the same address and transport. */
  #recordRoute(flow: Flow, isUser: boolean, callee: Flow | null): HeaderField[] {
    const { stack } = this.#host;
    const came = this.#transaction.flow;
    const caller = isUser ? came : null;
    const token = this.#host.seal({ callerTag: this.#request.fromTag ?? "", caller, callee });
    const isSecure = /^sips:/i.test(this.#order.passage.uri);
    const towards = recordRouteValue(token, stack.transport.sentBy(flow), flow.transport, isSecure);
    const back = recordRouteValue(token, stack.transport.sentBy(came), came.transport, isSecure);
    const values = towards === back ? [towards] : [towards, back];
    return values.map((value): HeaderField => ["Record-Route", value]);
  }

  #answer(end: CopyEnd, challenges: readonly SipResponse[]): void {
    const final = finalOf(end);
    if (this.#order.options.onFinal?.(final) === "answered") return;
    const { response } = end;
    const text = response === null || final.isOurs ? undefined : forwardedResponse(response, challenges);
    if (text !== undefined) this.#transaction.respond(final.status, text);
    else this.#reply(final.isOurs ? final : UNREADABLE);
  }

  #reply({ status, reason }: { readonly status: number; readonly reason: string }): void {
    const { stack } = this.#host;
    stack.reply(this.#transaction, status, { reason, toTag: stack.mint.tag() });
  }

  #sayTrying(): void {
    if (isOpen(this.#transaction)) this.#host.stack.reply(this.#transaction, 100);
  }

  #failed(error: unknown): void {
    this.#fork = { ...this.#fork, isDone: true };
    this.#end();
    this.#host.log.error("A request could not be forwarded", { error, method: this.#request.method });
    if (isOpen(this.#transaction)) this.#reply(UNREADABLE);
  }

  #startTimer(kind: string, ms: number): void {
    this.#timers.get(kind)?.cancel();
    this.#timers.set(kind, this.#host.clock.startTimer(ms, this, kind));
  }

  #end(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#host.onEnd();
  }
}

const UNREADABLE = { status: 500, reason: reasonPhrase(500) };

function endOf(failure: RequestFailure): CopyEnd {
  return { status: failure === "timeout" ? 408 : 503, response: null };
}

/** What is told, and sent where it is ours: RFC 3261 §16.7 step 6 and §16.8. */
function finalOf({ status, response }: CopyEnd): ForwardedFinal {
  // RFC 4320 §4.2: a request that is no INVITE never gets a 408. RFC 5626 §11.5: a 430 was for us.
  if (response === null || status === 503 || status === 408 || status === FLOW_FAILED) {
    const isTimeout = status !== 503;
    const ours = isTimeout ? { status: 480, reason: NOBODY_THERE } : { status: 500, reason: NO_WAY };
    return { ...ours, fields: [], body: "", isOurs: true };
  }
  const { reason, body, headers } = response;
  return { status, reason, fields: contentFields(headers), body, isOurs: false };
}

/** Whether a request still waits for its final response. */
function isOpen(transaction: ServerTransaction): boolean {
  return transaction.state === "trying" || transaction.state === "proceeding";
}
