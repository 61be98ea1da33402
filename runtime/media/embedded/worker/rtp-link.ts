/**
 * RTP and RTCP of one endpoint between its sockets and its audio: SRTP, latching, statistics and reports. What arrives is
 * hostile until it has passed here.
 */
import type { RemoteInfo } from "node:dgram";
import type { AudioStream, MediaAddress, MediaStats, RtpNumbers, SrtpKeys } from "../../../port/media.ts";
import type { SessionPlace } from "../protocol.ts";
import { Latch } from "../rtp/latch.ts";
import {
  createRtpPacket,
  datagramKind,
  MAX_PACKET_BYTES,
  parseRtp,
  RTP_HEADER_BYTES,
  type RtpPacket,
} from "../rtp/packet.ts";
import { ReceiverStats } from "../rtp/receiver-stats.ts";
import { RtcpSession, type RtcpTime } from "../rtp/rtcp-session.ts";
import { type OtherPacket, RtpSender } from "../rtp/sender.ts";
import { createSrtp, SRTP_TRAILER_BYTES, type SrtpPair } from "../rtp/srtp.ts";
import type { Counters } from "./counters.ts";
import { describe } from "./describe.ts";
import { type BindOutcome, RtpSockets, type SocketsUser } from "./rtp-sockets.ts";

/**
 * Packets until the next report of numbers, twice: a receiver takes a jump that is shorter than 3000 for loss (RFC 3550
 * §A.1), and one that is shorter than 32768 for no rollover (RFC 3711 §3.3.1).
 */
const RESERVED = 2048;

export interface RtpLinkUser {
  /** The clock rate of a payload type that was agreed on; `null`: its timestamps say nothing (events); `undefined`: none. */
  clockRateOf(payloadType: number): number | null | undefined;
  packetArrived(packet: RtpPacket, bytes: Uint8Array, nowMs: number): void;
  /** RTCP of the other side. */
  reportArrived(nowMs: number): void;
  /** For the process that starts next. */
  numbersChanged(numbers: RtpNumbers): void;
  /** A fault of ours, in the midst of a packet. */
  broke(message: string): void;
}

export class RtpLink implements SocketsUser {
  readonly #user: RtpLinkUser;
  readonly #counters: Counters;
  readonly #address: string;
  #sockets: RtpSockets;
  readonly #latch = new Latch();
  readonly #stats = new ReceiverStats();
  readonly #sender: RtpSender;
  /** Of the stream that an earlier process has sent; `null`: it is a new one. */
  #resumed: RtpNumbers | null;
  readonly #rtcp: RtcpSession;
  #stream: AudioStream | null = null;
  #srtp: SrtpPair | null = null;
  #keys: SrtpKeys | null = null;
  #hasSent = false;
  /** Numbers below this one are told of: a process that starts next begins with it. */
  #reservedIndex = 0;
  #toldRollovers = 0;
  readonly #packet = createRtpPacket();
  readonly #out = new Uint8Array(MAX_PACKET_BYTES + SRTP_TRAILER_BYTES);

  constructor({ address, numbers }: SessionPlace, cname: string, counters: Counters, user: RtpLinkUser) {
    this.#address = address;
    this.#resumed = numbers;
    this.#sender = numbers === null ? new RtpSender() : RtpSender.resumed(numbers, timeAt(performance.now()));
    this.#counters = counters;
    this.#user = user;
    this.#rtcp = new RtcpSession(this.#sender, this.#stats, cname);
    this.#sockets = new RtpSockets(address, this);
  }

