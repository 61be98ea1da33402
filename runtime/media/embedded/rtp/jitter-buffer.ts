/**
 * Evens out the network: packets go in as they come, and come out in order, each at most once, when their time is there.
 * A timestamp is played `targetMs` later than the fastest packets would allow, so neither losses nor pauses need a rule of
 * their own. What is pulled goes into a FIFO of PCM: the endpoint pulls until that has enough for its next 20 ms, so
 * packets may be of any length. The delay grows by concealment when packets come too late, and shrinks in pauses.
 */
import { DelayEstimate } from "./delay-estimate.ts";
import type { RtpPacket } from "./packet.ts";
import { PacketRing, type RingSlot } from "./packet-ring.ts";
import { StreamOrder } from "./stream-order.ts";

/** What is to be heard next. */
export type Playout = PlayoutPacket | PlayoutLost | PlayoutEmpty;

export interface PlayoutPacket {
  readonly type: "packet";
  readonly payloadType: number;
  /** Valid until the next `push`. */
  readonly payload: Uint8Array;
  /** More waits than need be: where this packet turns out to be silence, leave it out and pull again. */
  readonly isSurplus: boolean;
}

/** Something is missing: conceal that much, then pull again if it does not suffice. Valid until the next `pull`. */
export interface PlayoutLost {
  readonly type: "lost";
  readonly ms: number;
}

/** Nothing is to be heard: fill the rest of this tick with silence, and pull again in the next. */
export interface PlayoutEmpty {
  readonly type: "empty";
}

export type PushOutcome = "kept" | "duplicate" | "late" | "too-big" | "unproven";

/** 60 ms of G.711 or G.722. */
export const DEFAULT_PAYLOAD_BYTES = 512;
/** A packet that would be played later than this gives way, whoever speaks. */
export const MAX_DELAY_MS = 300;
/** What is concealed in a row before it is silence. */
export const MAX_CONCEALED_MS = 60;
/** By how much the first packets of a stream may exceed the target: a tick, and one more. */
const FIRST_SLACK_MS = 40;
/** Packets from before the first that came are awaited so far back. */
const FIRST_REORDER = 8;
/** Timestamps that differ by less are the same moment. */
const TOLERANCE_MS = 5;
/** Lengths of packets that are believed, and what is assumed until one is known. */
const MIN_PACKET_MS = 5;
const MAX_PACKET_MS = 120;
const USUAL_PACKET_MS = 20;

const EMPTY: PlayoutEmpty = { type: "empty" };

export class JitterBuffer {
  readonly #ring: PacketRing;
  readonly #order: StreamOrder;
  readonly #estimate = new DelayEstimate();
  readonly #maxPayloadBytes: number;
  readonly #lost: { readonly type: "lost"; ms: number } = { type: "lost", ms: 0 };
  readonly #now: { baseMs: number; isIdle: boolean } = { baseMs: 0, isIdle: true };
  /** `waiting`: for the time of the oldest packet, or for any. */
  #state: "waiting" | "playing" = "waiting";
  /** Whether nothing of this stream was played yet. */
  #isFirst = true;
  /** Where, on the scale of timestamps, what is pulled next begins. */
  #nextMs = 0;
  /** Of a packet; 0: not known yet. */
  #packetMs = 0;
  /** What the last packet's length seemed to be. */
  #seenMs = 0;
  #concealedMs = 0;

