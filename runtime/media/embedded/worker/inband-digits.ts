/** Keys in the audio, until the other side turns out to send them by RFC 4733: then they would be told twice. */
import { DtmfDetector } from "../dsp/dtmf-detector.ts";

export class InbandDigits {
  #detector: DtmfDetector | null = null;
  #rate = 0;
  #isOff = false;

  /** The keys that have begun in this frame, mostly none. */
  find(samples: Int16Array, rate: number): string {
    if (this.#isOff) return "";
    if (this.#detector === null || rate !== this.#rate) {
      this.#detector = new DtmfDetector(rate);
      this.#rate = rate;
    }
    return this.#detector.feed(samples);
  }

  turnOff(): void {
    this.#isOff = true;
  }
}
