/**
 * A session description as a peer sent it (RFC 8866), read as far as we need it. Our own reader: a library that guesses
 * at odd lines would lose count of the media lines, or the session parameters that forbid a key. Never throws.
 */
import { fail, ok, type Result } from "../base/result.ts";
import { type Attributes, attributesOf, type Line, readLines } from "./line.ts";
import { connectionOf, type MediaSection, parseMediaSection, type SessionLevel } from "./media-section.ts";

/** `o=`: whose session it is, and how often its description has changed (§5.2). */
export interface Origin {
  readonly username: string;
  readonly sessionId: string;
  readonly version: string;
  readonly address: string;
}

export interface SessionDescription {
  readonly origin: Origin;
  /** `c=` of the session level; may be a name. */
  readonly address: string | null;
  /** `t=`, which an answer repeats (RFC 3264 §6). */
  readonly timing: string;
  /** The names of the media lines that want to share one transport (RFC 9143). */
  readonly bundle: readonly string[];
  readonly media: readonly MediaSection[];
}

export const MAX_DESCRIPTION_BYTES = 65_536;
export const MAX_MEDIA_LINES = 64;

const TIMING = /^\d{1,20} \d{1,20}$/;

/** Reads a wire string; the problem says which line cannot be used. */
export function parseDescription(text: string): Result<SessionDescription, string> {
  if (text.length > MAX_DESCRIPTION_BYTES)
    return fail(`SDP of ${text.length} bytes, more than ${MAX_DESCRIPTION_BYTES}`);
  const [sessionLines = [], ...sections] = splitAtMedia(readLines(text));
  if (sessionLines[0]?.type !== "v" || sessionLines[0].value.trim() !== "0") return fail("SDP does not begin with v=0");
  const origin = readOrigin(sessionLines);
  if (origin === null) return fail("SDP has no o=<user> <id> <version> IN IP4|IP6 <address>");
  if (sections.length > MAX_MEDIA_LINES) return fail(`SDP has more than ${MAX_MEDIA_LINES} media lines`);

  const session: SessionLevel = { address: connectionOf(sessionLines), attributes: attributesOf(sessionLines) };
  const media: MediaSection[] = [];
  for (const lines of sections) {
    const section = parseMediaSection(lines, session);
    if (!section.ok) return section;
    media.push(section.value);
  }
  const timing = sessionLines.find(({ type, value }) => type === "t" && TIMING.test(value))?.value;
  return ok({ origin, address: session.address, timing: timing ?? "0 0", bundle: bundleOf(session.attributes), media });
}

/** The session level, then each media line with what follows it. */
function splitAtMedia(lines: readonly Line[]): Line[][] {
  const parts: Line[][] = [[]];
  for (const line of lines) {
    if (line.type === "m") parts.push([line]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}

function bundleOf(attributes: Attributes): readonly string[] {
  const group = attributes.get("group")?.find((value) => /^BUNDLE(?: |$)/.test(value)) ?? "";
  return group.split(" ", MAX_MEDIA_LINES + 1).slice(1);
}

/** From the end, as there are phones with a space in their user name. */
function readOrigin(lines: readonly Line[]): Origin | null {
  const fields =
    lines
      .find(({ type }) => type === "o")
      ?.value.trim()
      .split(/ +/) ?? [];
  const [sessionId, version, network, type, address] = fields.slice(-5);
  if (fields.length < 6 || sessionId === undefined || version === undefined || address === undefined) return null;
  if (network !== "IN" || (type !== "IP4" && type !== "IP6")) return null;
  return { username: fields.slice(0, -5).join(" "), sessionId, version, address };
}
