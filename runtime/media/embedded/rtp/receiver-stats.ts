/**
 * What has come of a stream (RFC 3550 appendix A.1, A.3, A.8): sequence numbers across their wraps, losses, and jitter. A
 * source counts from its second packet in sequence on; another source begins anew, with the sums of all kept.
 */
import type { RtpPacket } from "./packet.ts";

/** RFC 3550 A.1: a step forward that loss explains, and one backward that reordering does. */
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
const WRAP = 0x10000;
/** RFC 3550 §6.4.1: the sum of losses has 24 bits and a sign. */
const MAX_LOST = 0x7fffff;
const MIN_LOST = -0x800000;

/** What a report says of a source (RFC 3550 §6.4.1), but for the times of its own reports. */
export interface Reception {
  readonly ssrc: number;
  /** Of 256, since the report before. */
  readonly fractionLost: number;
  readonly lost: number;
  /** With the wraps in its upper half. */
  readonly highestSequence: number;
  /** In units of the timestamp. */
  readonly jitter: number;
}

export class ReceiverStats {
  #state: "none" | "probation" | "valid" = "none";
  #ssrc = 0;
  #cycles = 0;
  #highest = 0;
  #base = 0;
  #received = 0;
  /** The number that proves a new source, or that a known one counts anew. */
  #awaited = -1;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #jitter = 0;
  #clockRate = 0;
  /** Arrival minus timestamp of the last packet, in units of the timestamp; `NaN` before. */
  #transit = Number.NaN;
  #pastReceived = 0;
  #pastLost = 0;

  /** `clockRate` `null`: a packet whose timestamp does not say when it was sent (telephone-event). */
  receive(packet: RtpPacket, arrivalMs: number, clockRate: number | null): void {
    if (this.#state === "none" || packet.ssrc !== this.#ssrc) this.#begin(packet);
    if (this.#count(packet.sequence) && clockRate !== null) this.#measure(packet.timestamp, arrivalMs, clockRate);
  }

  /** Over all sources so far. */
  get received(): number {
    return this.#pastReceived + this.#received;
  }

  /** Over all sources so far; what came twice counts against it. */
  get lost(): number {
    return Math.max(0, this.#pastLost + this.#lostNow());
  }

  get jitterMs(): number {
    return this.#clockRate === 0 ? 0 : (this.#jitter * 1000) / this.#clockRate;
  }

  /** What a report says of the source now, or `null` while there is none. Begins the next interval. */
  report(): Reception | null {
    if (this.#state !== "valid") return null;
    const expected = this.#expected();
    const expectedSince = expected - this.#expectedBefore;
    const lostSince = expectedSince - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    const isLossless = expectedSince <= 0 || lostSince <= 0;
    return {
      ssrc: this.#ssrc,
      fractionLost: isLossless ? 0 : Math.min(255, Math.floor((lostSince * 256) / expectedSince)),
      lost: Math.max(MIN_LOST, Math.min(MAX_LOST, this.#lostNow())),
      highestSequence: (this.#cycles + this.#highest) >>> 0,
      jitter: Math.floor(this.#jitter) >>> 0,
    };
  }

  #begin(packet: RtpPacket): void {
    this.#keepSums();
    this.#state = "probation";
    this.#ssrc = packet.ssrc;
    this.#received = 0;
    this.#awaited = packet.sequence;
    this.#jitter = 0;
    this.#transit = Number.NaN;
  }

  /** Whether the packet is part of the stream (RFC 3550 A.1). */
  #count(sequence: number): boolean {
    if (this.#state === "probation") return this.#prove(sequence);
    const step = (sequence - this.#highest) & 0xffff;
    if (step < MAX_DROPOUT) {
      if (sequence < this.#highest) this.#cycles += WRAP;
      this.#highest = sequence;
    } else if (step <= WRAP - MAX_MISORDER) {
      // Two packets in sequence after a great leap: the other side has begun anew without saying so.
      if (sequence !== this.#awaited) {
        this.#awaited = (sequence + 1) & 0xffff;
        return false;
      }
      this.#keepSums();
      this.#start(sequence);
    }
    this.#received++;
    return true;
  }

  #prove(sequence: number): boolean {
    const isFirst = this.#received === 0;
    this.#received = 1;
    const isNext = sequence === this.#awaited;
    this.#awaited = (sequence + 1) & 0xffff;
    if (isFirst || !isNext) return false;
    this.#state = "valid";
    this.#start((sequence - 1) & 0xffff);
    this.#highest = sequence;
    if (sequence === 0) this.#cycles = WRAP;
    this.#received = 2;
    return true;
  }

  #start(sequence: number): void {
    this.#base = sequence;
    this.#highest = sequence;
    this.#cycles = 0;
    this.#received = 0;
    this.#awaited = -1;
    this.#expectedBefore = 0;
    this.#receivedBefore = 0;
  }

  /** RFC 3550 A.8: a sixteenth of each change goes in. */
  #measure(timestamp: number, arrivalMs: number, clockRate: number): void {
    if (clockRate !== this.#clockRate) {
      this.#clockRate = clockRate;
      this.#jitter = 0;
      this.#transit = Number.NaN;
    }
    const arrival = Math.round((arrivalMs * clockRate) / 1000);
    const transit = (arrival - timestamp) | 0;
    const change = Math.abs((transit - this.#transit) | 0);
    const isFirst = Number.isNaN(this.#transit);
    this.#transit = transit;
    if (!isFirst) this.#jitter += (change - this.#jitter) / 16;
  }

  #expected(): number {
    return this.#cycles + this.#highest - this.#base + 1;
  }

  #lostNow(): number {
    return this.#state === "valid" ? this.#expected() - this.#received : 0;
  }

  #keepSums(): void {
    this.#pastLost += this.#lostNow();
    this.#pastReceived += this.#received;
  }
}
