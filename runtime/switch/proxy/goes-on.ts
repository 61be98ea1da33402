/** Which requests outside of calls are for somebody behind the switch, and which for the switch itself. */
import { parseNameAddr } from "../../sip/message/header/name-addr.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import { parseUri } from "../../sip/message/uri.ts";
import type { Switch } from "../switch.ts";

/** Taken by the switch for its own users, and passed on to others. */
const FOR_OTHERS: ReadonlySet<string> = new Set(["SUBSCRIBE", "PUBLISH"]);
/** Never passed on: the switch is a party to every call, keeps its own registrations, and transfers calls itself. */
const NEVER: ReadonlySet<string> = new Set([
  "INVITE",
  "ACK",
  "CANCEL",
  "BYE",
  "INFO",
  "UPDATE",
  "PRACK",
  "REGISTER",
  "REFER",
]);

/** `isHandled`: the switch has a meaning of its own for the method. */
export function goesOn(sw: Switch, request: SipRequest, isHandled: boolean): boolean {
  const { method } = request;
  if (NEVER.has(method) || request.toTag !== undefined) return false;
  const whose = addresseeOf(sw, request);
  if (whose === "switch") return false;
  // Strangers learn nothing about who has a phone here: the switch answers for all names alike.
  if (method === "OPTIONS") return whose === "others" || sw.parts.identity.isClaimed(request);
  return !isHandled || (whose === "others" && FOR_OTHERS.has(method));
}

/** `others`: beyond this switch, by a Route or by the Request-URI. */
function addresseeOf(sw: Switch, request: SipRequest): "switch" | "user" | "others" {
  const { requestUri: uri } = request;
  if (request.headers.has("route") && hasForeignRoute(sw, request)) return "others";
  if (uri?.kind === "tel") return "user";
  if (uri?.kind !== "sip") return "switch";
  if (sw.parts.domains.of(uri.host, uri.port) === undefined) return "others";
  return uri.user === undefined ? "switch" : "user";
}

function hasForeignRoute(sw: Switch, request: SipRequest): boolean {
  const { transport } = sw.parts.stack;
  return request.headers.list("route").some((route) => {
    const uri = parseUri(parseNameAddr(route)?.uri ?? "");
    return uri?.kind !== "sip" || !transport.isOurs(uri.host, uri.port);
  });
}
