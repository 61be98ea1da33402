/** A REGISTER as a script sees it (`sdk/register-events.ts`). */
import type { AskedContact, RegisterEvent } from "../../../sdk/register-events.ts";
import { toText } from "../../base/text.ts";
import { parseContacts } from "../../sip/message/header/contact.ts";
import type { NameAddr } from "../../sip/message/header/name-addr.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import { requestEvent } from "../requests/request-event.ts";
import type { Aor } from "./registrar-options.ts";

/** More than these no registrar takes from one request. */
const MOST_CONTACTS = 20;

export function registerEvent(
  request: SipRequest,
  { id, aor, flow }: { readonly id: string; readonly aor: Aor; readonly flow: Flow },
): RegisterEvent {
  const userAgent = request.headers.get("user-agent");
  return {
    type: "register",
    ...requestEvent({ request, flow }, { id, user: aor.user, domain: aor.domain }),
    user: aor.user,
    contacts: contactsOf(request),
    userAgent: userAgent === undefined ? null : toText(userAgent),
  };
}

/** What cannot be read is refused by the registrar. */
function contactsOf(request: SipRequest): readonly AskedContact[] {
  const expires = request.headers.get("expires");
  const contacts = parseContacts(request.headers.all("contact")) ?? [];
  if (contacts === "*") return [{ uri: "*", expiresSeconds: secondsOf(expires), instance: null }];
  return contacts.slice(0, MOST_CONTACTS).map(({ uri, params }: NameAddr) => {
    const instance = params.get("+sip.instance");
    return {
      uri: toText(uri),
      expiresSeconds: secondsOf(params.get("expires") ?? expires),
      instance: typeof instance === "string" ? toText(instance.replace(/^<|>$/g, "")) : null,
    };
  });
}

function secondsOf(text: string | true | undefined): number | null {
  return typeof text === "string" && /^\d{1,10}$/.test(text.trim()) ? Number(text) : null;
}
