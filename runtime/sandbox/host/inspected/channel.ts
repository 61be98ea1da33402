/**
 * A debugger's way into one isolate: messages of the Chrome DevTools Protocol in, answers and notifications out. There is
 * one session of the engine for the life of an isolate, whoever is attached: ending one while the isolate runs takes the
 * process down, and so does an isolate that ends before its session.
 */
import type ivm from "isolated-vm";
import { MOST_MESSAGE_CHARACTERS } from "../../inspector-frames.ts";

/**
 * The engine may miss that a message has come, above all while it is paused, and looks again at the next one: so
 * something is asked again and again until the answer is there.
 */
const NUDGE_MS = 5;
const MOST_NUDGES = 400;
/** Our own messages; answers to them are nobody's. */
const FIRST_OWN_ID = 2_000_000_000;
const DOMAINS = ["Debugger", "Runtime", "Profiler", "HeapProfiler", "Console"];

export class InspectorChannel {
  readonly #isolate: ivm.Isolate;
  readonly #session: ivm.InspectorSession;
  /** Hears answers and notifications for whoever is attached. */
  readonly #said: (text: string) => void;
  /** What waits for the answer to one of our own messages. */
  readonly #own = new Map<number, () => void>();
  #lastOwnId = FIRST_OWN_ID;
  #isAttached = false;
  #unanswered = 0;
  #nudges = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(isolate: ivm.Isolate, said: (text: string) => void) {
    this.#isolate = isolate;
    this.#said = said;
    this.#session = isolate.createInspectorSession();
    this.#session.onResponse = (id, text) => this.#answered(id, text);
    this.#session.onNotification = (text) => {
      if (this.#isAttached && text.length <= MOST_MESSAGE_CHARACTERS) this.#said(text);
    };
  }

  get isAttached(): boolean {
    return this.#isAttached;
  }

  attach(): void {
    this.#isAttached = true;
  }

  /** Whoever was attached is gone: what they have set is taken back, and a script that stands still runs on. */
  async detach(): Promise<void> {
    this.#isAttached = false;
    if (this.#isolate.isDisposed) return;
    await Promise.all(DOMAINS.map((domain) => this.#ask(`${domain}.disable`)));
  }

  /** A message of whoever is attached. */
  send(text: string): void {
    if (!this.#isAttached || this.#isolate.isDisposed) return;
    this.#unanswered++;
    this.#dispatch(text);
  }

  /** Only while the isolate does not run. */
  async close(): Promise<void> {
    await this.detach();
    this.#stopNudging();
    this.#session.dispose();
  }

  #ask(method: string): Promise<void> {
    const id = ++this.#lastOwnId;
    return new Promise((resolve) => {
      this.#own.set(id, resolve);
      this.#unanswered++;
      this.#dispatch(JSON.stringify({ id, method }));
    });
  }

  #dispatch(text: string): void {
    this.#session.dispatchProtocolMessage(text);
    this.#nudges = 0;
    this.#timer ??= setInterval(() => this.#nudge(), NUDGE_MS);
  }

  #nudge(): void {
    if (this.#unanswered === 0 || ++this.#nudges > MOST_NUDGES || this.#isolate.isDisposed) this.#stopNudging();
    else this.#session.dispatchProtocolMessage(`{"id":${FIRST_OWN_ID},"method":"Runtime.getIsolateId"}`);
  }

  #stopNudging(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #answered(id: number, text: string): void {
    if (id === FIRST_OWN_ID) return;
    this.#unanswered--;
    if (id > FIRST_OWN_ID) {
      this.#own.get(id)?.();
      this.#own.delete(id);
    } else if (this.#isAttached) {
      this.#said(text.length > MOST_MESSAGE_CHARACTERS ? tooLong(id) : text);
    }
  }
}

function tooLong(id: number): string {
  const message = `The answer has more than ${MOST_MESSAGE_CHARACTERS} characters`;
  return JSON.stringify({ id, error: { code: -32000, message } });
}
