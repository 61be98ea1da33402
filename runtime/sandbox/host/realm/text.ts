/** `TextEncoder` and `TextDecoder` for UTF-8 (WHATWG Encoding §8.1); other encodings are refused. */
import {
  apply,
  Bytes,
  charCodeAt,
  fromCharCode,
  min,
  toLowerCase,
  toText,
  trim,
  WrongRange,
  WrongType,
} from "./primordials.ts";

const LABELS = {
  __proto__: null,
  "utf-8": 1,
  utf8: 1,
  "unicode-1-1-utf-8": 1,
  unicode11utf8: 1,
  unicode20utf8: 1,
  "x-unicode20utf8": 1,
};
const REPLACEMENT = 0xfffd;
/** No character yet. */
const NOTHING = -1;
const BYTE_ORDER_MARK = 0xfeff;
const isView = ArrayBuffer.isView;
const Units = Uint16Array;
const { subarray } = Object.getPrototypeOf(Units.prototype) as Uint16Array;
const UNITS_AT_ONCE = 4096;

/** The code point at `index`; a surrogate without its other half counts as U+FFFD. */
function codePointAt(text: string, index: number): number {
  const unit = apply(charCodeAt, text, [index]);
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  if (unit > 0xdbff || index + 1 >= text.length) return 0xfffd;
  const second = apply(charCodeAt, text, [index + 1]);
  if (second < 0xdc00 || second > 0xdfff) return 0xfffd;
  return 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
}

function utf8Length(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

function writePoint(target: Uint8Array, at: number, point: number, length: number): void {
  if (length === 1) {
    target[at] = point;
    return;
  }
  for (let index = length - 1; index > 0; index--) {
    target[at + index] = 0x80 | (point & 0x3f);
    point >>= 6;
  }
  target[at] = ((0xf00 >> length) & 0xff) | point;
}

export class Utf8Encoder {
  get encoding(): string {
    return "utf-8";
  }

  encode(input: unknown = ""): Uint8Array {
    const text = toText(input);
    let length = 0;
    for (let index = 0; index < text.length; index++) {
      const point = codePointAt(text, index);
      length += utf8Length(point);
      if (point > 0xffff) index++;
    }
    const bytes = new Bytes(length);
    this.encodeInto(text, bytes);
    return bytes;
  }

  encodeInto(input: unknown, target: Uint8Array): { read: number; written: number } {
    const text = toText(input);
    let read = 0;
    let written = 0;
    while (read < text.length) {
      const point = codePointAt(text, read);
      const length = utf8Length(point);
      if (written + length > target.length) break;
      writePoint(target, written, point, length);
      written += length;
      read += point > 0xffff ? 2 : 1;
    }
    return { read, written };
  }
}

/** Text in the making: put together letter by letter, a long one would take many times its size. */
class Letters {
  readonly #units: Uint16Array;
  #length = 0;
  #text = "";

  /** `bytes`: what it is made of; no character has more units than bytes. */
  constructor(bytes: number) {
    this.#units = new Units(min(bytes + 1, UNITS_AT_ONCE));
  }

  add(point: number): void {
    if (point > 0xffff) {
      this.#push(0xd800 + ((point - 0x10000) >> 10));
      this.#push(0xdc00 + ((point - 0x10000) & 0x3ff));
    } else this.#push(point);
  }

  take(): string {
    const units = apply(subarray, this.#units, [0, this.#length]);
    this.#text += apply(fromCharCode, undefined, units as unknown as number[]);
    this.#length = 0;
    return this.#text;
  }

  #push(unit: number): void {
    if (this.#length === this.#units.length) this.take();
    this.#units[this.#length++] = unit;
  }
}

export class Utf8Decoder {
  readonly #fatal: boolean;
  readonly #ignoreBom: boolean;
  /** A character that has begun: what is known of it, the bytes it still needs, and the range of the next one. */
  #point = 0;
  #needed = 0;
  #lower = 0x80;
  #upper = 0xbf;
  #begun = false;

  constructor(label: unknown = "utf-8", options: { fatal?: unknown; ignoreBOM?: unknown } = {}) {
    const name = apply(toLowerCase, apply(trim, toText(label), []), []);
    if (!(name in LABELS)) throw new WrongRange(`The encoding "${name}" is not supported; only utf-8 is`);
    this.#fatal = options.fatal === true;
    this.#ignoreBom = options.ignoreBOM === true;
  }

  get encoding(): string {
    return "utf-8";
  }

  get fatal(): boolean {
    return this.#fatal;
  }

  get ignoreBOM(): boolean {
    return this.#ignoreBom;
  }

  decode(input?: unknown, options: { stream?: unknown } = {}): string {
    const bytes = toBytes(input);
    const letters = new Letters(bytes.length);
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] as number;
      if (this.#needed > 0 && (byte < this.#lower || byte > this.#upper)) {
        // The byte breaks a character off, and is the first of the next.
        this.#reset();
        this.#emit(letters, this.#invalid());
      }
      this.#emit(letters, this.#take(byte));
    }
    if (options.stream === true) return letters.take();
    if (this.#needed > 0) {
      this.#reset();
      this.#emit(letters, this.#invalid());
    }
    this.#begun = false;
    return letters.take();
  }

  /** The character that this byte completes, U+FFFD, or nothing yet. */
  #take(byte: number): number {
    if (this.#needed === 0) return this.#takeFirst(byte);
    this.#lower = 0x80;
    this.#upper = 0xbf;
    this.#point = (this.#point << 6) | (byte & 0x3f);
    if (--this.#needed > 0) return NOTHING;
    const point = this.#point;
    this.#reset();
    return point;
  }

  #takeFirst(byte: number): number {
    if (byte < 0x80) return byte;
    if (byte < 0xc2 || byte > 0xf4) return this.#invalid();
    if (byte < 0xe0) {
      this.#needed = 1;
      this.#point = byte & 0x1f;
    } else if (byte < 0xf0) {
      this.#needed = 2;
      this.#point = byte & 0x0f;
      if (byte === 0xe0) this.#lower = 0xa0;
      if (byte === 0xed) this.#upper = 0x9f;
    } else {
      this.#needed = 3;
      this.#point = byte & 0x07;
      if (byte === 0xf0) this.#lower = 0x90;
      if (byte === 0xf4) this.#upper = 0x8f;
    }
    return NOTHING;
  }

  #reset(): void {
    this.#needed = 0;
    this.#point = 0;
    this.#lower = 0x80;
    this.#upper = 0xbf;
  }

  #invalid(): number {
    if (!this.#fatal) return REPLACEMENT;
    this.#begun = false;
    throw new WrongType("The encoded data was not valid for encoding utf-8");
  }

  /** Drops the byte order mark at the beginning. */
  #emit(letters: Letters, point: number): void {
    if (point === NOTHING) return;
    if (this.#begun || point !== BYTE_ORDER_MARK || this.#ignoreBom) letters.add(point);
    this.#begun = true;
  }
}

function toBytes(input: unknown): Uint8Array {
  if (input === undefined) return new Bytes(0);
  if (isView(input)) return new Bytes(input.buffer as ArrayBuffer, input.byteOffset, input.byteLength);
  if (!(input instanceof ArrayBuffer)) throw new WrongType("decode needs an ArrayBuffer or a view of one");
  return new Bytes(input);
}
