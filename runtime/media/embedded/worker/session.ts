/**
 * One endpoint in its worker: what it hears and what it sends, tick by tick, and what is played, recorded and joined there.
 * Each tick has two halves, so that joined endpoints hear each other in the same tick, whichever comes first.
 */
import type {
  AudioFormat,
  AudioStream,
  CodecName,
  MediaStats,
  MediaTicket,
  PlayRequest,
  RecordRequest,
  RtpNumbers,
} from "../../../port/media.ts";
import type { AudioCodec } from "../codec/codec.ts";
import type { EndpointEvent, EndpointId, SessionEvent, SessionPlace } from "../protocol.ts";
import type { RtpPacket } from "../rtp/packet.ts";
import type { Counters } from "./counters.ts";
import { InbandDigits } from "./inband-digits.ts";
import { Inbound, type InboundUser } from "./inbound.ts";
import type { HeardFrame, JoinEnd, JoinUser } from "./join.ts";
import { KeySender, UNAWAITED } from "./key-sender.ts";
import { Liveness, type LivenessChange } from "./liveness.ts";
import { Outbound } from "./outbound.ts";
import { Player } from "./player.ts";
import { RateBridge } from "./rate-bridge.ts";
import { Recorder } from "./recorder.ts";
import { RtpLink, type RtpLinkUser } from "./rtp-link.ts";
import type { SoundMaker } from "./sound.ts";

/** What the endpoints of a worker share. */
export interface SessionHost {
  readonly codecs: ReadonlyMap<CodecName, AudioCodec>;
  readonly sounds: SoundMaker;
  readonly counters: Counters;
  /** Names us in RTCP (RFC 3550 §6.5.1). */
  readonly cname: string;
  post(event: EndpointEvent): void;
  /** A fault of ours, or keys that cannot be used: the endpoint is to be given up. */
  broke(session: Session, message: string): void;
  /** Nothing of it is left. */
  forget(session: Session): void;
}

export class Session implements RtpLinkUser, InboundUser, JoinUser {
  readonly id: EndpointId;
  readonly #host: SessionHost;
  readonly #link: RtpLink;
  readonly #inbound: Inbound;
  readonly #outbound: Outbound;
  readonly #player: Player;
  readonly #keys: KeySender;
  readonly #inband: InbandDigits | null;
  readonly #liveness = new Liveness();
  readonly #playBridge = new RateBridge();
  readonly #joinBridge = new RateBridge();
  #stream: AudioStream | null = null;
  #recorder: Recorder | null = null;
  /** Recordings whose file is being finished. */
  #finishing = 0;
  #join: JoinEnd | null = null;
  /** Whether the last packet passed to the joined endpoint as it was. */
  #isPassing = false;
  #heard: HeardFrame | null = null;
  #state: "open" | "closing" | "ports-free" | "closed" = "open";

  constructor(id: EndpointId, open: SessionPlace, host: SessionHost) {
    this.id = id;
    this.#host = host;
    this.#link = new RtpLink(open, host.cname, host.counters, this);
    this.#inbound = new Inbound(host.codecs, this);
    this.#outbound = new Outbound(host.codecs, this.#link);
    this.#player = new Player(host.sounds, (event) => this.#tell(event));
    this.#keys = new KeySender((ticket) => this.#tell({ type: "sent", ticket }));
    this.#inband = open.inbandDigits ? new InbandDigits() : null;
  }

