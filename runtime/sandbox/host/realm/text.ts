/** `TextEncoder` and `TextDecoder` for UTF-8 (WHATWG Encoding §8.1); other encodings are refused. */
import {
  apply,
  Bytes,
  charCodeAt,
  defineGlobal,
  fromCharCode,
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
const REPLACEMENT = "\ufffd";
const isView = ArrayBuffer.isView;

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

class Utf8Encoder {
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

class Utf8Decoder {
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
    let text = "";
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] as number;
      if (this.#needed > 0 && (byte < this.#lower || byte > this.#upper)) {
        // The byte breaks a character off, and is the first of the next.
        this.#reset();
        text += this.#emit(this.#invalid());
      }
      text += this.#emit(this.#take(byte));
    }
    if (options.stream === true) return text;
    if (this.#needed > 0) {
      this.#reset();
      text += this.#emit(this.#invalid());
    }
    this.#begun = false;
    return text;
  }

  /** The text that this byte completes: a character, U+FFFD, or nothing yet. */
  #take(byte: number): string {
    if (this.#needed === 0) return this.#takeFirst(byte);
    this.#lower = 0x80;
    this.#upper = 0xbf;
    this.#point = (this.#point << 6) | (byte & 0x3f);
    if (--this.#needed > 0) return "";
    const point = this.#point;
    this.#reset();
    if (point < 0x10000) return fromCharCode(point);
    return fromCharCode(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
  }

  #takeFirst(byte: number): string {
    if (byte < 0x80) return fromCharCode(byte);
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
    return "";
  }

  #reset(): void {
    this.#needed = 0;
    this.#point = 0;
    this.#lower = 0x80;
    this.#upper = 0xbf;
  }

  #invalid(): string {
    if (!this.#fatal) return REPLACEMENT;
    this.#begun = false;
    throw new WrongType("The encoded data was not valid for encoding utf-8");
  }

  /** Drops the byte order mark at the beginning. */
  #emit(part: string): string {
    if (part === "" || this.#begun) return part;
    this.#begun = true;
    return part === "\ufeff" && !this.#ignoreBom ? "" : part;
  }
}

function toBytes(input: unknown): Uint8Array {
  if (input === undefined) return new Bytes(0);
  if (isView(input)) return new Bytes(input.buffer as ArrayBuffer, input.byteOffset, input.byteLength);
  if (!(input instanceof ArrayBuffer)) throw new WrongType("decode needs an ArrayBuffer or a view of one");
  return new Bytes(input);
}

defineGlobal("TextEncoder", Utf8Encoder);
defineGlobal("TextDecoder", Utf8Decoder);
