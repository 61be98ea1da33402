/**
 * What requests and responses carry (WHATWG Fetch §5.3): text or bytes that are there as a whole. Deviation: there are no
 * streams, blobs or forms with files.
 */
export type Content = string | Uint8Array | null;

const encoder = new TextEncoder();

/** Read once, as on the platform, so that a script that works here works elsewhere. */
export abstract class Body {
  readonly #content: Content;
  #isUsed = false;

  static contentOf(body: Body): Content {
    return body.#content;
  }

  constructor(content: Content) {
    this.#content = content;
  }

  get bodyUsed(): boolean {
    return this.#isUsed;
  }

  async text(): Promise<string> {
    const content = this.#take();
    const text = typeof content === "string" ? content : new TextDecoder().decode(content ?? new Uint8Array());
    return text.startsWith("\ufeff") && typeof content === "string" ? text.slice(1) : text;
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async bytes(): Promise<Uint8Array> {
    const content = this.#take();
    return typeof content === "string" ? encoder.encode(content) : Uint8Array.from(content ?? []);
  }

  async arrayBuffer(): Promise<ArrayBufferLike> {
    return (await this.bytes()).buffer;
  }

  #take(): Content {
    if (this.#isUsed) throw new TypeError("The body was read already");
    this.#isUsed = this.#content !== null;
    return this.#content;
  }
}

/** What an author gives as a body, and the media type that says what it is. */
export function toContent(init: unknown): { content: Content; type: string | null } {
  if (init === null || init === undefined) return { content: null, type: null };
  if (typeof init === "string") return { content: init.toWellFormed(), type: "text/plain;charset=UTF-8" };
  if (Reflect.get(Object(init), Symbol.toStringTag) === "URLSearchParams") {
    return { content: String(init), type: "application/x-www-form-urlencoded;charset=UTF-8" };
  }
  if (init instanceof ArrayBuffer) return { content: new Uint8Array(init.slice(0)), type: null };
  if (ArrayBuffer.isView(init)) {
    const bytes = new Uint8Array(init.buffer as ArrayBuffer, init.byteOffset, init.byteLength);
    return { content: Uint8Array.from(bytes), type: null };
  }
  throw new TypeError("A body is text, bytes or URLSearchParams; make text of an object by JSON.stringify");
}
