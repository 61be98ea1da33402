/**
 * What a registrar has answered to our REGISTER (RFC 3261 §10.2.4 to §10.2.8), as the registration takes it. Whatever it
 * says, one answer is one thing, of a bounded size.
 */
import { toText } from "../../../base/text.ts";
import type { Challenge } from "../../../sip/dialog/account.ts";
import { parseContacts } from "../../../sip/message/header/contact.ts";
import { type NameAddr, parseNameAddr } from "../../../sip/message/header/name-addr.ts";
import type { SipResponse } from "../../../sip/message/message.ts";
import { isSameUri, parseUri, toRequestUri, type Uri } from "../../../sip/message/uri.ts";
import type { RegistrationInput, Trouble } from "./registration.ts";

/** Longer than any dialog will pass. */
const MOST_SERVICE_ROUTES = 8;
const MOST_ROUTE_CHARACTERS = 512;
const MOST_REASON_CHARACTERS = 100;
/** 408, 480 and the like, and every 5xx but these: another time the answer may be another. */
const TEMPORARY = new Set([408, 430, 480, 486, 491]);
const FINAL_SERVER_ERRORS = new Set([501, 505, 513]);

export type RegistrarAnswer =
  | Extract<RegistrationInput, { type: "accepted" | "too-brief" | "redirected" | "later" | "refused" }>
  | { readonly type: "challenged"; readonly challenge: Challenge };

/** `contact`: ours, as it stood in the request. The response is final. */
export function readAnswer(response: SipResponse, contact: string): RegistrarAnswer {
  const { status, headers } = response;
  if (status < 300) return { type: "accepted", seconds: secondsOf(response, contact), serviceRoute: routeOf(response) };
  const retryAfterSeconds = numberOf(headers.get("retry-after"));
  const trouble = troubleOf(response);
  if (status === 401 || status === 407) {
    const challenge = { server: headers.all("www-authenticate"), proxy: headers.all("proxy-authenticate") };
    return { type: "challenged", challenge };
  }
  if (status === 423) {
    const leastSeconds = numberOf(headers.get("min-expires"));
    return leastSeconds === null
      ? { type: "refused", trouble, retryAfterSeconds }
      : { type: "too-brief", leastSeconds };
  }
  if (status < 400) {
    const to = redirectionOf(response);
    if (to !== undefined && retryAfterSeconds === null) return { type: "redirected", to };
    return { type: "later", trouble, retryAfterSeconds };
  }
  const isTemporary = TEMPORARY.has(status) || (status >= 500 && status < 600 && !FINAL_SERVER_ERRORS.has(status));
  return { type: isTemporary ? "later" : "refused", trouble, retryAfterSeconds };
}

/** The status and what the registrar says about it, for people. */
export function troubleOf({ status, reason }: SipResponse): Trouble {
  const words = toText(reason)
    .replace(/[^\P{C}]/gu, " ")
    .trim()
    .slice(0, MOST_REASON_CHARACTERS);
  return { code: status, reason: `the registrar answers ${status}${words === "" ? "" : ` ${words}`}` };
}

/**
 * RFC 3261 §10.2.4: how long our Contact is kept. Where it is not in the list, since somebody in between has written it
 * anew, the whole list is somebody else's. `null`: the registrar does not say.
 */
function secondsOf(response: SipResponse, contact: string): number | null {
  const own = ownContact(response, parseUri(contact));
  const expires = own?.params.get("expires");
  const stated = typeof expires === "string" ? numberOf(expires) : null;
  return stated ?? numberOf(response.headers.get("expires"));
}

function ownContact({ headers }: SipResponse, contact: Uri | undefined): NameAddr | undefined {
  const lines = headers.all("contact");
  const contacts = lines.length === 0 ? [] : parseContacts(lines);
  if (contact === undefined || contacts === undefined || contacts === "*") return undefined;
  return contacts.find(({ uri }) => {
    const parsed = parseUri(uri);
    return parsed !== undefined && isSameUri(parsed, contact);
  });
}

/** RFC 3608 §5: in order; one that cannot be read makes all of it useless. */
function routeOf({ headers }: SipResponse): readonly string[] {
  const route = headers.list("service-route");
  if (route.length > MOST_SERVICE_ROUTES) return [];
  const values: string[] = [];
  for (const value of route) {
    const uri = parseUri(parseNameAddr(value)?.uri ?? "");
    if (uri?.kind !== "sip" || value.length > MOST_ROUTE_CHARACTERS) return [];
    values.push(copyOf(value));
  }
  return values;
}

function redirectionOf({ headers }: SipResponse): string | undefined {
  const contacts = parseContacts(headers.all("contact"));
  if (contacts === undefined || contacts === "*") return undefined;
  const uri = parseUri(contacts[0]?.uri ?? "");
  if (uri?.kind !== "sip" || uri.text.length > MOST_ROUTE_CHARACTERS) return undefined;
  return copyOf(toRequestUri(uri.text));
}

/** Delta-seconds with whatever follows (RFC 3261 §20.33); `null` where there is none that can be read. */
function numberOf(text: string | undefined): number | null {
  const digits = /^\s*(\d{1,15})(?!\d)/.exec(text ?? "")?.[1];
  return digits === undefined ? null : Number(digits);
}

/** A copy of its own: a part of a received message keeps all of it in memory. */
function copyOf(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
