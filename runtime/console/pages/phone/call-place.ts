/** Which call of the switch the phone's call is: the one whose messages carry its Call-ID. */
import type { CallBody, CdrBody } from "../../../contract/call-api.ts";
import type { TimelineBody } from "../../../contract/journal-api.ts";
import { get } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { can } from "../../app/session.ts";

const MOST_LOOKED_AT = 5;
const NEWEST_CALLS = 1000;
const NEWEST_RECORDS = 50;

/** What a live call and the record of one that has ended have in common. */
export type Candidate = Pick<CallBody, "id" | "user" | "startedAt"> & { legs: readonly { target: string }[] };

/** Calls that this user has made, or that have a leg to them, the newest first. */
export function candidates(calls: readonly Candidate[], user: string): readonly Candidate[] {
  const isTheirs = (target: string) => target.replace(/^sips?:/i, "").split("@", 1)[0] === user;
  return calls
    .filter((call) => call.user === user || call.legs.some(({ target }) => isTheirs(target)))
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/** The id of the call; `null` where none is found. Throws `ApiError`. */
export async function findCall(callId: string, user: string, signal: AbortSignal): Promise<string | null> {
  const read = async <Item extends Candidate>(from: string, limit: number): Promise<Candidate[]> =>
    (await get<{ items: Item[] }>(from, { query: { limit }, signal })).items;
  const live = await read<CallBody>("/v1/calls", NEWEST_CALLS);
  const ended = can("cdrs:read") ? await read<CdrBody>("/v1/cdrs", NEWEST_RECORDS) : [];
  for (const { id } of candidates([...live, ...ended], user).slice(0, MOST_LOOKED_AT)) {
    const timeline = await get<TimelineBody>(path`/v1/calls/${id}/timeline`, { query: { limit: 100 }, signal });
    if (timeline.items.some((item) => item.type === "sip" && carries(item.text, callId))) return id;
  }
  return null;
}

/** Whether a SIP message is of this Call-ID (RFC 3261 section 20.8; `i` is the short name). */
export function carries(text: string, callId: string): boolean {
  return /^(?:call-id|i)[ \t]*:[ \t]*(\S+)/im.exec(text)?.[1] === callId;
}
