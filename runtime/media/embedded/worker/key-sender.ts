/**
 * Sends keys, one after the other: as events (RFC 4733) where the other side knows them when their turn comes, else as
 * tones in the audio. A request that asks for no key at all, or for too many, is over at once.
 */
import type { MediaTicket } from "../../../port/media.ts";
import { dtmfPattern } from "../dsp/dtmf-tone.ts";
import { ToneGenerator } from "../dsp/tone.ts";
import { DigitSender, type EventPacket, MAX_QUEUED_KEYS } from "../rtp/telephone-event.ts";
import { TICK_MS } from "./pace.ts";

/** The ticket of keys that a joined endpoint passes on, and of all but the last of a request: nobody waits for them. */
export const UNAWAITED: MediaTicket = Number.MIN_SAFE_INTEGER;
const NO_KEY = /[^0-9*#A-D]/g;

interface Key {
  readonly ticket: MediaTicket;
  readonly key: string;
}

interface SoundingKey extends Key {
  readonly generator: ToneGenerator;
  readonly frame: Int16Array;
}

export class KeySender {
  readonly #onSent: (ticket: MediaTicket) => void;
  readonly #waiting: Key[] = [];
  readonly #events = new DigitSender();
  #hasEvents = false;
  #tone: SoundingKey | null = null;

  constructor(onSent: (ticket: MediaTicket) => void) {
    this.#onSent = onSent;
  }

  /** `hasEvents`: whether the other side knows telephone-event. */
  connect(hasEvents: boolean): void {
    // What cannot be sent to its end any more is over.
    if (!hasEvents) for (const ticket of this.#events.clear()) this.#sent(ticket);
    this.#hasEvents = hasEvents;
  }

  /** Whether keys are being sent or wait. */
  get isBusy(): boolean {
    return this.#events.isBusy || this.#tone !== null || this.#waiting.length > 0;
  }

  queue(ticket: MediaTicket, digits: string): void {
    const keys = [...digits.toUpperCase().replace(NO_KEY, "")];
    if (keys.length === 0 || this.#waiting.length + keys.length > MAX_QUEUED_KEYS) {
      this.#sent(ticket);
      return;
    }
    keys.forEach((key, index) => {
      this.#waiting.push({ ticket: index === keys.length - 1 ? ticket : UNAWAITED, key });
    });
  }

  /** The packet to be sent in place of this tick's audio. */
  event(atMs: number, clockRate: number): EventPacket | null {
    if (!this.#hasEvents || this.#tone !== null) return null;
    if (!this.#events.isBusy) {
      const next = this.#waiting.shift();
      if (next === undefined) return null;
      this.#events.queue(next.ticket, next.key);
    }
    const packet = this.#events.tick(atMs, clockRate);
    if (packet !== null && packet.finished !== null) this.#sent(packet.finished);
    return packet;
  }

  /** The audio to be sent in this tick, valid until the next call. */
  tone(rate: number): Int16Array | null {
    const tone = this.#tone ?? this.#nextTone(rate);
    if (tone === null) return null;
    const isOtherRate = tone.frame.length !== (rate * TICK_MS) / 1000;
    if (!isOtherRate && tone.generator.fill(tone.frame) === tone.frame.length) return tone.frame;
    this.#tone = null;
    this.#sent(tone.ticket);
    return isOtherRate ? null : tone.frame;
  }

  #nextTone(rate: number): SoundingKey | null {
    if (this.#hasEvents) return null;
    const next = this.#waiting.shift();
    if (next === undefined) return null;
    const generator = new ToneGenerator(dtmfPattern(next.key), rate);
    this.#tone = { ...next, generator, frame: new Int16Array((rate * TICK_MS) / 1000) };
    return this.#tone;
  }

  #sent(ticket: MediaTicket): void {
    if (ticket !== UNAWAITED) this.#onSent(ticket);
  }
}
