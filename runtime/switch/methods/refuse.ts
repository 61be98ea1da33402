/** How a request outside of calls is refused: by the switch, or by what a script has decided. */
import type { Reject } from "../../../sdk/decisions.ts";
import { toWire } from "../../base/text.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Switch } from "../switch.ts";

export interface RequestRefusal {
  readonly status: number;
  readonly reason?: string | undefined;
  readonly fields?: readonly HeaderField[] | undefined;
}

export function refuse(
  sw: Switch,
  transaction: ServerTransaction,
  { status, reason, fields = [] }: RequestRefusal,
): void {
  const { stack } = sw.parts;
  stack.reply(transaction, status, { toTag: stack.mint.tag(), fields, ...(reason === undefined ? {} : { reason }) });
}

export function refusalOf({ code, reason, headers = {} }: Reject): RequestRefusal {
  const fields = Object.entries(headers).map(([name, value]): HeaderField => [name, toWire(value)]);
  return { status: code, ...(reason === undefined ? {} : { reason: toWire(reason) }), fields };
}
