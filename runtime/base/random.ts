/** Random text for tags, branches, Call-IDs, tokens and passwords: from the system's generator, drawn in large blocks. */
import { randomFillSync } from "node:crypto";

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
/** The largest multiple of 36 below 256: bytes above are thrown away, so that every letter is equally likely. */
const FAIR_LIMIT = 252;
const block = Buffer.alloc(8192);
let used = block.length;

/** `length` letters and digits, 5.17 bits each. */
export function randomText(length: number): string {
  let text = "";
  while (text.length < length) {
    if (used === block.length) {
      randomFillSync(block);
      used = 0;
    }
    const byte = block[used++] as number;
    if (byte < FAIR_LIMIT) text += ALPHABET[byte % 36];
  }
  return text;
}
