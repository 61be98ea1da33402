/** How large a message may be. The sizes bound the memory and the time that one message of a peer can cost. */

export interface ParseLimits {
  /** Start line and headers. */
  readonly headBytes: number;
  readonly headerLines: number;
  /** The Request-URI. */
  readonly uriBytes: number;
  readonly bodyBytes: number;
  /** Head and body: what framing on a stream has to wait for at the most. */
  readonly messageBytes: number;
}

const HEAD_BYTES = 32 * 1024;
const BODY_BYTES = 256 * 1024;

export const PARSE_LIMITS: ParseLimits = {
  headBytes: HEAD_BYTES,
  headerLines: 256,
  uriBytes: 2048,
  bodyBytes: BODY_BYTES,
  messageBytes: HEAD_BYTES + BODY_BYTES,
};
