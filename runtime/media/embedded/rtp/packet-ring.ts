/** The memory of the jitter buffer: copies of packets by their extended sequence number, in room that is made once. */

/** Packets that are held at most: 640 ms of those of 10 ms. A power of two. */
export const SLOTS = 64;

export class RingSlot {
  readonly type = "packet";
  /** Extended by its wraps; -1: nothing is here. */
  sequence = -1;
  /** The number of the last packet that was played from here. */
  played = -1;
  timestampMs = 0;
  arrivalMs = 0;
  payloadType = 0;
  isSurplus = false;
  payload: Uint8Array;
  readonly #room: Uint8Array;

  constructor(bytes: number) {
    this.#room = new Uint8Array(bytes);
    this.payload = this.#room;
  }

  copy(bytes: Uint8Array, start: number, end: number): void {
    const room = this.#room;
    for (let from = start, to = 0; from < end; from++, to++) room[to] = bytes[from] ?? 0;
    // Packets of a stream are of one length: the view is made anew when that changes, and seldom else.
    if (this.payload.length !== end - start) this.payload = room.subarray(0, end - start);
  }
}

export class PacketRing {
  /** Packets up to this number have been played or given up. */
  consumed = 0;
  #size = 0;
  readonly #slots: RingSlot[] = [];

  constructor(maxPayloadBytes: number) {
    for (let i = 0; i < SLOTS; i++) this.#slots.push(new RingSlot(maxPayloadBytes));
  }

  /** Packets that wait. */
  get size(): number {
    return this.#size;
  }

  /** Empties the ring; numbers up to `consumed` are over. */
  clear(consumed: number): void {
    for (const slot of this.#slots) {
      slot.sequence = -1;
      slot.played = -1;
    }
    this.#size = 0;
    this.consumed = consumed;
  }

  /** Whether the packet of this number is here, or was played lately. */
  has(sequence: number): boolean {
    const slot = this.#slotOf(sequence);
    return slot.sequence === sequence || slot.played === sequence;
  }

  /** The slot for a number above `consumed` that is not here, to be filled. The oldest packets give way to it. */
  claim(sequence: number): RingSlot {
    if (sequence > this.consumed + SLOTS) this.#giveUpTo(sequence - SLOTS);
    const slot = this.#slotOf(sequence);
    slot.sequence = sequence;
    this.#size++;
    return slot;
  }

  oldest(): RingSlot | null {
    if (this.#size === 0) return null;
    for (let step = 1; step <= SLOTS; step++) {
      const slot = this.#slotOf(this.consumed + step);
      if (slot.sequence === this.consumed + step) return slot;
    }
    return null;
  }

  /** The packet is played or given up; what it holds stays until the slot is claimed. */
  consume(slot: RingSlot): void {
    this.consumed = slot.sequence;
    slot.played = slot.sequence;
    slot.sequence = -1;
    this.#size--;
  }

  #giveUpTo(sequence: number): void {
    for (const slot of this.#slots) {
      if (slot.sequence < 0 || slot.sequence > sequence) continue;
      slot.sequence = -1;
      this.#size--;
    }
    this.consumed = sequence;
  }

  #slotOf(sequence: number): RingSlot {
    const slot = this.#slots[sequence & (SLOTS - 1)];
    if (slot === undefined) throw new RangeError(`no slot for sequence number ${sequence}`);
    return slot;
  }
}
