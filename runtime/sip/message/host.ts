/** Hosts of URIs and Via (RFC 3261 §25.1, IPv6 as corrected by RFC 5954): name, IPv4 address, or IPv6 address in brackets. */
import { decimalAt, isDigit, isHexDigit, isLetter, LEFT_BRACKET } from "./token.ts";

const DOT = 0x2e;
const DASH = 0x2d;
const UNDERSCORE = 0x5f;
const IPV6_GROUPS = 8;

/** Where the host that begins at `pos` ends; -1 if none begins there. */
export function hostEnd(text: string, pos: number, end: number): number {
  if (pos < end && text.charCodeAt(pos) === LEFT_BRACKET) {
    const close = text.indexOf("]", pos);
    if (close < 0 || close >= end || parseIpv6(text.slice(pos + 1, close)) === undefined) return -1;
    return close + 1;
  }
  let at = pos;
  let before = DOT;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (!isLetter(code) && !isDigit(code) && code !== DOT && code !== DASH && code !== UNDERSCORE) break;
    if (code === DOT && before === DOT) return -1;
    before = code;
    at++;
  }
  return at === pos ? -1 : at;
}

/** The host between two positions in lower case, IPv6 without brackets. */
export function hostAt(text: string, start: number, end: number): string {
  const isBracketed = text.charCodeAt(start) === LEFT_BRACKET;
  const host = isBracketed ? correctIpv6(text.slice(start + 1, end - 1)) : text.slice(start, end);
  for (let pos = 0; pos < host.length; pos++) {
    const code = host.charCodeAt(pos);
    if (code >= 0x41 && code <= 0x5a) return host.toLowerCase();
  }
  return host;
}

/** The eight groups of an IPv6 address; `undefined` if it is none. */
export function parseIpv6(text: string): readonly number[] | undefined {
  const parts = correctIpv6(text).split("::");
  if (parts.length > 2) return undefined;
  const [left, right] = parts;
  const head = groupsOf(left ?? "", right === undefined);
  const tail = groupsOf(right ?? "", true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = IPV6_GROUPS - head.length - tail.length;
  if (right === undefined) return missing === 0 ? head : undefined;
  return missing < 1 ? undefined : [...head, ...new Array<number>(missing).fill(0), ...tail];
}

/** RFC 5118 §4.10: the grammar of RFC 3261 makes peers write ::: before an IPv4 part, where :: is meant. */
function correctIpv6(text: string): string {
  return text.replace(/:::(?=\d+\.)/, "::");
}

/** Groups between colons; an IPv4 address may stand for the last two of the whole address. */
function groupsOf(text: string, isLast: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const words = text.split(":");
  for (const [index, word] of words.entries()) {
    if (isLast && index === words.length - 1 && word.includes(".")) {
      const address = parseIpv4(word);
      if (address === undefined) return undefined;
      groups.push(address >>> 16, address & 0xffff);
    } else {
      if (word.length === 0 || word.length > 4 || !isHex(word)) return undefined;
      groups.push(Number.parseInt(word, 16));
    }
  }
  return groups.length > IPV6_GROUPS ? undefined : groups;
}

function isHex(word: string): boolean {
  for (let pos = 0; pos < word.length; pos++) if (!isHexDigit(word.charCodeAt(pos))) return false;
  return true;
}

function parseIpv4(text: string): number | undefined {
  const words = text.split(".");
  if (words.length !== 4) return undefined;
  let address = 0;
  for (const word of words) {
    const value = word.length > 3 ? -1 : decimalAt(word, 0, word.length, 255);
    if (value < 0) return undefined;
    address = address * 256 + value;
  }
  return address;
}
