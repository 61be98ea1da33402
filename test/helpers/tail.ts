/** What a script says and does, live: the tail of the API, collected so that a test can wait for an entry. */
import { readEvents } from "./event-stream.ts";
import { within } from "./until.ts";

/** An entry of the tail; which fields there are depends on `type` (log, invocation, fault, deploy). */
export interface TailLine {
  readonly type: string;
  readonly text?: string;
  readonly callId?: string | null;
  readonly handler?: string;
  readonly outcome?: string;
  readonly fault?: { readonly reason: string; readonly message: string; readonly line?: number };
}

export class Tail {
  readonly entries: TailLine[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #abort = new AbortController();

  static async open(url: string, token: string): Promise<Tail> {
    const tail = new Tail();
    const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream" };
    const response = await fetch(url, { headers, signal: tail.#abort.signal });
    if (!response.ok || response.body === null) throw new Error(`No tail: ${response.status} ${await response.text()}`);
    tail.#read(response.body).catch((error: unknown) => {
      if (!tail.#abort.signal.aborted) throw error;
    });
    return tail;
  }

  /** The text of each `console` line so far. */
  get lines(): string[] {
    return this.entries.flatMap((entry) => (entry.type === "log" && entry.text !== undefined ? [entry.text] : []));
  }

  /** The first entry that fits, once it is there. */
  async entry(what: string, fits: (entry: TailLine) => boolean): Promise<TailLine> {
    for (;;) {
      const found = this.entries.find(fits);
      if (found !== undefined) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      await within(`${what} in the tail, which has: ${JSON.stringify(this.entries)}`, promise);
    }
  }

  /** Resolves once the script has printed this line. */
  async line(text: string): Promise<void> {
    await this.entry(`the line "${text}"`, (entry) => entry.type === "log" && entry.text === text);
  }

  async fault(): Promise<NonNullable<TailLine["fault"]>> {
    const { fault } = await this.entry("a fault", (entry) => entry.type === "fault");
    if (fault === undefined) throw new Error("The entry of a fault does not say which.");
    return fault;
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    for await (const event of readEvents(body)) {
      // The API promises this shape; a test that reads a field which is not there fails by itself.
      this.entries.push({ ...(event.data as TailLine), type: event.name });
      for (const resolve of this.#waiting) resolve();
      this.#waiting.clear();
    }
  }
}
