/**
 * The last that is left of a call: a caller who has not acknowledged the 2xx to the first INVITE. The BYE waits until the
 * ACK has come or the time for it has run out (RFC 3261 §15); until then the 2xx is sent again.
 */
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import type { Call } from "./call.ts";
import { sendBye } from "./hang-up.ts";

export class Farewell {
  readonly #call: Call;
  readonly #dialog: Dialog;
  readonly #fields: readonly HeaderField[];
  #isOver = false;

  constructor(call: Call, dialog: Dialog, fields: readonly HeaderField[]) {
    this.#call = call;
    this.#dialog = dialog;
    this.#fields = fields;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The ACK has come, or nobody waits for it any more. */
  say(): void {
    this.leave();
    sendBye(this.#call, this.#dialog, this.#fields);
  }

  /** The caller has hung up without an ACK. */
  leave(): void {
    this.#stopWaiting();
    this.#isOver = true;
  }

  #stopWaiting(): void {
    this.#call.caller.stopWaiting();
    this.#call.exchange.index.remove(this.#call);
  }
}
