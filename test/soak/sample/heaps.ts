/**
 * The heaps of the switch and of its worker threads after a collection that is asked for by the inspector of Node, which
 * SIGUSR1 opens: nothing in the switch knows of it. One connection for the whole run.
 */

import type { RunningSwitch } from "../../helpers/switch.ts";
import { switchProcess } from "../../helpers/thread-of-the-switch.ts";
import { until, within } from "../../helpers/until.ts";

const ANSWER_WITHIN_MS = 30_000;
const BYTES_PER_MB = 1024 * 1024;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly sessionId: string; readonly message?: string };
  readonly result?: { readonly usedSize?: number };
  readonly error?: { readonly message: string };
}

export interface Heaps {
  readonly switchMB: number;
  readonly workersMB: number;
}

export class HeapReader {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #workers = new Set<string>();
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(String(data))));
  }

  /** The switch has to be started with `INSPECTABLE`. */
  static async open(strowger: RunningSwitch): Promise<HeapReader> {
    process.kill(switchProcess(strowger), "SIGUSR1");
    const url = await until("the inspector", () => /Debugger listening on (ws:\S+)/.exec(strowger.log())?.[1]);
    const socket = new WebSocket(url);
    await within("the inspector to answer", new Promise((resolve) => socket.addEventListener("open", resolve)));
    const reader = new HeapReader(socket);
    await reader.#ask("NodeWorker.enable", { waitForDebuggerOnStart: false });
    return reader;
  }

  async read(): Promise<Heaps> {
    const main = await this.#collected((method) => this.#ask(method));
    let workers = 0;
    for (const sessionId of [...this.#workers]) {
      // One that has ended meanwhile has no heap.
      workers += await this.#collected((method) => this.#askWorker(sessionId, method)).catch(() => 0);
    }
    return { switchMB: main / BYTES_PER_MB, workersMB: workers / BYTES_PER_MB };
  }

  /** Has the switch run a piece of JavaScript. */
  async run(expression: string): Promise<void> {
    await this.#ask("Runtime.evaluate", { expression });
  }

  close(): void {
    this.#socket.close();
  }

  /** What a first collection lets go is collected by a second one. */
  async #collected(ask: (method: string) => Promise<Message>): Promise<number> {
    for (let times = 0; times < 2; times++) await ask("HeapProfiler.collectGarbage");
    return (await ask("Runtime.getHeapUsage")).result?.usedSize ?? 0;
  }

  #ask(method: string, params: object = {}): Promise<Message> {
    const id = ++this.#id;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return this.#answer(id, method);
  }

  #askWorker(sessionId: string, method: string): Promise<Message> {
    const id = ++this.#id;
    const message = JSON.stringify({ id, method, params: {} });
    void this.#ask("NodeWorker.sendMessageToWorker", { sessionId, message }).catch(() => {});
    return this.#answer(id, method);
  }

  #answer(id: number, method: string): Promise<Message> {
    const { promise, resolve, reject } = Promise.withResolvers<Message>();
    this.#waiting.set(id, (message) => {
      if (message.error === undefined) resolve(message);
      else reject(new Error(`${method}: ${message.error.message}`));
    });
    return within(`the inspector to answer ${method}`, promise, ANSWER_WITHIN_MS).finally(() =>
      this.#waiting.delete(id),
    );
  }

  #receive(message: Message): void {
    const { id, method, params } = message;
    if (method === "NodeWorker.attachedToWorker" && params) this.#workers.add(params.sessionId);
    if (method === "NodeWorker.detachedFromWorker" && params) this.#workers.delete(params.sessionId);
    if (method === "NodeWorker.receivedMessageFromWorker") this.#receive(JSON.parse(params?.message ?? "{}"));
    else if (id !== undefined) this.#waiting.get(id)?.(message);
  }
}
