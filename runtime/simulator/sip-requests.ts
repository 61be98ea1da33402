/** SIP requests outside of calls, as a test sends them: the events that a script gets of them. */
import type { Party } from "../../sdk/call.ts";
import type {
  MessageEvent,
  OptionsEvent,
  PublishEvent,
  RequestEvent,
  SubscribeEvent,
} from "../../sdk/request-event.ts";
import { DOMAIN } from "./options.ts";

const SOURCE = "198.51.100.80:5060";
const DEFAULT_SECONDS = 3600;

/** Who sends a request to whom: users by their names, others by URI. */
export interface SimulatedRequestParts {
  /** @default somebody from outside */
  readonly from?: string;
  readonly to: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SimulatedMessageParts extends SimulatedRequestParts {
  readonly body: string;
  /** @default "text/plain" */
  readonly contentType?: string;
}

export interface SimulatedSubscription extends SimulatedRequestParts {
  /** `dialog`, `presence`, … */
  readonly package: string;
  /** @default 3600 */
  readonly expiresSeconds?: number;
}

export interface SimulatedPublication extends SimulatedRequestParts {
  /** @default "presence" */
  readonly package?: string;
  /** @default 3600 */
  readonly expiresSeconds?: number;
  /** @default "" */
  readonly body?: string;
}

export function messageEvent(id: string, parts: SimulatedMessageParts): MessageEvent {
  const { body, contentType = "text/plain" } = parts;
  return { ...requestOf(id, parts), type: "message", contentType, body };
}

export function subscribeEvent(id: string, parts: SimulatedSubscription): SubscribeEvent {
  const { package: name, expiresSeconds = DEFAULT_SECONDS } = parts;
  return { ...requestOf(id, parts), type: "subscribe", package: name, expiresSeconds };
}

export function publishEvent(id: string, parts: SimulatedPublication): PublishEvent {
  const { package: name = "presence", expiresSeconds = DEFAULT_SECONDS, body = "" } = parts;
  return { ...requestOf(id, parts), type: "publish", package: name, expiresSeconds, body };
}

export function optionsEvent(id: string, parts: SimulatedRequestParts): OptionsEvent {
  return { ...requestOf(id, parts), type: "options" };
}

function requestOf(
  id: string,
  { from = "sip:joe@elsewhere.example", to, headers = {} }: SimulatedRequestParts,
): RequestEvent {
  const lower = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return {
    id,
    from: partyOf(from),
    to: partyOf(to),
    user: from.includes(":") ? null : from,
    domain: DOMAIN,
    headers: Object.fromEntries(lower),
    source: SOURCE,
    transport: "udp",
  };
}

function partyOf(text: string): Party {
  const uri = text.includes(":") ? text : `sip:${text}@${DOMAIN}`;
  const [, user = "", host = ""] = /^[a-z]+:(?:([^@]*)@)?([^;?]*)/i.exec(uri) ?? [];
  return { uri, user: decodeURIComponent(user), host, name: "" };
}
