/**
 * A phone takes the place of another one of the same user in a call that is up (RFC 3891 §3): the other side gets its offer,
 * or is asked for one, and who was there before is hung up.
 */
import { otherSide, type Side } from "../../../sdp/offer-answer.ts";
import type { HeaderField } from "../../../sip/message/message.ts";
import type { AudioSide } from "../../audio/audio-side.ts";
import { mustAnchor } from "../../audio/must-anchor.ts";
import type { Call } from "../../call/call.ts";
import { hasDescription } from "../../call/description.ts";
import { Anchoring } from "../media/anchoring.ts";
import { Reinvite, type Reinvited } from "../media/reinvite.ts";
import { restore } from "../media/restore.ts";
import type { Newcomer } from "../reseat.ts";
import type { Taker } from "./taker.ts";
import { legOfTaker, openAudio, type Taking } from "./taking.ts";

type Media = Omit<Newcomer, "dialog" | "leg">;

export class Takeover implements Taking {
  readonly taker: Taker;
  readonly #call: Call;
  readonly #place: Side;
  readonly #kept: Side;
  #audio: AudioSide | null = null;
  #work: { giveUp(): void } | null = null;
  /** What is done with the answer to the offer that is in our 200. */
  #whenAnswered: ((answer: string) => void) | null = null;
  #isOver = false;

  constructor(call: Call, place: Side, taker: Taker) {
    this.#call = call;
    this.#place = place;
    this.#kept = otherSide(place);
    this.taker = taker;
  }

  start(): void {
    this.taker.begin({
      acknowledged: (answer) => this.#acknowledged(answer),
      cancelled: () => this.giveUp(487),
    });
    const [bridge] = this.#call.state.bridges;
    const kept = bridge?.[this.#kept];
    if (bridge === undefined || kept === undefined) {
      this.#refuse(481);
      return;
    }
    const { remoteTarget: uri } = this.taker.dialog;
    const branch = { target: uri, uri, hop: { type: "flow", flow: this.taker.flow } } as const;
    const party = { flow: kept.flow, body: bridge.media[this.#kept] ?? "" };
    const isAnchored = bridge.isAnchored || mustAnchor(this.#call, { type: "forward", targets: [] }, [branch], party);
    if (isAnchored) this.#openAudio();
    else if (this.taker.offer !== "") this.#passOffer();
    else this.#askForOffer();
  }

  giveUp(status: number): void {
    if (this.#isOver) return;
    this.#work?.giveUp();
    this.#refuse(status);
  }

  #passOffer(): void {
    this.#reinvite(this.taker.offer, (reinvite, { body }) => {
      reinvite.acknowledge();
      this.taker.answer(body);
      this.#done({ audio: null, keptAudio: null, description: this.taker.offer, keptDescription: body });
    });
  }

  /** The answer to the offer comes in the ACK, and goes on into ours. */
  #askForOffer(): void {
    this.#reinvite("", (reinvite, { body: offer }) => {
      this.#whenAnswered = (answer) => {
        reinvite.acknowledge(answer);
        this.#done({ audio: null, keptAudio: null, description: answer, keptDescription: offer });
      };
      this.taker.answer(offer);
    });
  }

  #reinvite(offer: string, then: (reinvite: Reinvite, response: { readonly body: string }) => void): void {
    const [bridge] = this.#call.state.bridges;
    if (bridge === undefined) return;
    const before = bridge.media[this.#place] ?? "";
    const putBack = (): void => restore(this.#call, this.#kept);
    const reinvite = new Reinvite(this.#call, bridge[this.#kept], offer, (outcome: Reinvited) => {
      if (!outcome.ok) {
        this.#refuse(outcome.status);
      } else if (hasDescription(outcome.response)) {
        then(reinvite, outcome.response);
      } else {
        reinvite.acknowledge(before);
        this.#refuse(488);
        putBack();
      }
    });
    this.#work = { giveUp: () => reinvite.giveUp(before, putBack) };
    reinvite.start();
  }

  #openAudio(): void {
    const near = this.#call.hasAudio ? (this.#call.audio.of(this.#kept) ?? null) : null;
    this.#audio = openAudio(this.#call, this.taker, near, (problem) => {
      const { offer } = this.taker;
      if (this.#isOver || this.#audio === null) return;
      const answered = problem === null && offer !== "" ? this.#audio.answer(offer) : null;
      if (problem !== null) this.#refuse(500);
      else if (answered?.ok === false) this.#refuse(answered.problem.code, [["Warning", answered.problem.warning]]);
      else this.#anchorKept(this.#audio, near, answered?.value ?? this.#audio.offer(near?.state.stream ?? null));
    });
    if (this.#audio === null) this.#refuse(488);
  }

  #anchorKept(audio: AudioSide, kept: AudioSide | null, sdp: string): void {
    if (kept !== null) {
      this.#answerWith(audio, kept, sdp);
      return;
    }
    const request = { call: this.#call, side: this.#kept, owner: this.#call, near: audio };
    const anchoring = new Anchoring(request, (anchored, status) => {
      if (anchored === null) this.#refuse(status);
      else this.#answerWith(audio, anchored, sdp);
    });
    this.#work = anchoring;
    anchoring.start();
  }

  #answerWith(audio: AudioSide, kept: AudioSide, sdp: string): void {
    const done = (): void => this.#done({ audio, keptAudio: kept, description: null, keptDescription: null });
    const isOffer = this.taker.offer === "";
    if (isOffer) {
      this.#whenAnswered = (answer) => {
        if (audio.accept(answer, true).ok) done();
        else this.#call.hangUp("switch", "The ACK has no answer to our offer");
      };
    }
    this.taker.answer(sdp);
    if (!isOffer) done();
  }

  #acknowledged(answer: string): void {
    const then = this.#whenAnswered;
    this.#whenAnswered = null;
    then?.(answer);
  }

  #done(media: Media): void {
    this.#isOver = true;
    const leg = legOfTaker(this.#call, this.taker);
    const { dialog, session } = this.taker;
    this.#call.transfers.takings.seated(this, this.#place, { dialog, leg, session, ...media });
  }

  #refuse(status: number, fields: readonly HeaderField[] = []): void {
    this.#isOver = true;
    this.#audio?.close();
    this.taker.refuse(status, fields);
    this.#call.transfers.takings.refused(this);
  }
}
