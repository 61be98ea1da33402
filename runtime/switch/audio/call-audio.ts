/**
 * The audio of a call where it ends at the switch: the caller's side, the sides that are called through us, what happens
 * to keys, and the recording of both. A call whose phones talk directly has none of it.
 */

import type { Timer, TimerOwner } from "../../base/clock.ts";
import type { MediaPlane } from "../../port/media.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import type { SipRequest, SipResponse } from "../../sip/message/message.ts";
import type { Call } from "../call/call.ts";
import type { Bridge } from "../call/call-state.ts";
import type { Leg } from "../call/leg.ts";
import type { Confirmation } from "../confirm/confirmation.ts";
import type { AudioRecord } from "./audio-record.ts";
import type { AudioSide, AudioSideUser } from "./audio-side.ts";
import { calledBrowser } from "./browser-terms.ts";
import { CallRecording } from "./call-recording.ts";
import { audioOf, CallerAudio } from "./caller-audio.ts";
import { KeyFilter, type KeyWay } from "./key-filter.ts";
import { LegAudio } from "./leg-audio.ts";
import { mediaAddress } from "./media-address.ts";
import { peerAddress } from "./peer-address.ts";
import { Release } from "./release.ts";
import { ResumedAudio } from "./resumed-audio.ts";
import { type KeyTaker, TypedAhead } from "./typed-ahead.ts";

/**
 * How long phones hear us before they are told to hear each other. A phone whose stream changes its source before its jitter
 * buffer plays (100 ms and more) can stay deaf: baresip 1.0 waits then for the numbers of the first source.
 */
const SETTLED_AFTER_MS = 1000;

export class CallAudio implements AudioSideUser, TimerOwner {
  readonly #call: Call;
  readonly caller: CallerAudio;
  readonly typedAhead = new TypedAhead();
  readonly recording: CallRecording;
  /** What is left to be done for `media: "release"`. */
  #release: "none" | "asked" | "running" = "none";
  #settling: Timer | null = null;
  #legs: LegAudio | null = null;
  #answeredLeg: string | null = null;
  readonly #keys: { readonly [Role in Side]: KeyFilter } = { caller: new KeyFilter(), callee: new KeyFilter() };
  /** What still has to be written down when the call is over: recordings, messages. */
  #unsettled = 0;
  #hasRingback = false;
  /** Whom a decision has put on hold. */
  readonly #held = new Set<Side>();

  constructor(call: Call) {
    this.#call = call;
    this.caller = new CallerAudio(call, this);
    this.recording = new CallRecording(call);
  }

  guard(work: () => void): void {
    this.#call.guard(work);
  }

  /** Whether the phones are being told to talk directly: until that is decided no other offer is taken. */
  get isReleasing(): boolean {
    return this.#release === "running";
  }

  /** The decision lets the phones talk directly, as soon as both play what they hear, and all is acknowledged. */
  askRelease(): void {
    this.#settling = this.#call.startTimer(SETTLED_AFTER_MS, this, "settled");
  }

  expire(): void {
    this.#settling = null;
    this.#release = "asked";
    this.tryRelease();
  }

