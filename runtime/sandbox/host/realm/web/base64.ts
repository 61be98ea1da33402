/** Base64 (RFC 4648 §4): `btoa`, `atob`, and bytes in JSON. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Uint8Array(128).fill(255);
for (let value = 0; value < 64; value++) VALUES[ALPHABET.charCodeAt(value)] = value;
/** `String.fromCharCode` takes no more at once without care for the stack. */
const PART = 4096;

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const [a = 0, b, c] = [bytes[index], bytes[index + 1], bytes[index + 2]];
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += (ALPHABET[bits >> 18] as string) + ALPHABET[(bits >> 12) & 63];
    text += b === undefined ? "=" : ALPHABET[(bits >> 6) & 63];
    text += c === undefined ? "=" : ALPHABET[bits & 63];
  }
  return text;
}

/** `null` where it is no Base64. White space and missing padding are passed over (WHATWG Infra §7). */
export function fromBase64(text: string): Uint8Array | null {
  let digits = /[\t\n\f\r =]/.test(text) ? text.replace(/[\t\n\f\r ]+/g, "") : text;
  if (digits.length % 4 === 0) digits = digits.replace(/={1,2}$/, "");
  if (digits.length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let filled = 0;
  let length = 0;
  for (let index = 0; index < digits.length; index++) {
    const value = VALUES[digits.charCodeAt(index)] ?? 255;
    if (value === 255) return null;
    bits = (bits << 6) | value;
    filled += 6;
    if (filled < 8) continue;
    filled -= 8;
    bytes[length++] = (bits >> filled) & 255;
  }
  return bytes;
}

export function btoa(data: unknown): string {
  const text = String(data);
  if (/[^\0-\xff]/.test(text)) throw new TypeError("btoa takes characters up to U+00FF; encode others as UTF-8 first");
  return toBase64(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
}

export function atob(data: unknown): string {
  const bytes = fromBase64(String(data));
  if (bytes === null) throw new TypeError("The text is not Base64");
  let text = "";
  for (let start = 0; start < bytes.length; start += PART) {
    text += String.fromCharCode(...bytes.subarray(start, start + PART));
  }
  return text;
}