  bind(port: number): void {
    this.#link.bind(port, (outcome) => {
      if (outcome.type === "bound") this.#host.post({ type: "bound", endpoint: this.id, port });
      else this.#host.post({ ...outcome, type: "port-refused", endpoint: this.id, port });
    });
  }

  connect(stream: AudioStream): void {
    const problem = this.#link.connect(stream);
    if (problem !== null) {
      this.#host.broke(this, `the SRTP keys cannot be used: ${problem}`);
      return;
    }
    this.#stream = stream;
    this.#inbound.connect(stream);
    this.#outbound.connect(stream);
    this.#keys.connect(stream.telephoneEvent !== null);
  }

  play(ticket: MediaTicket, request: PlayRequest): void {
    this.#player.play(ticket, request);
  }

  stopPlaying(): void {
    this.#player.stop();
  }

  record(ticket: MediaTicket, request: RecordRequest): void {
    if (this.#recorder !== null) {
      const message = "another recording runs at this endpoint";
      this.#tell({ type: "recorded", ticket, end: "failed", file: request.file, ms: 0, spokenMs: 0, message });
      return;
    }
    this.#finishing++;
    const recorder = new Recorder(ticket, request, this.#outbound.rate, {
      progressed: (ms, spokenMs) => this.#host.post({ type: "recording", endpoint: this.id, ticket, ms, spokenMs }),
      ended: () => {
        if (this.#recorder === recorder) this.#recorder = null;
      },
      finished: (event) => this.#recorded(event),
    });
    this.#recorder = recorder;
  }

  pauseRecording(isPaused: boolean): void {
    this.#recorder?.pause(isPaused);
  }

  stopRecording(): void {
    this.#recorder?.stop();
  }

  sendDigits(ticket: MediaTicket, digits: string): void {
    this.#keys.queue(ticket, digits);
  }

  /** In place of what it was joined with. */
  join(end: JoinEnd): void {
    this.leave();
    this.#join = end;
  }

  leave(): void {
    const join = this.#join;
    this.parted();
    join?.leave();
  }

  stats(): MediaStats {
    return { ...this.#link.stats(), silentMs: this.#liveness.silentMs(performance.now()) };
  }

  close(): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.leave();
    this.#player.stop();
    this.#recorder?.stop();
    this.#link.close(() => {
      this.#state = "ports-free";
      this.#closeIfDone();
    });
  }

  /** The first half of a tick. */
  hear(atMs: number): void {
    if (this.#state !== "open") return;
    const samples = this.#needsFrames ? this.#inbound.hear(atMs) : null;
    this.#heard = samples === null ? null : { samples, rate: this.#inbound.rate };
    if (samples !== null && this.#inband !== null) {
      for (const digit of this.#inband.find(samples, this.#inbound.rate))
        this.#tell({ type: "digit", digit, by: "inband" });
    }
    this.#join?.say(this.#isPassing ? null : this.#heard);
    this.#noteLiveness(this.#liveness.check(atMs, this.#link.canReceive));
  }

  /** The second half of a tick. */
  speak(atMs: number): void {
    if (this.#state !== "open") return;
    const sent = this.#send(atMs);
    this.#recorder?.write(this.#heard, sent, atMs);
    this.#link.tick(atMs);
  }

  clockRateOf(payloadType: number): number | null | undefined {
    return this.#inbound.clockRateOf(payloadType);
  }

  packetArrived(packet: RtpPacket, bytes: Uint8Array, nowMs: number): void {
    this.#noteLiveness(this.#liveness.arrived(nowMs));
    if (this.#link.canReceive) this.#inbound.take(packet, bytes, nowMs);
  }

  reportArrived(nowMs: number): void {
    this.#liveness.reported(nowMs);
  }

  numbersChanged(numbers: RtpNumbers): void {
    this.#tell({ type: "numbers", numbers });
  }

  broke(message: string): void {
    this.#host.broke(this, message);
  }

  digitHeard(digit: string): void {
    this.#inband?.turnOff();
    this.#tell({ type: "digit", digit, by: "rtp" });
    this.#join?.pressKey(digit);
  }

  audioArrived(packet: RtpPacket, bytes: Uint8Array, format: AudioFormat, nowMs: number): boolean {
    this.#isPassing = this.#join?.pass(packet, bytes, format, nowMs) ?? false;
    return this.#needsFrames && !(this.#isPassing && this.#recorder === null && this.#inband === null);
  }

  pass(packet: RtpPacket, bytes: Uint8Array, format: AudioFormat, nowMs: number): boolean {
    if (this.#recorder?.needsSent === true || !this.#outbound.canPass(format)) return false;
    // What plays here is heard alone, and so is a key.
    if (this.#outbound.canSend && !this.#player.isPlaying && !this.#keys.isBusy) {
      this.#outbound.pass(packet, bytes, nowMs);
    }
    return true;
  }

  pressKey(digit: string): void {
    this.#keys.queue(UNAWAITED, digit);
  }

  parted(): void {
    this.#join = null;
    this.#isPassing = false;
  }

  /** Whether somebody listens here. */
  get #needsFrames(): boolean {
    return this.#join !== null || this.#recorder !== null || this.#inband !== null;
  }

  /** Sends what there is for this tick; gives the audio of it. */
  #send(atMs: number): HeardFrame | null {
    const outbound = this.#outbound;
    const joined = this.#join?.take() ?? null;
    if (!outbound.canSend) return null;
    if (this.#sendKey(atMs)) return null;
    const rate = outbound.rate;
    const samples = this.#keys.tone(rate) ?? this.#played(rate) ?? this.#joined(joined, rate);
    if (samples !== null) outbound.send(samples, atMs);
    else if (!outbound.isPassing(atMs)) outbound.sendSilence(atMs);
    return samples === null ? null : { samples, rate };
  }

  #sendKey(atMs: number): boolean {
    const stream = this.#stream;
    if (stream === null || stream.telephoneEvent === null) return false;
    const event = this.#keys.event(atMs, stream.format.clockRate);
    if (event === null) return false;
    this.#link.sendOther({ ...event, payloadType: stream.telephoneEvent });
    return true;
  }

  #played(rate: number): Int16Array | null {
    const frame = this.#player.frame(rate);
    return frame === null ? null : this.#playBridge.convert(frame, this.#player.rate, rate);
  }

  #joined(frame: HeardFrame | null, rate: number): Int16Array | null {
    return frame === null ? null : this.#joinBridge.convert(frame.samples, frame.rate, rate);
  }

  #noteLiveness(change: LivenessChange | null): void {
    if (change !== null) this.#tell(change);
  }

  #recorded(event: SessionEvent): void {
    this.#finishing--;
    this.#tell(event);
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (this.#state !== "ports-free" || this.#finishing > 0) return;
    this.#state = "closed";
    this.#host.post({ type: "closed", endpoint: this.id, stats: this.stats() });
    this.#host.forget(this);
  }

  #tell(event: SessionEvent): void {
    this.#host.post({ type: "media", endpoint: this.id, event });
  }
}
