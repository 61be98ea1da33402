/**
 * The end of a call, whoever brings it about: everybody is told, what the call holds is given back, its record is written, and
 * its script hears of it last. That may take a moment: a BYE waits for the ACK of the 2xx before it, and the record for what
 * was recorded to be safe.
 */
import type { Actor } from "../../../sdk/events.ts";
import type { Timer, TimerOwner } from "../../base/clock.ts";
import { toText } from "../../base/text.ts";
import type { ReapReason } from "../../port/observer.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { HeaderField, SipRequest } from "../../sip/message/message.ts";
import type { CallStage, CallTail } from "../recovery/call-record.ts";
import { finalForCaller, localResponse } from "./best-response.ts";
import type { Call } from "./call.ts";
import type { CallEnd, FinalResponse } from "./call-state.ts";
import { callRecord } from "./call-view.ts";
import { Farewell } from "./farewell.ts";
import { hangUpBridge, sendBye } from "./hang-up.ts";
import type { PlanRun } from "./plan-run.ts";
import { reasonField, reasonsOf } from "./reasons.ts";
import { relayedFields } from "./relayed-fields.ts";

const ANSWERED = { result: "answered", code: 200, reason: "OK" } as const;
const TERMINATED = { result: "cancelled", code: 487, reason: "Request Terminated" } as const;
/** How long the end of a call waits for what was recorded to be safe. */
const SETTLE_MS = 10_000;

export class Ending implements TimerOwner {
  readonly #call: Call;
  readonly #plan: PlanRun;
  /** When the call was seen for the last time, where the switch was away for too long since; `null`: it is seen. */
  knownUntil: number | null = null;
  #farewell: Farewell | null = null;
  #settling: Timer | null = null;
  #isFinished = false;

  constructor(call: Call, plan: PlanRun) {
    this.#call = call;
    this.#plan = plan;
  }

