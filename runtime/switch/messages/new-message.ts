/** A message that is about to be kept, or sent by the switch itself: made from a MESSAGE, or from what a script says. */
import { toWire } from "../../base/text.ts";
import { withoutTag } from "../../sip/dialog/dialog.ts";
import { NameSet } from "../../sip/message/header-name.ts";
import type { HeaderField, SipRequest } from "../../sip/message/message.ts";
import { WAY_FIELDS } from "../../sip/message/way-fields.ts";

export interface NewMessage {
  /** Without tag, as on the wire. */
  readonly from: string;
  /** The user of ours who sends it, or `null`. */
  readonly sender: string | null;
  readonly contentType: string;
  /** JSON of header fields, `[name, value]` each. */
  readonly fields: string;
  readonly body: string;
  /** How long it is worth keeping; 0: not at all. */
  readonly keptSeconds: number | undefined;
}

/** What each hop writes anew, what is for the hop alone, and secrets. All else belongs to the message. */
const OF_THE_WAY = new NameSet([
  ...WAY_FIELDS,
  "authorization",
  "proxy-authorization",
  "proxy-require",
  "require",
  "supported",
  "allow",
  "user-agent",
  "expires",
  "timestamp",
]);
const MOST_DELTA_SECONDS = 2 ** 32 - 1;

export function messageOf(request: SipRequest, sender: string | null, now: number): NewMessage {
  const { headers, body } = request;
  const fields = headers.fieldsExcept(OF_THE_WAY);
  // RFC 3428 §5: whoever gets it late can tell when it was written.
  if (!headers.has("date")) fields.push(["Date", new Date(now).toUTCString()]);
  const expires = headers.get("expires")?.trim() ?? "";
  return {
    from: withoutTag(request.from.text),
    sender,
    contentType: headers.get("content-type") ?? "",
    fields: JSON.stringify(fields),
    body,
    keptSeconds: /^\d+$/.test(expires) ? Math.min(Number(expires), MOST_DELTA_SECONDS) : undefined,
  };
}

/** A text of our own. */
export interface OwnText {
  /** A name-addr as on the wire. */
  readonly from: string;
  /** Text, not octets. */
  readonly body: string;
  readonly contentType: string;
}

export function messageOfText({ from, body, contentType }: OwnText, now: number): NewMessage {
  const fields: HeaderField[] = [
    ["Content-Type", toWire(contentType)],
    ["Date", new Date(now).toUTCString()],
  ];
  return {
    from,
    sender: null,
    contentType: toWire(contentType),
    fields: JSON.stringify(fields),
    body: toWire(body),
    keptSeconds: undefined,
  };
}
