/**
 * Gives the packets of a stream numbers and timestamps that do not wrap, and finds out when a stream begins anew: another
 * source, or a step that no network explains (RFC 3550 A.1). One odd packet is not believed; two that agree are.
 */
import type { RtpPacket } from "./packet.ts";

/** RFC 3550 A.1: larger steps of the sequence are a new beginning. */
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
/** A timestamp that is off by more was not made by the clock of those before. */
const MAX_JUMP_MS = 1000;
const WRAP = 0x10000;

/** `unproven`: unlike all before, so the next one must agree with it. */
export type Place = "known" | "begins" | "unproven";

export class StreamOrder {
  /** Of the packet that was placed last. */
  sequence = 0;
  timestampMs = 0;
  transitMs = 0;
  /** The highest number so far, and the timestamp that came with it. */
  highest = 0;
  highestMs = 0;
  #timestamp = 0;
  #ssrc: number | null = null;
  #msPerUnit: number;
  #candidateSsrc = 0;
  /** The number that proves the candidate; -1: there is none. */
  #awaited = -1;

  constructor(clockRate: number) {
    this.#msPerUnit = 1000 / clockRate;
  }

  restart(clockRate: number): void {
    this.#msPerUnit = 1000 / clockRate;
    this.#ssrc = null;
    this.#awaited = -1;
  }

  /** `baseMs`: the least transit time so far. `isIdle`: a new stream has nothing to disturb, and begins without proof. */
  place(packet: RtpPacket, arrivalMs: number, now: { readonly baseMs: number; readonly isIdle: boolean }): Place {
    const step = ((packet.sequence - this.highest) << 16) >> 16;
    const timestamp = this.#timestamp + ((packet.timestamp - this.#timestamp) | 0);
    const timestampMs = timestamp * this.#msPerUnit;
    const transitMs = arrivalMs - timestampMs;
    const isKnown =
      packet.ssrc === this.#ssrc &&
      step <= MAX_DROPOUT &&
      step >= -MAX_MISORDER &&
      Math.abs(transitMs - now.baseMs) <= MAX_JUMP_MS;
    if (!isKnown) return now.isIdle || this.#isProven(packet) ? this.#begin(packet, arrivalMs) : "unproven";
    this.#awaited = -1;
    this.sequence = this.highest + step;
    this.timestampMs = timestampMs;
    this.transitMs = transitMs;
    return "known";
  }

  /** The packet that was placed last is the newest. */
  advance(packet: RtpPacket): void {
    this.highest = this.sequence;
    this.highestMs = this.timestampMs;
    this.#timestamp += (packet.timestamp - this.#timestamp) | 0;
  }

  #isProven(packet: RtpPacket): boolean {
    const isNext = packet.sequence === this.#awaited && packet.ssrc === this.#candidateSsrc;
    this.#candidateSsrc = packet.ssrc;
    this.#awaited = (packet.sequence + 1) & 0xffff;
    return isNext;
  }

  #begin(packet: RtpPacket, arrivalMs: number): Place {
    this.#ssrc = packet.ssrc;
    this.#awaited = -1;
    // One wrap ahead, so that packets from before the first one have numbers above zero too.
    this.sequence = packet.sequence + WRAP;
    this.#timestamp = packet.timestamp;
    this.timestampMs = packet.timestamp * this.#msPerUnit;
    this.transitMs = arrivalMs - this.timestampMs;
    this.highest = this.sequence;
    this.highestMs = this.timestampMs;
    return "begins";
  }
}
