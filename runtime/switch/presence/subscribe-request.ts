/**
 * What a SUBSCRIBE asks for (RFC 6665 §4.2.1.1): the event, a media type, a time, and where to send NOTIFY. Each is read by
 * itself and is a value or the refusal that it deserves.
 */
import { fail, ok, type Result } from "../../base/result.ts";
import { parseNameAddr } from "../../sip/message/header/name-addr.ts";
import { paramMap } from "../../sip/message/header/params.ts";
import type { HeaderField, Headers } from "../../sip/message/message.ts";
import { parseUri } from "../../sip/message/uri.ts";
import { type EventName, parseEvent } from "./event-header.ts";
import type { DurationLimits } from "./event-package.ts";

export interface SubscribeRefusal {
  readonly status: number;
  readonly reason?: string | undefined;
  readonly fields?: readonly HeaderField[] | undefined;
}

/** RFC 3261 §20.19: delta-seconds are 32 bits wide. */
const MOST_DELTA_SECONDS = 2 ** 32 - 1;

export function readEvent(headers: Headers, allowEvents: string): Result<EventName, SubscribeRefusal> {
  const values = headers.all("event");
  const first = values[0];
  if (first === undefined) return fail(badEvent(allowEvents, "Event Missing"));
  if (values.length > 1) return fail({ status: 400, reason: "More Than One Event" });
  const event = parseEvent(first);
  return event === undefined ? fail({ status: 400, reason: "Malformed Event" }) : ok(event);
}

/** RFC 6665 §4.4.4: says which packages there are instead. */
export function badEvent(allowEvents: string, reason = "Bad Event"): SubscribeRefusal {
  return { status: 489, reason, fields: [["Allow-Events", allowEvents]] };
}

/** The media type for the bodies; without Accept the first, which the package asks everybody to understand. */
export function readAccept(headers: Headers, types: readonly string[]): Result<string, SubscribeRefusal> {
  const ranges = headers.has("accept") ? headers.list("accept").map(parseRange) : [{ range: "*/*", isWanted: true }];
  const found = types.find((type) => isAccepted(type, ranges));
  return found === undefined ? fail({ status: 406, reason: `Accept Needs ${types.join(" Or ")}` }) : ok(found);
}

/** Seconds: 0, or within the limits of the package. */
export function readExpires(headers: Headers, limits: DurationLimits): Result<number, SubscribeRefusal> {
  const text = headers.get("expires")?.trim();
  if (text === undefined) return ok(limits.default);
  if (!/^\d+$/.test(text)) return fail({ status: 400, reason: "Malformed Expires" });
  const seconds = Math.min(Number(text), MOST_DELTA_SECONDS);
  if (seconds > 0 && seconds < limits.min) {
    return fail({ status: 423, fields: [["Min-Expires", String(limits.min)]] });
  }
  return ok(Math.min(seconds, limits.max));
}

/** Whether there is a Contact that NOTIFY can be sent to: without one there is no dialog (RFC 6665 §4.2.1.1). */
export function hasTarget(headers: Headers): boolean {
  const contact = headers.list("contact")[0];
  const address = contact === undefined ? undefined : parseNameAddr(contact);
  return address !== undefined && parseUri(address.uri)?.kind === "sip";
}

interface MediaRange {
  readonly range: string;
  /** Not with q=0 (RFC 2616 §14.1). */
  readonly isWanted: boolean;
}

function parseRange(element: string): MediaRange {
  const semicolon = element.indexOf(";");
  const range = (semicolon < 0 ? element : element.slice(0, semicolon)).trim().toLowerCase();
  const q = semicolon < 0 ? undefined : paramMap(element, semicolon, element.length).get("q");
  return { range, isWanted: typeof q !== "string" || Number(q) !== 0 };
}

/** The most specific range that fits decides. */
function isAccepted(type: string, ranges: readonly MediaRange[]): boolean {
  const family = `${type.slice(0, type.indexOf("/"))}/*`;
  for (const wanted of [type, family, "*/*"]) {
    const found = ranges.find(({ range }) => range === wanted);
    if (found !== undefined) return found.isWanted;
  }
  return false;
}
