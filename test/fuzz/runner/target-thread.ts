/** A target in a thread of its own, so that an input without end, or one that takes all memory, costs the thread alone. */
import { Worker } from "node:worker_threads";
import { type FromThread, MOST_SHARED_OCTETS, type ThreadData, type ToThread } from "./messages.ts";

/** No input takes so long on any machine. */
const HANG_MS = 30_000;
const LOOK_EVERY_MS = 1000;
const MOST_HEAP_MB = 1024;

export class TargetThread {
  readonly #worker: Worker;
  readonly #data: ThreadData;
  #reply: ((said: FromThread) => void) | null = null;
  #isGone = false;

  private constructor(target: string) {
    this.#data = {
      target,
      count: new Int32Array(new SharedArrayBuffer(4)),
      length: new Int32Array(new SharedArrayBuffer(4)),
      input: new Uint8Array(new SharedArrayBuffer(MOST_SHARED_OCTETS)),
    };
    this.#worker = new Worker(new URL("./thread.ts", import.meta.url), {
      workerData: this.#data,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
    });
    this.#worker.on("message", (said: FromThread) => this.#said(said));
    this.#worker.on("error", (error) =>
      this.#died("death", error instanceof Error ? (error.stack ?? "") : String(error)),
    );
    this.#worker.on("exit", () => this.#died("death", "The thread has ended by itself."));
  }

  static async start(target: string): Promise<TargetThread> {
    const thread = new TargetThread(target);
    const { finding } = await thread.#next();
    if (finding !== null) throw new Error(`${target} cannot be fuzzed: ${finding.message}`);
    return thread;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  async ask(message: ToThread): Promise<FromThread> {
    const said = this.#next();
    this.#worker.postMessage(message);
    return await said;
  }

  async stop(): Promise<void> {
    if (!this.#isGone) await this.ask({ type: "close" });
    await this.#worker.terminate();
  }

  async #next(): Promise<FromThread> {
    const { promise, resolve } = Promise.withResolvers<FromThread>();
    this.#reply = resolve;
    const watch = this.#watch();
    try {
      return await promise;
    } finally {
      clearInterval(watch);
    }
  }

  #watch(): NodeJS.Timeout {
    let last = -1;
    let since = performance.now();
    return setInterval(() => {
      const count = Atomics.load(this.#data.count, 0);
      if (count !== last) {
        last = count;
        since = performance.now();
      } else if (performance.now() - since > HANG_MS) {
        this.#died("hang", `Nothing has come of this input in ${HANG_MS / 1000} s.`);
      }
    }, LOOK_EVERY_MS);
  }

  #said(said: FromThread): void {
    const reply = this.#reply;
    this.#reply = null;
    reply?.(said);
  }

  #died(kind: "hang" | "death", message: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    void this.#worker.terminate();
    const length = Atomics.load(this.#data.length, 0);
    const input = Buffer.from(this.#data.input.slice(0, length)).toString("latin1");
    this.#said({ inputs: 0, ms: 0, heapBytes: 0, finding: { kind, message, input } });
  }
}
