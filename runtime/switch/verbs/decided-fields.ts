/** Header fields of a decision, ready for the wire. */
import type { HeaderFields } from "../../../sdk/decisions.ts";
import { toWire } from "../../base/text.ts";
import type { HeaderField } from "../../sip/message/message.ts";

export function decidedFields(headers: HeaderFields | undefined): HeaderField[] {
  if (headers === undefined) return [];
  return Object.entries(headers).map(([name, value]): HeaderField => [name, toWire(value)]);
}
