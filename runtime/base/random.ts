/** Random text for tags, branches, Call-IDs, tokens and passwords: from the system's generator, drawn in large blocks. */
import { randomFillSync } from "node:crypto";

const ALPHABET = Buffer.from("0123456789abcdefghijklmnopqrstuvwxyz", "latin1");
/** The largest multiple of 36 below 256: bytes above are thrown away, so that every letter is equally likely. */
const FAIR_LIMIT = 252;
const letters = Buffer.alloc(8192);
let count = 0;
let used = 0;

/** `length` letters and digits, 5.17 bits each. At most some hundred at a time. */
export function randomText(length: number): string {
  if (count - used < length) draw();
  const text = letters.toString("latin1", used, used + length);
  used += length;
  return text;
}

function draw(): void {
  randomFillSync(letters);
  used = 0;
  count = 0;
  for (const byte of letters) {
    if (byte < FAIR_LIMIT) letters[count++] = ALPHABET[byte % ALPHABET.length] as number;
  }
}