  tryRelease(): void {
    const [bridge] = this.#call.state.bridges;
    if (this.#release !== "asked" || bridge === undefined || this.#call.caller.awaitsAck || this.recording.isRunning)
      return;
    // A phone that is asked for an offer may take back its hold with it (RFC 3261 §14.2).
    if (this.of("caller")?.state.isHolding === true || this.of("callee")?.state.isHolding === true) return;
    // Browsers would have to find their way anew, and with plain phones they cannot talk.
    if (this.of("caller")?.isBrowser === true || this.of("callee")?.isBrowser === true) {
      this.#release = "none";
      return;
    }
    this.#release = "running";
    new Release(this.#call, bridge).start();
  }

  /** The phones have agreed with each other: from now on their descriptions pass through as they are. */
  released(bridge: Bridge, caller: string, callee: string): void {
    this.#release = "none";
    bridge.isAnchored = false;
    bridge.media.caller = caller;
    bridge.media.callee = callee;
    this.#legs?.closeAll();
    this.#answeredLeg = null;
    this.caller.close();
  }

  releaseFailed(): void {
    this.#release = "none";
  }

  /** Whether something is still being kept: the last event of the call waits for it. */
  get isBusy(): boolean {
    return this.#unsettled > 0;
  }

  /** Something begins that outlives the call. */
  begin(): void {
    this.#unsettled++;
  }

  settle(): void {
    this.#unsettled--;
    if (this.#unsettled === 0) this.#call.ending.settled();
  }

  /** The audio of one side; absent where it does not end here. */
  of(role: Side): AudioSide | undefined {
    if (role === "caller") return this.caller.side ?? undefined;
    return this.#answeredLeg === null ? undefined : this.#legs?.of(this.#answeredLeg);
  }

  /** The audio of a side that is called. */
  ofLeg(leg: string): AudioSide | undefined {
    return this.#legs?.of(leg);
  }

  /** For the process that starts next. */
  get stored(): AudioRecord {
    const [caller, callee] = [this.of("caller"), this.of("callee")];
    const leg = this.#answeredLeg;
    return {
      caller: caller?.stored ?? null,
      callee: callee === undefined || leg === null ? null : { ...callee.stored, leg },
      held: [...this.#held],
      isReleasing: this.#release !== "none" || this.#settling !== null,
      recording: this.recording.phase,
    };
  }

  /** The call goes on in another process: each side is heard where it was before, as soon as that can be. */
  resume(record: AudioRecord): ResumedAudio {
    const resumed = new ResumedAudio(this.#call, this, record);
    resumed.open();
    for (const side of record.held) this.#held.add(side);
    return resumed;
  }

  /** Whether the audio of a leg passes through us. */
  carries(leg: string): boolean {
    return this.#legs?.has(leg) === true;
  }

  /** Gives the offer for a leg that is to be called; `null`: there is no audio for it. */
  offerTo(leg: Leg, then: (offer: string | null) => void): void {
    this.caller.prepare(() => {
      if (this.caller.side !== null) this.offerBeside(leg, this.caller.side, then);
    });
  }

  /** The same for a leg that is to talk with a side which is there, or with one that has no audio here yet. */
  offerBeside(leg: Leg, near: AudioSide | null, then: (offer: string | null) => void): void {
    if (this.#call.exchange.audio === null) return;
    peerAddress(this.#call, leg.state, (peer) => this.#offerAt(leg, near, peer, then));
  }

  /** `peer`: where the audio of the leg is expected. */
  #offerAt(leg: Leg, near: AudioSide | null, peer: string | undefined, then: (offer: string | null) => void): void {
    const { exchange, state } = this.#call;
    const { audio } = exchange;
    if (audio === null || leg.state.state !== "calling") return;
    const { hop } = leg.state;
    const flow = hop.type === "flow" ? hop.flow : state.invite.flow;
    const { codecs } = leg.state.trunk ?? {};
    const own = mediaAddress(exchange.stack, flow, peer);
    const browser = calledBrowser(audio, leg.state);
    const address = { ...own, near, inbandDigits: audio.inbandDigits === true, codecs, browser };
    this.#ofLegs(audio.plane).offer(leg.state.id, address, near?.state.stream ?? null, then);
  }

  /** A called side rings, with or without early audio of its own. */
  progressed(leg: Leg, response: SipResponse): void {
    const { caller } = this;
    const hasAudio = this.#legs?.answered(leg.state.id, response) === true;
    const side = this.#legs?.of(leg.state.id);
    const canHear = caller.told === "answered" || this.#call.state.invite.body !== "";
    if (hasAudio && side !== undefined && canHear) {
      caller.tell(183, response.reason);
      this.#connect(side);
    } else if (caller.told === "nothing") caller.tell(response.status, response.reason);
    else this.#ringBack();
  }

  /** The caller hears ringing, and nothing of the sides that are called. */
  ringCaller(): void {
    if (this.caller.told === "nothing") this.caller.tell(180);
    else this.#ringBack();
  }

  /** The audio of a called side after its answer, the early one as well; absent where that has none for us. */
  agreed(leg: Leg, response: SipResponse): AudioSide | undefined {
    return this.#legs?.answered(leg.state.id, response) === true ? this.#legs.of(leg.state.id) : undefined;
  }

  /** The called side that has agreed on its audio gets the call. */
  take(leg: Leg): void {
    const side = this.#legs?.of(leg.state.id);
    if (side === undefined) return;
    this.#answeredLeg = leg.state.id;
    this.#legs?.closeAll(leg.state.id);
    this.caller.answer();
    this.#connect(side);
  }

  /** What was agreed on with a side is its audio from now on; `leg`: of a called side. */
  seat(role: Side, side: AudioSide, leg: string): void {
    if (this.of(role) === side) return;
    this.#held.clear();
    if (role === "caller") {
      this.#legs?.take(leg);
      this.recording.moved();
      this.caller.close();
      this.caller.adopt(side);
      return;
    }
    this.#ofLegs(audioOf(this.#call).plane).put(leg, side);
    this.#answeredLeg = leg;
    this.#legs?.closeAll(leg);
  }

  /** The audio of a side goes on in another call. */
  give(role: Side): AudioSide | undefined {
    this.recording.stop();
    if (role === "caller") return this.caller.give() ?? undefined;
    return this.#answeredLeg === null ? undefined : this.#legs?.take(this.#answeredLeg);
  }

  /** Nobody waits for this leg any more. */
  closeLeg(leg: string): void {
    this.#legs?.close(leg);
  }

  /** Called legs have come to nothing: what the caller heard in the meantime ends. */
  stopRinging(): void {
    this.#legs?.closeAll(this.#answeredLeg ?? undefined);
    if (this.#hasRingback) this.caller.side?.sound.stopPlaying();
    this.#hasRingback = false;
  }

  /** A decision puts a side on hold, or takes it back; `false`: its audio does not end here. */
  hold(role: Side, isHeld: boolean): boolean {
    if (this.of("caller") === undefined || this.of("callee") === undefined) return false;
    if (isHeld) this.#held.add(role);
    else this.#held.delete(role);
    this.reunite();
    return true;
  }

  /** Both hear each other; where one is on hold, that one hears music, and the other nothing. */
  reunite(): void {
    const { audio } = this.#call.exchange;
    const [caller, callee] = [this.of("caller"), this.of("callee")];
    if (caller === undefined || callee === undefined || audio === null) return;
    const isHeld = {
      caller: callee.state.isHolding || this.#held.has("caller"),
      callee: caller.state.isHolding || this.#held.has("callee"),
    };
    this.#hasRingback = false;
    for (const [side, held] of [[caller, isHeld.caller] as const, [callee, isHeld.callee] as const]) {
      side.sound.stopPlaying();
      if (!held) continue;
      side.sound.leave();
      if (!side.state.isHolding) side.sound.play({ sources: [audio.library.music], loop: true }, () => {});
    }
    if (!isHeld.caller && !isHeld.callee) caller.sound.join(callee.sound);
  }

  acknowledged(role: Side, request: SipRequest): void {
    if (role === "caller" && this.caller.side?.state.stream === null) this.caller.acknowledged(request);
    else this.#renewed(role, request);
  }

  /** A key of one side, by whatever way; one that has been told of already is passed over. */
  pressed(role: Side, digit: string, way: KeyWay): void {
    if (!this.#keys[role].isNew(digit, way, this.#call.exchange.clock.now())) return;
    const step: KeyTaker | null = this.#call.step;
    if (role === "caller" && step?.takeKey?.(digit) === true) return;
    if (this.#call.session.handles("dtmf")) this.#call.emit({ type: "dtmf", by: role, digit });
    else if (role === "caller") this.typedAhead.add(digit);
  }

  keyPressed(side: AudioSide, digit: string): void {
    const asked = this.#askedOf(side);
    if (asked !== undefined) asked.takeKey(digit);
    else this.pressed(this.#roleOf(side), digit, "audio");
  }

  audioFailed(side: AudioSide, message: string): void {
    const leg = this.#legs?.legOf(side);
    const asked = this.#askedOf(side);
    if (asked !== undefined) asked.audioLost(message);
    else if (leg !== undefined && leg !== this.#answeredLeg) this.closeLeg(leg);
    else this.#call.ending.endWithoutAudio(message);
  }

  audioMissing(side: AudioSide, isMissing: boolean): void {
    if (this.#askedOf(side) !== undefined) return;
    const by = this.#roleOf(side);
    // One that only rings is nobody's side yet.
    if (side === this.of(by)) this.#call.liveness?.silent(by, isMissing);
    this.#call.emit({ type: "media", by, state: isMissing ? "lost" : "resumed" });
  }

  audioNoted(side: AudioSide, what: string, text: string): void {
    this.#call.exchange.observer.audioNoted(this.#call.view, this.#roleOf(side), what, text);
  }

  close(): void {
    this.#settling?.cancel();
    this.recording.stop();
    this.#legs?.closeAll();
    this.caller.close();
  }

  #connect(side: AudioSide): void {
    const caller = this.caller.side;
    if (caller === null) return;
    this.#hasRingback = false;
    caller.sound.stopPlaying();
    caller.sound.join(side.sound);
  }

  /** The caller hears us already, so that a 180 would change nothing for his ear. */
  #ringBack(): void {
    const { side } = this.caller;
    if (this.#hasRingback || side === null) return;
    this.#hasRingback = true;
    side.sound.play({ sources: [{ type: "tone", tone: "ringback" }], loop: true }, () => {});
  }

  /** The answer to an offer that we have made in a 2xx within the call. */
  #renewed(role: Side, request: SipRequest): void {
    const side = this.of(role);
    if (side === undefined || side.state.offered === null) return;
    const accepted = side.accept(request.body, true);
    if (!accepted.ok) this.#call.hangUp("switch", accepted.problem);
  }

  #ofLegs(plane: MediaPlane): LegAudio {
    this.#legs ??= new LegAudio(this, plane);
    return this.#legs;
  }

  #askedOf(side: AudioSide): Confirmation | undefined {
    return this.#call.legs.confirmations?.of(this.#legs?.legOf(side));
  }

  #roleOf(side: AudioSide): Side {
    return side === this.caller.side ? "caller" : "callee";
  }
}
