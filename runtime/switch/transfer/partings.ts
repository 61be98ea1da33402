/** The phones that have handed a call over and are not hung up yet. */
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Call } from "../call/call.ts";
import { isNamed } from "./dialogs.ts";
import { Parting } from "./parting.ts";

export class Partings {
  readonly #call: Call;
  readonly #open = new Set<Parting>();

  constructor(call: Call) {
    this.#call = call;
  }

  get dialogs(): readonly Dialog[] {
    return [...this.#open].map(({ dialog }) => dialog);
  }

  /** The phone of this dialog is to be hung up soon. */
  add(dialog: Dialog): Parting {
    const parting = new Parting(this.#call, dialog, () => {
      this.#open.delete(parting);
      this.#call.exchange.index.removeDialog(dialog);
    });
    this.#open.add(parting);
    return parting;
  }

  /** A request of such a phone; `false`: it is of nobody of the kind. */
  takes(transaction: ServerTransaction): boolean {
    const { callId, toTag = "", fromTag = "", method } = transaction.request;
    for (const parting of this.#open) {
      if (!isNamed(parting.dialog, { callId, toTag, fromTag })) continue;
      this.#call.exchange.stack.reply(transaction, method === "BYE" ? 200 : 481);
      if (method === "BYE") parting.left();
      return true;
    }
    return false;
  }

  /** The call is over. */
  hangUp(): void {
    for (const parting of [...this.#open]) parting.hangUp();
  }
}
