/**
 * Header names (RFC 3261 §7.3.1, §20): any spelling of a known name, short or long, is found without allocating.
 * Unknown names have no id; they are compared where they stand in the message.
 */
import { isLetter, matchesIgnoringCase } from "./token.ts";

/** Ids of the headers that the parser itself looks at: positions in `KNOWN_NAMES`. */
export const VIA = 0;
export const FROM = 1;
export const TO = 2;
export const CALL_ID = 3;
export const CSEQ = 4;
export const MAX_FORWARDS = 5;
export const CONTENT_LENGTH = 6;
export const UNKNOWN_HEADER = -1;

/** Long form as we write it, then the compact form where there is one. */
const KNOWN_NAMES: readonly (readonly [long: string, compact?: string])[] = [
  ["Via", "v"],
  ["From", "f"],
  ["To", "t"],
  ["Call-ID", "i"],
  ["CSeq"],
  ["Max-Forwards"],
  ["Content-Length", "l"],
  ["Accept"],
  ["Accept-Contact", "a"],
  ["Accept-Encoding"],
  ["Accept-Language"],
  ["Alert-Info"],
  ["Allow"],
  ["Allow-Events", "u"],
  ["Authentication-Info"],
  ["Authorization"],
  ["Call-Info"],
  ["Contact", "m"],
  ["Content-Disposition"],
  ["Content-Encoding", "e"],
  ["Content-Language"],
  ["Content-Type", "c"],
  ["Date"],
  ["Diversion"],
  ["Error-Info"],
  ["Event", "o"],
  ["Expires"],
  ["Geolocation"],
  ["History-Info"],
  ["Identity", "y"],
  ["Identity-Info", "n"],
  ["In-Reply-To"],
  ["Info-Package"],
  ["Join"],
  ["Max-Breadth"],
  ["MIME-Version"],
  ["Min-Expires"],
  ["Min-SE"],
  ["Organization"],
  ["P-Access-Network-Info"],
  ["P-Asserted-Identity"],
  ["P-Charging-Vector"],
  ["P-Preferred-Identity"],
  ["Path"],
  ["Priority"],
  ["Privacy"],
  ["Proxy-Authenticate"],
  ["Proxy-Authorization"],
  ["Proxy-Require"],
  ["RAck"],
  ["Reason"],
  ["Record-Route"],
  ["Recv-Info"],
  ["Refer-Sub"],
  ["Refer-To", "r"],
  ["Referred-By", "b"],
  ["Reject-Contact", "j"],
  ["Remote-Party-ID"],
  ["Replaces"],
  ["Reply-To"],
  ["Request-Disposition", "d"],
  ["Require"],
  ["Retry-After"],
  ["Route"],
  ["RSeq"],
  ["Server"],
  ["Service-Route"],
  ["Session-Expires", "x"],
  ["SIP-ETag"],
  ["SIP-If-Match"],
  ["Subject", "s"],
  ["Subscription-State"],
  ["Supported", "k"],
  ["Target-Dialog"],
  ["Timestamp"],
  ["Unsupported"],
  ["User-Agent"],
  ["User-to-User"],
  ["Warning"],
  ["WWW-Authenticate"],
];

const LONG = KNOWN_NAMES.map(([long]) => long);
const CANONICAL = LONG.map((name) => name.toLowerCase());
const LONG_NAMES: ReadonlySet<string> = new Set(LONG);
const IDS = new Map(CANONICAL.map((name, id) => [name, id]));
const COMPACT = compactTable();
const BUCKET_COUNT = 512;
/** Ids by the hash of the name, and the next one of the same hash by id. */
const FIRST_IN_BUCKET = new Array<number>(BUCKET_COUNT).fill(UNKNOWN_HEADER);
const NEXT_IN_BUCKET = CANONICAL.map(chainIntoBucket);

/** The id of a canonical name (lower case, long form). */
export function idOf(name: string): number {
  return IDS.get(name) ?? UNKNOWN_HEADER;
}

/** The id of the name that stands between two positions, in any spelling. */
export function idAt(text: string, start: number, end: number): number {
  if (end - start === 1) {
    const code = text.charCodeAt(start);
    return isLetter(code) ? (COMPACT[code & 0x1f] ?? UNKNOWN_HEADER) : UNKNOWN_HEADER;
  }
  let id = FIRST_IN_BUCKET[bucketOf(text, start, end)] ?? UNKNOWN_HEADER;
  while (id !== UNKNOWN_HEADER) {
    const long = LONG[id] ?? "";
    if (long.length === end - start && (text.startsWith(long, start) || isSpellingOf(id, text, start, end))) return id;
    id = NEXT_IN_BUCKET[id] ?? UNKNOWN_HEADER;
  }
  return UNKNOWN_HEADER;
}

function isSpellingOf(id: number, text: string, start: number, end: number): boolean {
  return matchesIgnoringCase(text, start, end, CANONICAL[id] ?? "");
}

/** The long name as we write it. */
export function longName(id: number): string {
  return LONG[id] ?? "";
}

/** Whether this is a known name exactly as we write it. */
export function isLongName(name: string): boolean {
  return LONG_NAMES.has(name);
}

/** Names that are asked for with every line of every message: a known one is found by its id alone. */
export class NameSet {
  readonly #known = new Array<boolean>(KNOWN_NAMES.length).fill(false);
  readonly #unknown: ReadonlySet<string>;

  /** Canonical names. */
  constructor(names: Iterable<string>) {
    const unknown = new Set<string>();
    for (const name of names) {
      const id = idOf(name);
      if (id === UNKNOWN_HEADER) unknown.add(name);
      else this.#known[id] = true;
    }
    this.#unknown = unknown;
  }

  hasKnown(id: number): boolean {
    return this.#known[id] === true;
  }

  /** `name` is in lower case and has no id. */
  hasUnknown(name: string): boolean {
    return this.#unknown.size > 0 && this.#unknown.has(name);
  }
}

function bucketOf(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start) & 0x1f;
  const middle = text.charCodeAt((start + end) >> 1) & 0x1f;
  const last = text.charCodeAt(end - 1) & 0x1f;
  return ((end - start) * 37 + first * 11 + middle * 5 + last * 131) & (BUCKET_COUNT - 1);
}

function chainIntoBucket(name: string, id: number): number {
  const bucket = bucketOf(name, 0, name.length);
  const next = FIRST_IN_BUCKET[bucket] ?? UNKNOWN_HEADER;
  FIRST_IN_BUCKET[bucket] = id;
  return next;
}

/** Ids by the letter of the compact form: its position in the alphabet. */
function compactTable(): number[] {
  const table = new Array<number>(32).fill(UNKNOWN_HEADER);
  for (const [id, [, compact]] of KNOWN_NAMES.entries()) {
    if (compact !== undefined) table[compact.charCodeAt(0) & 0x1f] = id;
  }
  return table;
}