  constructor(clockRate: number, maxPayloadBytes = DEFAULT_PAYLOAD_BYTES) {
    this.#order = new StreamOrder(clockRate);
    this.#ring = new PacketRing(maxPayloadBytes);
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  /** Takes a packet of audio (or comfort noise) that came at `arrivalMs`; copies its payload. */
  push(packet: RtpPacket, bytes: Uint8Array, arrivalMs: number): PushOutcome {
    if (packet.payloadEnd - packet.payloadStart > this.#maxPayloadBytes) return "too-big";
    const order = this.#order;
    this.#now.baseMs = this.#estimate.baseMs;
    this.#now.isIdle = this.#ring.size === 0 && this.#state === "waiting";
    const place = order.place(packet, arrivalMs, this.#now);
    if (place === "unproven") return place;
    if (place === "begins") this.#begin();
    // What comes twice says nothing of how slow the network is.
    if (this.#ring.has(order.sequence)) return "duplicate";
    this.#estimate.observe(order.transitMs);
    if (order.sequence <= this.#ring.consumed) return "late";
    const slot = this.#ring.claim(order.sequence);
    slot.timestampMs = order.timestampMs;
    slot.arrivalMs = arrivalMs;
    slot.payloadType = packet.payloadType;
    slot.copy(bytes, packet.payloadStart, packet.payloadEnd);
    if (order.sequence > order.highest) this.#advance(packet);
    return "kept";
  }

  /** `nowMs`: when this tick should be, on the clock of `arrivalMs`. */
  pull(nowMs: number): Playout {
    // Each round returns, gives up a packet, turns from playing to waiting, or measures anew what just came: so this ends.
    for (;;) {
      const slot = this.#ring.oldest();
      if (slot === null) return this.#starve();
      const delayMs = nowMs - slot.timestampMs - this.#estimate.baseMs;
      const playout = this.#state === "playing" ? this.#goOn(slot, delayMs) : this.#resume(slot, delayMs, nowMs);
      if (playout !== null) return playout;
    }
  }

  /** Forgets the stream: the clock rate may have changed. */
  restart(clockRate: number): void {
    this.#order.restart(clockRate);
    this.#ring.clear(0);
    this.#state = "waiting";
  }

  /** How much later than the fastest packets one is played. */
  get targetMs(): number {
    return this.#estimate.targetMs;
  }

  /** Packets that wait. */
  get size(): number {
    return this.#ring.size;
  }

  #begin(): void {
    this.#ring.clear(this.#order.sequence - 1 - FIRST_REORDER);
    this.#estimate.begin(this.#order.transitMs);
    this.#state = "waiting";
    this.#isFirst = true;
    this.#packetMs = 0;
    this.#seenMs = 0;
    this.#concealedMs = 0;
  }

  /** Takes the packet as the newest, and learns from the one before how long packets are. */
  #advance(packet: RtpPacket): void {
    const order = this.#order;
    if (order.sequence === order.highest + 1) {
      const ms = order.timestampMs - order.highestMs;
      // A pause looks like one long packet: only two of a length in a row change what is known.
      const isLength = ms >= MIN_PACKET_MS && ms <= MAX_PACKET_MS;
      if (isLength && (this.#packetMs === 0 || Math.abs(ms - this.#seenMs) < 1)) this.#packetMs = ms;
      this.#seenMs = ms;
    }
    order.advance(packet);
  }

  /** In the midst of a talkspurt: what is due, a concealment for it, or `null`: ask again. */
  #goOn(slot: RingSlot, delayMs: number): Playout | null {
    const gapMs = slot.timestampMs - this.#nextMs;
    if (gapMs > TOLERANCE_MS) {
      // RFC 3551 §4.1: nothing is missing before it, so the other side was silent.
      if (slot.sequence === this.#ring.consumed + 1) return this.#wait();
      // Where the network has become slower, what is concealed is not skipped: it may come yet.
      const isStretched = delayMs + gapMs < this.#estimate.targetMs - this.#knownPacketMs;
      return this.#conceal(Math.min(gapMs, this.#knownPacketMs), isStretched);
    }
    // What was concealed and comes after all is played: so the delay grows to what the network needs.
    if (delayMs <= MAX_DELAY_MS) return this.#play(slot, delayMs);
    this.#ring.consume(slot);
    return null;
  }

  /** After silence: the oldest packet when its time has come. */
  #resume(slot: RingSlot, delayMs: number, nowMs: number): Playout | null {
    const { targetMs } = this.#estimate;
    if (delayMs < targetMs) return EMPTY;
    const limitMs = this.#isFirst ? targetMs + FIRST_SLACK_MS : MAX_DELAY_MS;
    if (delayMs <= limitMs) return this.#play(slot, delayMs);
    const isNewest = slot.sequence === this.#order.highest;
    // Even the newest, just come, is too late: the way has become longer, and all that follow will be as late.
    if (isNewest && nowMs - slot.arrivalMs <= limitMs) this.#estimate.rebase(slot.arrivalMs - slot.timestampMs);
    else this.#ring.consume(slot);
    return null;
  }

  #starve(): Playout {
    if (this.#state === "waiting") return EMPTY;
    return this.#conceal(this.#knownPacketMs, false) ?? EMPTY;
  }

  #play(slot: RingSlot, delayMs: number): PlayoutPacket {
    this.#ring.consume(slot);
    this.#state = "playing";
    this.#isFirst = false;
    this.#concealedMs = 0;
    this.#nextMs = slot.timestampMs + this.#knownPacketMs;
    slot.isSurplus = delayMs - this.#knownPacketMs >= this.#estimate.targetMs;
    return slot;
  }

  #conceal(ms: number, isStretched: boolean): PlayoutLost | null {
    if (this.#concealedMs >= MAX_CONCEALED_MS) return this.#wait();
    this.#concealedMs += ms;
    if (!isStretched) this.#nextMs += ms;
    this.#lost.ms = ms;
    return this.#lost;
  }

  #wait(): null {
    this.#state = "waiting";
    return null;
  }

  get #knownPacketMs(): number {
    return this.#packetMs === 0 ? USUAL_PACKET_MS : this.#packetMs;
  }
}
