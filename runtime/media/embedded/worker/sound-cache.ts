/** Short sounds that have been played, ready to be played again: prompts are the same for every caller. */

/** Longer ones are read from their file each time: two minutes at 8 kHz. */
export const MAX_SOUND_BYTES = 2 * 1024 * 1024;
export const MAX_CACHE_BYTES = 32 * 1024 * 1024;

export class SoundCache {
  /** The one used last is the last. */
  readonly #sounds = new Map<string, Int16Array>();
  #bytes = 0;

  get(key: string): Int16Array | undefined {
    const sound = this.#sounds.get(key);
    if (sound === undefined) return undefined;
    this.#sounds.delete(key);
    this.#sounds.set(key, sound);
    return sound;
  }

  /** Keeps a sound, and forgets those that were not played for the longest time. */
  put(key: string, sound: Int16Array): void {
    if (sound.byteLength > MAX_SOUND_BYTES || this.#sounds.has(key)) return;
    this.#sounds.set(key, sound);
    this.#bytes += sound.byteLength;
    for (const [oldest, { byteLength }] of this.#sounds) {
      if (this.#bytes <= MAX_CACHE_BYTES) break;
      this.#sounds.delete(oldest);
      this.#bytes -= byteLength;
    }
  }
}
