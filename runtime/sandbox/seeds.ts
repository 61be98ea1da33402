/** Where the random numbers of events begin: bytes of the system's generator, drawn in large blocks. */
import { randomFillSync } from "node:crypto";

export const seeds = Buffer.alloc(8192);
let used = seeds.length;

/** The place in `seeds` of the next `length` bytes. Each is given once. */
export function nextSeed(length: number): number {
  if (used + length > seeds.length) {
    randomFillSync(seeds);
    used = 0;
  }
  const place = used;
  used += length;
  return place;
}
