/**
 * A phone takes a call that rings elsewhere (directed pickup, RFC 3891 §3): it has made an offer of its own, and so has the
 * caller, so that both talk with us, and hear each other.
 */
import { newOfferAnswer } from "../../../sdp/offer-answer.ts";
import type { HeaderField } from "../../../sip/message/message.ts";
import type { AudioSide } from "../../audio/audio-side.ts";
import type { Call } from "../../call/call.ts";
import { legView } from "../../call/call-view.ts";
import type { PlanRun } from "../../call/plan-run.ts";
import { moveSession } from "../../session/agree.ts";
import type { Taker } from "./taker.ts";
import { legOfTaker, openAudio, type Taking } from "./taking.ts";

const ELSEWHERE: readonly HeaderField[] = [["Reason", 'SIP;cause=200;text="Call completed elsewhere"']];

export class Pickup implements Taking {
  readonly taker: Taker;
  readonly #call: Call;
  readonly #plan: PlanRun;
  #audio: AudioSide | null = null;
  #isOver = false;

  constructor(call: Call, plan: PlanRun, taker: Taker) {
    this.#call = call;
    this.#plan = plan;
    this.taker = taker;
  }

  start(): void {
    this.taker.begin({
      acknowledged: (answer) => this.#acknowledged(answer),
      cancelled: () => this.giveUp(487),
    });
    if (this.#call.exchange.audio === null) {
      this.giveUp(488);
      return;
    }
    this.#call.audio.caller.prepare(() => {
      if (!this.#isOver) this.#open();
    });
  }

  giveUp(status: number, fields: readonly HeaderField[] = []): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#audio?.close();
    this.taker.refuse(status, fields);
    this.#call.transfers.takings.refused(this);
  }

  #open(): void {
    const near = this.#call.audio.caller.side;
    this.#audio = openAudio(this.#call, this.taker, near, (problem) => {
      const audio = this.#audio;
      if (this.#isOver || audio === null) return;
      if (problem !== null) this.giveUp(500);
      // Somebody has answered in the meantime.
      else if (this.#call.isConnected) this.giveUp(486);
      else this.#take(audio);
    });
    if (this.#audio === null) this.giveUp(488);
  }

  #take(audio: AudioSide): void {
    const { state, audio: call } = this.#call;
    const { offer } = this.taker;
    const answered = offer === "" ? null : audio.answer(offer);
    if (answered?.ok === false) {
      this.giveUp(answered.problem.code, [["Warning", answered.problem.warning]]);
      return;
    }
    this.#isOver = true;
    this.#plan.release()?.abandon(ELSEWHERE);
    call.caller.answer();
    const { own } = state;
    if (own === null) return;
    const leg = legOfTaker(this.#call, this.taker);
    const media = newOfferAnswer();
    const { dialog } = this.taker;
    state.bridges = [{ legId: leg.id, caller: own.caller, callee: dialog, media, invite: null, isAnchored: true }];
    state.own = null;
    call.seat("callee", audio, leg.id);
    this.taker.answer(answered?.value ?? audio.offer(call.caller.side?.state.stream ?? null));
    moveSession(this.#call, "callee", this.taker.session);
    if (answered !== null) call.reunite();
    this.#call.transfers.takings.pickedUp();
    this.#call.emit({ type: "answered", leg: legView(leg) });
  }

  /** With the answer to our offer, where it has made none. */
  #acknowledged(answer: string): void {
    if (this.taker.offer !== "" || this.#audio === null) return;
    if (this.#audio.accept(answer, true).ok) this.#call.audio.reunite();
    else this.#call.hangUp("switch", "The ACK has no answer to our offer");
  }
}
