/**
 * Hosts of URLs (WHATWG URL §3.5): domains, IPv4 in all its notations, IPv6, and the opaque hosts of schemes that are not
 * of the web. Deviation: of UTS #46 this does what Unicode normalization and lower case do, without the tables; the
 * switch parses a URL again before it connects anywhere.
 */
import { CONTROLS, percentDecode, percentEncode } from "./percent.ts";
import { toPunycode } from "./punycode.ts";

const FORBIDDEN = /[\0\t\n\r #/:<>?@[\\\]^|]/;
const FORBIDDEN_IN_DOMAIN = /[\x00-\x20#%/:<>?@[\\\]^|\x7f]/;
const DOTS = /[\u3002\uff0e\uff61]/g;
const IGNORED = /[\u00ad\u200b\u2060\u2064\ufeff]|\u034f|[\u180b-\u180d]|[\ufe00-\ufe0f]/g;
const MOST_PIECES = 8;

/** The host as it is written in a URL, or `null` where it is none. */
export function parseHost(text: string, isSpecial: boolean): string | null {
  if (text.startsWith("[")) return text.endsWith("]") ? parseIpv6(text.slice(1, -1)) : null;
  if (!isSpecial) return FORBIDDEN.test(text) ? null : percentEncode(text, CONTROLS);
  const domain = toAsciiDomain(percentDecode(text));
  if (domain === "" || FORBIDDEN_IN_DOMAIN.test(domain)) return null;
  return endsInNumber(domain) ? parseIpv4(domain) : domain;
}

/** Empty where it is no domain. */
function toAsciiDomain(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  // Letter by letter: as a text, the last sigma of a word would become another letter.
  if (text.includes("\ufffd")) return "";
  const lower = Array.from(text.normalize("NFKC"), (letter) => letter.toLowerCase()).join("");
  const labels = lower.normalize("NFKC").replace(IGNORED, "").replace(DOTS, ".").split(".");
  return labels.map((label) => (/^[\x00-\x7f]*$/.test(label) ? label : `xn--${toPunycode(label)}`)).join(".");
}

function endsInNumber(domain: string): boolean {
  const labels = domain.split(".");
  if (labels.length > 1 && labels.at(-1) === "") labels.pop();
  const last = labels.at(-1) ?? "";
  return /^\d+$/.test(last) || /^0x[0-9a-f]*$/.test(last);
}

/** One to four numbers, each decimal, octal (`0…`) or hexadecimal (`0x…`); the last fills what is left. */
function parseIpv4(domain: string): string | null {
  const parts = domain.split(".");
  if (parts.length > 1 && parts.at(-1) === "") parts.pop();
  if (parts.length > 4) return null;
  const numbers = parts.map(parseIpv4Number);
  const last = numbers.pop() as number; // A split gives at least one.
  if (!(last < 256 ** (4 - numbers.length)) || numbers.some((number) => !(number <= 255))) return null;
  const address = numbers.reduce((sum, number, index) => sum + number * 256 ** (3 - index), last);
  return [3, 2, 1, 0].map((place) => Math.floor(address / 256 ** place) % 256).join(".");
}

function parseIpv4Number(text: string): number {
  if (/^0x[0-9a-f]*$/.test(text)) return text.length === 2 ? 0 : Number(text);
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^(0|[1-9]\d*)$/.test(text) ? Number(text) : Number.NaN;
}

function parseIpv6(text: string): string | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half, index) => parsePieces(half, index === halves.length - 1));
  if (head == null || tail === null) return null;
  const missing = MOST_PIECES - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  return `[${printIpv6([...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])])}]`;
}

function parsePieces(half: string, mayEndInIpv4: boolean): number[] | null {
  if (half === "") return [];
  const pieces: number[] = [];
  const texts = half.split(":");
  for (const [index, text] of texts.entries()) {
    const ipv4 = mayEndInIpv4 && index === texts.length - 1 ? parseDottedQuad(text) : null;
    if (ipv4 !== null) pieces.push(...ipv4);
    else if (/^[0-9a-f]{1,4}$/i.test(text)) pieces.push(Number.parseInt(text, 16));
    else return null;
  }
  return pieces;
}

function parseDottedQuad(text: string): [number, number] | null {
  const bytes = text.split(".").map((byte) => (/^(0|[1-9]\d{0,2})$/.test(byte) ? Number(byte) : 256));
  const [a = 256, b = 256, c = 256, d = 256] = bytes;
  if (bytes.length !== 4 || Math.max(a, b, c, d) > 255) return null;
  return [a * 256 + b, c * 256 + d];
}

/** RFC 5952: the first of the longest runs of zeros is left out. */
function printIpv6(pieces: readonly number[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < pieces.length; start++) {
    let end = start;
    while (pieces[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  const print = (some: readonly number[]): string => some.map((piece) => piece.toString(16)).join(":");
  if (best.start < 0) return print(pieces);
  return `${print(pieces.slice(0, best.start))}::${print(pieces.slice(best.start + best.length))}`;
}
