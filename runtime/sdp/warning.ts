/** Why a description cannot be agreed to, as the header field Warning tells it (RFC 3261 §20.43). */
export interface Warning {
  readonly code: 301 | 302 | 304 | 305 | 306 | 330 | 399;
  /** May hold tokens of the other side, never a quote or a backslash. */
  readonly text: string;
}

/** A pseudonym, as our addresses are nobody's concern. */
const AGENT = "strowger";

export function formatWarning({ code, text }: Warning): string {
  return `${code} ${AGENT} "${text}"`;
}
