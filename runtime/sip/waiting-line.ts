/** INVITEs that wait for their turn: first come, first served. */
import type { SipRequest } from "./message/message.ts";
import type { Flow } from "./transport/flow.ts";

export interface Waiting {
  readonly invite: SipRequest;
  readonly flow: Flow;
  readonly since: number;
}

export class WaitingLine {
  #waiting: Waiting[] = [];
  #first = 0;

  get length(): number {
    return this.#waiting.length - this.#first;
  }

  get head(): Waiting | undefined {
    return this.#waiting[this.#first];
  }

  push(waiting: Waiting): void {
    this.#waiting.push(waiting);
  }

  shift(): Waiting | undefined {
    const { head } = this;
    if (head === undefined) return undefined;
    this.#first++;
    // What has been served is not kept any longer than needed.
    if (this.#first * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return head;
  }

  /** Takes the one that came last. */
  pop(): Waiting | undefined {
    return this.length === 0 ? undefined : this.#waiting.pop();
  }

  take(fits: (waiting: Waiting) => boolean): Waiting | undefined {
    const index = this.#waiting.findIndex((waiting, place) => place >= this.#first && fits(waiting));
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }
}
