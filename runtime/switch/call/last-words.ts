/**
 * What a call says to those who are no part of it any more: BYE, and the refusal of its caller. Each is said again until it is
 * heard (RFC 3261 §17); a process that takes the place of this one meanwhile has to go on with that.
 */
import type { RequestUser } from "../../sip/client-request.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";

/** Of all calls together. Beyond it a restart may leave a caller without his refusal: only a flood leaves so many unheard. */
const MOST_REFUSALS = 1_000;

/** Refusals of all calls that have had no ACK yet. */
export interface OpenRefusals {
  refusals: number;
}

export class LastWords {
  /** Whose BYE has no answer yet. */
  #parting: readonly Dialog[] = [];
  #isRefusing = false;
  readonly #all: OpenRefusals;
  readonly #changed: () => void;

  /** `changed`: something has been heard, or is not said any more. */
  constructor(all: OpenRefusals, changed: () => void) {
    this.#all = all;
    this.#changed = changed;
  }

  get areHeard(): boolean {
    return !this.#isRefusing && this.#parting.length === 0;
  }

  /** Those whose BYE has no answer yet. */
  get dialogs(): readonly Dialog[] {
    return this.#parting;
  }

  /** The user of the BYE in a dialog, which is about to be sent. */
  bye(dialog: Dialog): RequestUser {
    this.#parting = [...this.#parting, dialog];
    const heard = (): void => {
      this.#parting = this.#parting.filter((other) => other !== dialog);
      this.#changed();
    };
    return {
      onResponse({ status }, request) {
        if (status < 200) return;
        // The transaction outlives the call.
        request.release();
        heard();
      },
      onFailure: heard,
    };
  }

  /** To be called once the refusal that is about to be sent has had its ACK. */
  refusal(): (() => void) | undefined {
    if (this.#all.refusals >= MOST_REFUSALS) return undefined;
    this.#all.refusals++;
    this.#isRefusing = true;
    return () => {
      this.#all.refusals--;
      this.#isRefusing = false;
      this.#changed();
    };
  }
}
