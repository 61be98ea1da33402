/** Percent-encoding (WHATWG URL §1.3) and the encoding of forms (§5). */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const NOT_AN_ESCAPE = /%(?![0-9a-f]{2})/gi;

/** What is encoded in each part of a URL: all beyond ASCII, controls, and some punctuation. */
export const CONTROLS = /[\x00-\x1f\x7f]|[^\x00-\x7f]+/g;
export const FRAGMENT = /[\x00-\x20"<>`\x7f]|[^\x00-\x7f]+/g;
export const QUERY = /[\x00-\x20"#<>\x7f]|[^\x00-\x7f]+/g;
export const SPECIAL_QUERY = /[\x00-\x20"#<>'\x7f]|[^\x00-\x7f]+/g;
export const PATH = /[\x00-\x20"#<>?^`{}\x7f]|[^\x00-\x7f]+/g;
export const USERINFO = /[\x00-\x20"#<>?^`{}/:;=@[\\\]|\x7f]|[^\x00-\x7f]+/g;
const FORM = /[^a-z0-9*._-]+/gi;

export function percentEncode(text: string, encoded: RegExp): string {
  return text.replace(encoded, encodeRun);
}

/** Bytes that are no UTF-8 become U+FFFD. */
export function percentDecode(text: string): string {
  if (!text.includes("%")) return text.toWellFormed();
  try {
    return decodeURIComponent(text.toWellFormed().replace(NOT_AN_ESCAPE, "%25"));
  } catch {
    return decoder.decode(decodeBytes(encoder.encode(text)));
  }
}

export function encodeForm(text: string): string {
  return text.replace(FORM, encodeRun).replaceAll("%20", "+");
}

export function decodeForm(text: string): string {
  return percentDecode(text.replaceAll("+", " "));
}

function encodeRun(run: string): string {
  let text = "";
  for (const byte of encoder.encode(run)) text += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return text;
}

function decodeBytes(bytes: Uint8Array): Uint8Array {
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    const escaped = bytes[index] === 0x25 ? hexValue(bytes[index + 1]) * 16 + hexValue(bytes[index + 2]) : -1;
    if (escaped >= 0) index += 2;
    bytes[length++] = escaped >= 0 ? escaped : (bytes[index] as number);
  }
  return bytes.subarray(0, length);
}

/** So far below zero that no second digit makes up for it. */
function hexValue(byte: number | undefined): number {
  const value = byte === undefined ? Number.NaN : Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? -1000 : value;
}
