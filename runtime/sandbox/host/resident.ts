/**
 * Who takes memory that no heap counts, such as the formats and orders of `Intl`. All that can be seen is what the whole
 * process holds, and a look at it costs as much as a short event. So nothing is measured while the process is small; then
 * one entry in 16, by chance, and each entry of a version whose last one took long.
 */

const BYTES_PER_MB = 1024 * 1024;
/** Of the limit of the process. */
const LARGE_SHARE = 0.5;
const ENTRIES_PER_LOOK = 64;
const ENTRIES_PER_SAMPLE = 16;

/** What was held before an entry, and for how many entries that one stands. */
export interface Sample {
  readonly bytes: number;
  readonly weight: number;
}

export class ResidentWatch {
  readonly #largeBytes: number;
  #isLarge = false;
  #entries = 0;

  constructor(hostMemoryMB: number) {
    this.#largeBytes = hostMemoryMB * BYTES_PER_MB * LARGE_SHARE;
  }

  /** Before an entry; `null` where it is not measured. */
  begin(wasSlow: boolean): Sample | null {
    if (!this.#isLarge) return null;
    if (wasSlow) return { bytes: process.memoryUsage.rss(), weight: 1 };
    if (Math.random() * ENTRIES_PER_SAMPLE >= 1) return null;
    return { bytes: process.memoryUsage.rss(), weight: ENTRIES_PER_SAMPLE };
  }

  /** After it: the bytes that it and those it stands for have added to the process. */
  end(sample: Sample | null, isSlow: boolean): number {
    if (sample !== null) return (process.memoryUsage.rss() - sample.bytes) * sample.weight;
    if (++this.#entries % ENTRIES_PER_LOOK === 0 || isSlow) {
      this.#isLarge = process.memoryUsage.rss() > this.#largeBytes;
    }
    return 0;
  }
}
