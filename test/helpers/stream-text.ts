/** Cuts the text of a TCP connection into messages by Content-Length. */
export class StreamText {
  readonly #receive: (text: string) => void;
  #buffer = "";

  constructor(receive: (text: string) => void) {
    this.#receive = receive;
  }

  push(text: string): void {
    this.#buffer = (this.#buffer + text).replace(/^(\r\n)+/, "");
    for (;;) {
      const head = this.#buffer.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/^Content-Length:\s*(\d+)/im.exec(this.#buffer.slice(0, head))?.[1] ?? 0);
      const end = head + 4 + length;
      if (this.#buffer.length < end) return;
      this.#receive(this.#buffer.slice(0, end));
      this.#buffer = this.#buffer.slice(end).replace(/^(\r\n)+/, "");
    }
  }
}
