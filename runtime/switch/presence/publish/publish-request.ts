/** What a PUBLISH asks for (RFC 3903 §6), read step by step: each is a value or the refusal that it deserves. */
import { fail, ok, type Result } from "../../../base/result.ts";
import type { SipRequest } from "../../../sip/message/message.ts";
import { isToken } from "../../../sip/message/token.ts";
import type { DurationLimits, Resource } from "../event-package.ts";
import { PIDF_TYPE, readPresence, sizeOfPresence } from "../pidf/presence-document.ts";
import { readExpires, type SubscribeRefusal } from "../subscribe-request.ts";
import type { Publication, Publications, PublishedState } from "./publications.ts";

/** Shorter ones would cost more to keep than they tell. */
export const PUBLISH_DURATION: DurationLimits = { min: 60, max: 3600, default: 3600 };
const LARGEST_DOCUMENT_BYTES = 8_192;

export type AskedPublication =
  | { readonly type: "add"; readonly state: PublishedState; readonly seconds: number }
  | {
      readonly type: "refresh";
      readonly publication: Publication;
      /** Absent: it stays as it is. */
      readonly state: PublishedState | undefined;
      readonly seconds: number;
    }
  /** Absent: it was to be over at once, and has never been there. */
  | { readonly type: "remove"; readonly publication: Publication | undefined };

export function readPublish(
  request: SipRequest,
  user: Resource,
  publications: Publications,
): Result<AskedPublication, SubscribeRefusal> {
  const known = readMatch(request, user, publications);
  if (!known.ok) return known;
  const { value: publication } = known;
  const asked = readExpires(request.headers, PUBLISH_DURATION);
  if (!asked.ok) return asked;
  const seconds = asked.value;
  const read = readState(request);
  if (!read.ok) return read;
  const { value: state } = read;
  if (seconds === 0) return ok({ type: "remove", publication });
  if (state === undefined) {
    if (publication === undefined) return fail({ status: 400, reason: "Nothing Is Published" });
    return ok({ type: "refresh", publication, state, seconds });
  }
  if (!publications.hasRoomFor(user, state.bytes, publication)) {
    return fail({ status: 413, reason: "Too Much Is Published" });
  }
  return ok(
    publication === undefined ? { type: "add", state, seconds } : { type: "refresh", publication, state, seconds },
  );
}

/** RFC 3903 §6 step 4. The entity-tags of other users are as unknown as any. */
function readMatch(
  { headers }: SipRequest,
  user: Resource,
  publications: Publications,
): Result<Publication | undefined, SubscribeRefusal> {
  const values = headers.all("sip-if-match");
  const etag = values[0]?.trim();
  if (etag === undefined) return ok(undefined);
  if (values.length > 1 || !isToken(etag)) return fail({ status: 400, reason: "Malformed SIP-If-Match" });
  const known = publications.find(user, etag);
  return known === undefined ? fail({ status: 412 }) : ok(known);
}

/** RFC 3903 §6 step 6. */
function readState({ headers, body }: SipRequest): Result<PublishedState | undefined, SubscribeRefusal> {
  if (body === "") return ok(undefined);
  if (body.length > LARGEST_DOCUMENT_BYTES) return fail({ status: 413 });
  const type = headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== PIDF_TYPE || headers.has("content-encoding")) {
    return fail({ status: 415, fields: [["Accept", PIDF_TYPE]] });
  }
  const presence = readPresence(body);
  if (presence === undefined) return fail({ status: 400, reason: "Malformed Presence Document" });
  return ok({ presence, bytes: sizeOfPresence(presence) });
}
