/**
 * A phone that has handed its call over: it is hung up once it has heard how the transfer went, unless it is faster
 * (RFC 5589 §6.1). Until then its dialog is with the call, and what it still says is answered.
 */
import type { Timer, TimerOwner } from "../../base/clock.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import type { Call } from "../call/call.ts";
import { sendBye } from "../call/hang-up.ts";

/** A phone that does not answer the NOTIFY is not waited for longer. */
const PATIENCE_MS = 2_000;
const TRANSFERRED: readonly HeaderField[] = [["Reason", 'SIP;cause=200;text="Transferred"']];

export class Parting implements TimerOwner {
  readonly dialog: Dialog;
  readonly #call: Call;
  readonly #gone: (parting: Parting) => void;
  readonly #timer: Timer;
  #isOver = false;

  constructor(call: Call, dialog: Dialog, gone: (parting: Parting) => void) {
    this.#call = call;
    this.dialog = dialog;
    this.#gone = gone;
    this.#timer = call.startTimer(PATIENCE_MS, this, "parting");
  }

  /** It has heard all there is to hear. */
  hangUp(): void {
    if (this.#isOver) return;
    sendBye(this.#call, this.dialog, TRANSFERRED);
    this.#end();
  }

  /** It has hung up by itself. */
  left(): void {
    if (!this.#isOver) this.#end();
  }

  expire(): void {
    this.hangUp();
  }

  #end(): void {
    this.#isOver = true;
    this.#timer.cancel();
    this.#gone(this);
  }
}