  /** What is left of the call. */
  get stage(): CallStage {
    if (this.#call.state.end === null) return "going";
    if (!this.#isFinished) return "ending";
    return this.#farewell?.isOver === false ? "farewell" : "over";
  }

  /** What is left of the call for this side when it is over but for an ACK. */
  farewellTo(side: Side): Farewell | null {
    return side === "caller" ? this.#farewell : null;
  }

  /** It is over but for the ACK of its caller. */
  bidFarewell(dialog: Dialog, fields: readonly HeaderField[] = []): void {
    this.#farewell = new Farewell(this.#call, dialog, fields);
  }

  /** The caller has given up. */
  onCancel(cancel: SipRequest): void {
    const reason = cancel.headers.get("reason");
    const fields = reasonsOf(cancel);
    this.#end({ ...TERMINATED, by: "caller" }, localResponse(TERMINATED.code), fields);
    this.#call.emit({ type: "cancel", reason: reason === undefined ? null : toText(reason) });
    this.finish();
  }

  /** One side hangs up; its BYE has been answered already. */
  onBye(by: Side, { headers }: SipRequest): void {
    const reason = headers.get("reason");
    const end = this.#call.state.answeredAt === null ? TERMINATED : ANSWERED;
    this.#end({ ...end, by }, localResponse(TERMINATED.code), relayedFields(headers), by);
    this.#call.emit({ type: "bye", by, reason: reason === undefined ? null : toText(reason) });
    this.finish();
  }

  /** Ends the call from here: BYE to both sides, or a final response to a caller who waits. */
  hangUp(by: Actor, reason: string | null, cause = 200): void {
    const { state } = this.#call;
    if (state.end !== null) return;
    const fields: readonly HeaderField[] = reason === null ? [] : [reasonField(cause, reason)];
    if (this.#call.isOriginating) {
      this.#end({ ...TERMINATED, by }, localResponse(TERMINATED.code), fields);
      this.finish();
      return;
    }
    if (state.answeredAt === null) {
      this.refuse({ ...localResponse(480), fields }, by, fields);
      return;
    }
    this.#end({ ...ANSWERED, reason: reason ?? ANSWERED.reason, by }, localResponse(TERMINATED.code), fields);
    this.#call.emit({ type: "bye", by, reason });
    this.finish();
  }

  /** Ends a call that nobody answered. `fields` go to the sides that still ring. */
  refuse(response: FinalResponse, by: Actor, fields: readonly HeaderField[] = []): void {
    if (this.#call.state.end !== null) return;
    const { code, reason } = response;
    this.#end({ result: "failed", code, reason: toText(reason), by }, response, fields);
    this.finish();
  }

  /** Nobody has taken the call: the caller gets the best refusal, or a BYE where the switch has answered. */
  endUnanswered(): void {
    const { state } = this.#call;
    if (state.answeredAt !== null) this.hangUp("switch", null);
    else this.refuse(finalForCaller(state), state.best === null ? "switch" : "callee");
  }

  /** There is no audio for a step that needs it, or it is lost: the call cannot go on. */
  endWithoutAudio(problem: string): void {
    const { state, exchange, view } = this.#call;
    if (state.end !== null) return;
    exchange.observer.audioFailed(view, problem);
    if (state.answeredAt === null) this.refuse(localResponse(500), "switch");
    else this.hangUp("switch", problem);
  }

  /** A side is not there any more: the call that is answered ends. `cause`: a status code, for the Reason of the BYE. */
  reap(why: ReapReason, reason: string, cause: number): void {
    const { state, exchange, view } = this.#call;
    if (state.end !== null) return;
    exchange.observer.callReaped(view, why);
    this.hangUp("switch", reason, cause);
  }

  /** The ACK for a 2xx of ours has not come in 64·T1 (RFC 3261 §13.3.1.4). */
  ackMissing(): void {
    this.#call.caller.stopWaiting();
    if (this.#farewell === null) this.reap("ack-missing", "The ACK has not come", 200);
    else this.#farewell.say();
  }

  /** A provisional response has had no PRACK in 64·T1 (RFC 3262 §3). */
  prackMissing(): void {
    const { state, exchange, view } = this.#call;
    if (state.answeredAt !== null) this.reap("prack-missing", "The PRACK has not come", 200);
    else if (state.end === null) {
      exchange.observer.callReaped(view, "prack-missing");
      this.refuse(localResponse(504), "switch");
    }
  }

  /** A bug of ours has struck this call: it ends here, as well as it can. */
  fail(error: unknown): void {
    const { observer, index } = this.#call.exchange;
    observer.callFailed(this.#call.view, error);
    try {
      if (this.#call.state.answeredAt === null) this.refuse(localResponse(500), "switch");
      else this.hangUp("switch", "Internal error");
      // What an end that broke off has left behind.
      this.#call.caller.refuse(localResponse(500));
      this.#plan.stop();
      this.finish();
    } catch (another) {
      observer.callFailed(this.#call.view, another);
      index.remove(this.#call);
    }
  }

  /** Everything that was to be kept is safe. */
  settled(): void {
    if (this.#call.state.end !== null) this.finish();
  }

  /** What is still to be kept is not waited for any longer. */
  expire(): void {
    this.finish(true);
  }

  /** The record is written, the script hears the end, and the call is taken out of the switch. */
  finish(mustEnd = false): void {
    const call = this.#call;
    if (this.#isFinished) return;
    if (call.isKeeping && !mustEnd) {
      this.#settling ??= call.startTimer(SETTLE_MS, this, "settle");
      return;
    }
    this.#leave();
    const { state, exchange } = call;
    const cdr = callRecord(state, exchange.clock.now());
    exchange.observer.callEnded(call.view, cdr);
    call.emit({ type: "ended", cdr });
  }

  /** The same for a call of an earlier process, which has done a part of it. */
  finishAgain({ isRecorded, isTold }: Pick<CallTail["now"], "isRecorded" | "isTold">): void {
    this.#leave();
    const { state, exchange, view } = this.#call;
    const cdr = callRecord(state, exchange.clock.now());
    if (isRecorded) exchange.journal?.recordStored(state.id);
    else exchange.observer.callEnded(view, cdr);
    if (!isTold) this.#call.emit({ type: "ended", cdr });
  }

  #leave(): void {
    const { index } = this.#call.exchange;
    this.#settling?.cancel();
    this.#isFinished = true;
    if (this.#farewell === null) index.remove(this.#call);
    else index.retire(this.#call);
    this.#call.release();
  }

  /** Everything that ends with the call. `fields` go into what the other sides get; `hungUpBy` has hung up itself. */
  #end(end: CallEnd, response: FinalResponse, fields: readonly HeaderField[], hungUpBy?: Side): void {
    const call = this.#call;
    const { state, exchange, caller } = call;
    call.touch();
    state.end = end;
    state.endedAt = this.knownUntil ?? exchange.clock.now();
    call.gate?.leave(state.id);
    exchange.trunks?.leases.releaseCall(state.id);
    call.stopTimers();
    // It is answered, and the 2xx waits for a PRACK.
    const isUntold = caller.invite !== null;
    caller.refuse(response);
    this.#plan.stop(fields);
    call.transferring?.end(end.code);
    for (const relay of [...call.relays]) relay.giveUp();
    call.closeAudio();
    const [bridge] = state.bridges;
    const dialog = bridge?.caller ?? state.own?.caller;
    if (state.answeredAt === null || dialog === undefined) return;
    const isNew = caller.awaitsAck && (bridge === undefined || bridge.invite === call.legs.firstInvite);
    if (isNew && hungUpBy !== "caller") this.bidFarewell(dialog, fields);
    else caller.stopWaiting();
    if (bridge !== undefined) {
      const isSpared = isUntold || this.#farewell !== null;
      hangUpBridge(call, bridge, fields, [hungUpBy, isSpared ? "caller" : undefined]);
    } else if (hungUpBy !== "caller" && !isUntold && this.#farewell === null) sendBye(call, dialog, fields);
  }
}