  /** May be tried again with another port when it is refused. */
  bind(port: number, onDone: (outcome: BindOutcome) => void): void {
    this.#sockets.bind(this.#address, port, (outcome) => {
      if (outcome.type === "refused") this.#sockets = new RtpSockets(this.#address, this);
      onDone(outcome);
    });
  }

  /** Gives the problem of keys that cannot be used: nothing is sent or received then. */
  connect(stream: AudioStream): string | null {
    const problem = this.#useKeys(stream);
    this.#stream = problem === null ? stream : null;
    this.#sender.use(stream.format, performance.now());
    this.#latch.connect(usable(stream.remote), usable(stream.remoteRtcp));
    this.#reportNumbers();
    return problem;
  }

  /** Whether audio that is sent now has somewhere to go. */
  get canSend(): boolean {
    const direction = this.#stream?.direction;
    return (direction === "sendrecv" || direction === "sendonly") && this.#latch.target !== null;
  }

  get canReceive(): boolean {
    const direction = this.#stream?.direction;
    return direction === "sendrecv" || direction === "recvonly";
  }

  sendAudio(payload: Uint8Array, atMs: number): void {
    if (payload.length + RTP_HEADER_BYTES > MAX_PACKET_BYTES) return;
    this.#send(this.#sender.writeAudio(this.#out, payload, atMs));
  }

  sendOther(packet: OtherPacket): void {
    this.#send(this.#sender.writeOther(this.#out, packet));
  }

  /** Reports what has come, when it is time. */
  tick(atMs: number): void {
    if (this.#sender.index > this.#reservedIndex - RESERVED / 2 || this.#remoteRollovers !== this.#toldRollovers) {
      this.#reportNumbers();
    }
    if (this.#stream === null || !this.#rtcp.isDue(atMs)) return;
    this.#sendRtcp(this.#rtcp.writeReport(this.#out, timeAt(atMs)));
  }

  stats(): Omit<MediaStats, "silentMs"> {
    return {
      packetsSent: this.#sender.packets,
      packetsReceived: this.#stats.received,
      packetsLost: this.#stats.lost,
      jitterMs: Math.round(this.#stats.jitterMs * 10) / 10,
      roundTripMs: this.#rtcp.roundTripMs,
    };
  }

  /** Says goodbye; `onClosed` is called when the ports are free. */
  close(onClosed: () => void): void {
    // RFC 3550 §6.3.7: who has never sent anything says no goodbye.
    if (this.#hasSent) this.#sendRtcp(this.#rtcp.writeBye(this.#out, timeAt(performance.now())));
    this.#stream = null;
    this.#sockets.close(onClosed);
  }

  rtpArrived(bytes: Buffer, from: RemoteInfo): void {
    const kind = datagramKind(bytes, bytes.length);
    try {
      const isTaken = kind === "rtp" ? this.#takeRtp(bytes, from) : kind === "rtcp" && this.#takeRtcp(bytes, from);
      if (!isTaken) this.#counters.packetsRefused++;
    } catch (error) {
      this.#user.broke(describe(error));
    }
  }

  rtcpArrived(bytes: Buffer, from: RemoteInfo): void {
    try {
      if (!this.#takeRtcp(bytes, from)) this.#counters.packetsRefused++;
    } catch (error) {
      this.#user.broke(describe(error));
    }
  }

  #takeRtp(bytes: Buffer, from: RemoteInfo): boolean {
    if (this.#stream === null) return false;
    const length = this.#srtp === null ? bytes.length : this.#srtp.receiver.unprotect(bytes, bytes.length);
    const packet = this.#packet;
    if (length < 0 || !parseRtp(bytes, length, packet)) return false;
    const clockRate = this.#user.clockRateOf(packet.payloadType);
    if (!this.#latch.accept(from, packet, clockRate !== undefined) || clockRate === undefined) return false;
    const nowMs = performance.now();
    this.#counters.packetsReceived++;
    this.#stats.receive(packet, nowMs, clockRate);
    this.#user.packetArrived(packet, bytes, nowMs);
    return true;
  }

  #takeRtcp(bytes: Buffer, from: RemoteInfo): boolean {
    if (this.#stream === null || !this.#latch.acceptRtcp(from)) return false;
    const length = this.#srtp === null ? bytes.length : this.#srtp.receiver.unprotectRtcp(bytes, bytes.length);
    const time = timeAt(performance.now());
    if (length < 0 || !this.#rtcp.receive(bytes, length, time)) return false;
    this.#user.reportArrived(time.atMs);
    return true;
  }

  get #remoteRollovers(): number {
    return this.#srtp?.receiver.rollovers ?? 0;
  }

  #reportNumbers(): void {
    const now = timeAt(performance.now());
    this.#reservedIndex = this.#sender.index + RESERVED;
    this.#toldRollovers = this.#remoteRollovers;
    const { ssrc, clockRate } = this.#sender;
    const timestamp = this.#sender.timestampAt(now.atMs);
    this.#user.numbersChanged({
      ssrc,
      index: this.#reservedIndex,
      timestamp,
      clockRate,
      at: now.wallMs,
      remoteRollovers: this.#toldRollovers,
    });
  }

  #send(length: number): void {
    const target = this.#latch.target;
    if (target === null) return;
    const whole = this.#srtp === null ? length : this.#srtp.sender.protect(this.#out, length);
    this.#counters.packetsSent++;
    this.#hasSent = true;
    this.#sockets.sendRtp(this.#out, whole, target);
  }

  #sendRtcp(length: number): void {
    const target = this.#latch.rtcpTarget;
    if (target === null) return;
    const whole = this.#srtp === null ? length : this.#srtp.sender.protectRtcp(this.#out, length);
    this.#hasSent = true;
    this.#sockets.sendRtcp(this.#out, whole, target, this.#stream?.remoteRtcp === null);
  }

  /** A direction whose key stays the same keeps its rollover counter (RFC 3711 §3.3.1). */
  #useKeys({ srtp }: AudioStream): string | null {
    const [before, pair] = [this.#keys, this.#srtp];
    this.#keys = srtp;
    this.#srtp = null;
    if (srtp === null) return null;
    const created = createSrtp(srtp, this.#resumed);
    // Keys that come later begin anew.
    this.#resumed = null;
    if (!created.ok) return created.problem;
    const isSameSuite = before?.suite === srtp.suite && pair !== null;
    this.#srtp = {
      sender: isSameSuite && before.local === srtp.local ? pair.sender : created.value.sender,
      receiver: isSameSuite && before.remote === srtp.remote ? pair.receiver : created.value.receiver,
    };
    return null;
  }
}

/** Port 0, or one that cannot be, means that nothing listens there. */
function usable(address: MediaAddress | null): MediaAddress | null {
  return address !== null && address.port > 0 && address.port < 65_536 ? address : null;
}

function timeAt(atMs: number): RtcpTime {
  return { atMs, wallMs: Date.now() };
}
