/** Netstrings (`LENGTH:TEXT,`), the framing of baresip's control connection. */

export function encodeNetstring(text: string): string {
  return `${Buffer.byteLength(text)}:${text},`;
}

export class NetstringReader {
  #buffer: Buffer = Buffer.alloc(0);

  /** The texts that are complete with these octets. */
  push(octets: Buffer): string[] {
    this.#buffer = Buffer.concat([this.#buffer, octets]);
    const texts: string[] = [];
    for (;;) {
      const colon = this.#buffer.indexOf(":");
      if (colon < 0) return texts;
      const length = Number(this.#buffer.toString("latin1", 0, colon));
      if (!Number.isInteger(length)) throw new Error(`Not a netstring: ${this.#buffer.toString("latin1", 0, 40)}`);
      const end = colon + 1 + length;
      if (this.#buffer.length < end + 1) return texts;
      texts.push(this.#buffer.toString("utf8", colon + 1, end));
      this.#buffer = this.#buffer.subarray(end + 1);
    }
  }
}
