/**
 * Keys in RTP (RFC 4733): a sender that makes one event packet each tick, and a receiver that tells each key once, however
 * many of its packets are lost, doubled or late. Events other than the sixteen keys are let alone.
 */
import type { MediaTicket } from "../../../port/media.ts";
import { octet, type RtpPacket, uint16 } from "./packet.ts";

/** The codes of RFC 4733 §3.2, in order. */
const KEYS = "0123456789*#ABCD";
/** How long a key is held, and the silence behind it: telephone networks want 40 ms of each at least. */
export const KEY_MS = 100;
export const PAUSE_MS = 100;
/** RFC 4733 §2.5.1.4: the last packet is sent three times. */
const END_PACKETS = 3;
/** Keys that wait to be sent. */
export const MAX_QUEUED_KEYS = 256;
const TICK_MS = 20;
/** -10 dBm0, as loud as a telephone's own. */
const VOLUME = 10;
const END_BIT = 0x80;
const PAYLOAD_BYTES = 4;
const MAX_DURATION = 0xffff;
/** How much before that a sender may begin the next segment: a packet of 60 ms at 48 kHz. */
const MAX_SEGMENT_SLACK = 2880;
/** An event without an end is over when nothing of it has come for so long: three packets of 50 ms. */
export const EVENT_TIMEOUT_MS = 150;
/** No network delays a packet by more: what still looks old then is a sender whose timestamps began anew. */
const MAX_STRAGGLE_MS = 1000;

/** An event packet to be sent in place of this tick's audio: valid until the next tick. */
export interface EventPacket {
  readonly marker: boolean;
  /** When the event began, in the endpoint's time. */
  readonly atMs: number;
  readonly payload: Uint8Array;
  /** The digits of this ticket are out with this packet. */
  readonly finished: MediaTicket | null;
}

interface QueuedKey {
  readonly ticket: MediaTicket;
  readonly code: number;
  readonly isLast: boolean;
}

export class DigitSender {
  readonly #queue: QueuedKey[] = [];
  readonly #payload = new Uint8Array(PAYLOAD_BYTES);
  /** The key being sent, from its first tick to its last end packet. */
  #current: { readonly key: QueuedKey; readonly atMs: number; ticks: number } | null = null;
  #silentUntilMs = Number.NEGATIVE_INFINITY;

  /** Queues the keys among `digits`; `false`: there is none, or too much waits: nothing is sent for this ticket. */
  queue(ticket: MediaTicket, digits: string): boolean {
    const codes = [...digits.toUpperCase()].map((digit) => KEYS.indexOf(digit)).filter((code) => code >= 0);
    if (codes.length === 0 || this.#queue.length + codes.length > MAX_QUEUED_KEYS) return false;
    codes.forEach((code, index) => {
      this.#queue.push({ ticket, code, isLast: index === codes.length - 1 });
    });
    return true;
  }

  /** Once each 20 ms, at `atMs` of the endpoint's time; `null`: audio may be sent. */
  tick(atMs: number, clockRate: number): EventPacket | null {
    if (this.#current === null) {
      const key = atMs < this.#silentUntilMs ? undefined : this.#queue.shift();
      if (key === undefined) return null;
      this.#current = { key, atMs, ticks: 0 };
    }
    const current = this.#current;
    const { key } = current;
    current.ticks++;
    const heldMs = Math.min(current.ticks * TICK_MS, KEY_MS);
    const endPackets = current.ticks - KEY_MS / TICK_MS + 1;
    this.#fill(key.code, endPackets > 0, (heldMs * clockRate) / 1000);
    const isOver = endPackets === END_PACKETS;
    if (isOver) {
      this.#current = null;
      this.#silentUntilMs = current.atMs + KEY_MS + PAUSE_MS;
    }
    return {
      marker: current.ticks === 1,
      atMs: current.atMs,
      payload: this.#payload,
      finished: isOver && key.isLast ? key.ticket : null,
    };
  }

  /** Gives up all that is not out yet; returns its tickets. */
  clear(): MediaTicket[] {
    const given = this.#current === null ? this.#queue : [this.#current.key, ...this.#queue];
    const tickets = new Set(given.map((key) => key.ticket));
    this.#queue.length = 0;
    this.#current = null;
    return [...tickets];
  }

  /** Whether keys are being sent or wait. */
  get isBusy(): boolean {
    return this.#current !== null || this.#queue.length > 0;
  }

  #fill(code: number, isEnd: boolean, duration: number): void {
    this.#payload[0] = code;
    this.#payload[1] = (isEnd ? END_BIT : 0) | VOLUME;
    this.#payload[2] = duration >>> 8;
    this.#payload[3] = duration;
  }
}

interface ReceivedEvent {
  readonly ssrc: number;
  readonly timestamp: number;
  readonly code: number;
  duration: number;
  isEnded: boolean;
  lastMs: number;
}

export class DigitReceiver {
  #event: ReceivedEvent | null = null;

  /** The key that has begun with this packet, or `null`: known already, or no key. */
  receive(packet: RtpPacket, bytes: Uint8Array, nowMs: number): string | null {
    const at = packet.payloadStart;
    if (packet.payloadEnd - at < PAYLOAD_BYTES) return null;
    const code = octet(bytes, at);
    const isEnd = (octet(bytes, at + 1) & END_BIT) !== 0;
    const duration = uint16(bytes, at + 2);
    const event = this.#event;
    const relation = event === null ? "new" : relationTo(event, packet, code, nowMs);
    if (relation === "straggler") return null;
    if (event !== null && relation === "same") {
      event.duration = Math.max(event.duration, duration);
      event.isEnded ||= isEnd;
      event.lastMs = nowMs;
      return null;
    }
    const { ssrc, timestamp } = packet;
    this.#event = { ssrc, timestamp, code, duration, isEnded: isEnd, lastMs: nowMs };
    return relation === "new" ? (KEYS[code] ?? null) : null;
  }

  /** Whether a key is held down. */
  isActive(nowMs: number): boolean {
    const event = this.#event;
    return event !== null && !event.isEnded && nowMs - event.lastMs < EVENT_TIMEOUT_MS;
  }
}

/** What a packet is to the event before it (RFC 3550's timestamps wrap, so they are compared by their difference). */
function relationTo(
  event: ReceivedEvent,
  packet: RtpPacket,
  code: number,
  nowMs: number,
): "same" | "segment" | "straggler" | "new" {
  if (packet.ssrc !== event.ssrc) return "new";
  const later = (packet.timestamp - event.timestamp) | 0;
  const isRecent = nowMs - event.lastMs < MAX_STRAGGLE_MS;
  if (later === 0) return code === event.code && (isRecent || !event.isEnded) ? "same" : "new";
  if (later < 0) return isRecent ? "straggler" : "new";
  // RFC 4733 §2.5.1.3: what is held longer than its duration can say goes on as a new segment behind the full one.
  const isBehindFull = later <= MAX_DURATION && later >= MAX_DURATION - MAX_SEGMENT_SLACK;
  return isBehindFull && code === event.code && !event.isEnded && !packet.marker ? "segment" : "new";
}
