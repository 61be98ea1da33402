/**
 * Holds back what is sent in a turn until what has happened in it is written down: nobody is to hear of anything that a
 * crash could make us forget. What waits leaves in the order in which it was sent.
 */
import { TransportAround } from "./around.ts";
import type { Flow } from "./flow.ts";

export class HeldTransport extends TransportAround {
  #isHeld = false;
  #texts: string[] = [];
  #flows: Flow[] = [];

  /** From now on what is sent waits. */
  hold(): void {
    this.#isHeld = true;
  }

  /** What has waited leaves. */
  release(): void {
    this.#isHeld = false;
    if (this.#texts.length === 0) return;
    const [texts, flows] = [this.#texts, this.#flows];
    this.#texts = [];
    this.#flows = [];
    for (const [index, flow] of flows.entries()) this.inner.send(texts[index] ?? "", flow);
  }

  override send(text: string, flow: Flow): void {
    if (!this.#isHeld) {
      this.inner.send(text, flow);
      return;
    }
    this.#texts.push(text);
    this.#flows.push(flow);
  }

  /** What still waits leaves before. */
  override close(): Promise<void> {
    this.release();
    return super.close();
  }
}
