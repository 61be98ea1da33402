/**
 * How two endpoints hear each other. Each holds one end: what it hears goes in, what the other hears comes out. Two of one
 * worker share memory; `far-join.ts` is for those of two.
 */
import type { AudioFormat } from "../../../port/media.ts";
import type { RtpPacket } from "../rtp/packet.ts";

/** A frame of 20 ms: valid until the end of the tick. */
export interface HeardFrame {
  readonly samples: Int16Array;
  readonly rate: number;
}

/** What an end does with what comes. */
export interface JoinUser {
  /** Sends a packet as it is; `false`: it cannot, and wants frames. */
  pass(packet: RtpPacket, bytes: Uint8Array, format: AudioFormat, nowMs: number): boolean;
  pressKey(digit: string): void;
  /** The other side has left. */
  parted(): void;
}

export interface JoinEnd {
  /** What is heard here in this tick. */
  say(frame: HeardFrame | null): void;
  /** What the other side says in this tick. */
  take(): HeardFrame | null;
  /** Lets a packet pass to the other side; `false`: it wants frames. */
  pass(packet: RtpPacket, bytes: Uint8Array, format: AudioFormat, nowMs: number): boolean;
  pressKey(digit: string): void;
  /** Ends it for both. */
  leave(): void;
}

export function joinNear(one: JoinUser, other: JoinUser): readonly [JoinEnd, JoinEnd] {
  const left = new NearEnd(other);
  const right = new NearEnd(one);
  left.peer = right;
  right.peer = left;
  return [left, right];
}

class NearEnd implements JoinEnd {
  /** `null`: it is over. */
  peer: NearEnd | null = null;
  /** What is on its way to here. */
  #frame: HeardFrame | null = null;
  readonly #other: JoinUser;

  constructor(other: JoinUser) {
    this.#other = other;
  }

  say(frame: HeardFrame | null): void {
    if (this.peer !== null) this.peer.#frame = frame;
  }

  take(): HeardFrame | null {
    const frame = this.#frame;
    this.#frame = null;
    return frame;
  }

  pass(packet: RtpPacket, bytes: Uint8Array, format: AudioFormat, nowMs: number): boolean {
    return this.#other.pass(packet, bytes, format, nowMs);
  }

  pressKey(digit: string): void {
    this.#other.pressKey(digit);
  }

  leave(): void {
    if (this.peer === null) return;
    this.peer.peer = null;
    this.peer = null;
    this.#other.parted();
  }
}
