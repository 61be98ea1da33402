/** `Math.random` and `crypto.randomUUID` from the seed of the event (xoshiro128**), so that a replay draws the same. */
import { running } from "./event.ts";
import { apply, charCodeAt, floor, imul } from "./primordials.ts";

const HEX = "0123456789abcdef";
/** Where a UUID has its hyphens, counted in bytes. */
const HYPHENS = "\x04\x06\x08\x0a";

function firstState(seed: string): number[] {
  const state = [0, 0, 0, 0];
  for (let index = 0; index < seed.length && index < 16; index++) {
    const word = index >> 2;
    state[word] = ((state[word] as number) << 8) | apply(charCodeAt, seed, [index]);
  }
  // All zero is the one state that the generator never leaves.
  if (((state[0] as number) | (state[1] as number) | (state[2] as number) | (state[3] as number)) === 0) state[0] = 1;
  return state;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** 32 random bits. */
function draw(): number {
  running.random ??= firstState(running.seed);
  const state = running.random;
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  const bits = imul(rotate(imul(b, 5), 7), 9);
  const shifted = b << 9;
  c ^= a;
  d ^= b;
  b ^= c;
  a ^= d;
  c ^= shifted;
  d = rotate(d, 11);
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
  return bits >>> 0;
}

export function random(): number {
  return ((draw() >>> 5) * 67_108_864 + (draw() >>> 6)) / 9_007_199_254_740_992;
}

/** Version 4, variant 1 (RFC 9562 §5.4). */
export function randomUUID(): string {
  let text = "";
  let word = 0;
  for (let index = 0; index < 16; index++) {
    if (index % 4 === 0) word = draw();
    let byte = (word >>> ((index % 4) * 8)) & 0xff;
    if (index === 6) byte = (byte & 0x0f) | 0x40;
    if (index === 8) byte = (byte & 0x3f) | 0x80;
    if (isHyphen(index)) text += "-";
    text += (HEX[floor(byte / 16)] as string) + (HEX[byte % 16] as string);
  }
  return text;
}

function isHyphen(index: number): boolean {
  for (let place = 0; place < HYPHENS.length; place++) {
    if (apply(charCodeAt, HYPHENS, [place]) === index) return true;
  }
  return false;
}
