/** One child process and its pipes: frames out, those of one turn of the event loop together; frames in. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { FrameBatch, FrameReader } from "./frame.ts";
import type { HostCommand } from "./host-command.ts";

/** What a dying process says last. */
const LAST_WORDS_BYTES = 2000;

export interface HostProcessOwner {
  /** A frame; the bytes are valid during the call alone. */
  frame(buffer: Buffer, start: number, end: number): void;
  /** All frames that have arrived so far are read. */
  drained(): void;
  /** The process is gone or does not speak the protocol; all it has said was read. */
  gone(): void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lastWords: string;
}

export class HostProcess {
  readonly #child: ChildProcess;
  readonly #output: Writable;
  readonly #batch = new FrameBatch();
  readonly exited: Promise<Exit>;
  #isFlushPlanned = false;
  #writingBytes = 0;
  #isGone = false;

  constructor(command: HostCommand, frameLimitBytes: number, owner: HostProcessOwner) {
    this.#child = spawn(command.file, command.args, { env: {}, stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] });
    // Pipes by the `stdio` above.
    this.#output = this.#child.stdio[3] as Writable;
    const input = this.#child.stdio[4] as Readable;
    const gone = (): void => {
      if (this.#isGone) return;
      this.#isGone = true;
      this.kill();
      owner.gone();
    };
    const reader = new FrameReader(frameLimitBytes, (buffer, start, end) => owner.frame(buffer, start, end));
    input.on("data", (chunk: Buffer) => {
      if (reader.push(chunk)) owner.drained();
      else gone();
    });
    input.on("close", gone);
    input.on("error", gone);
    // A broken pipe: the end of the other one tells, after all that was said.
    this.#output.on("error", () => {});
    this.exited = this.#watchExit(gone);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Written and not yet taken by the kernel. */
  get queuedBytes(): number {
    return this.#writingBytes + this.#batch.length;
  }

  /** Where to write frames; what is in it leaves at the end of this turn. */
  outgoing(): FrameBatch {
    if (!this.#isFlushPlanned) {
      this.#isFlushPlanned = true;
      setImmediate(() => this.#flush());
    }
    return this.#batch;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** One write at a time: what comes meanwhile leaves together after it. */
  #flush(): void {
    this.#isFlushPlanned = false;
    if (this.#writingBytes > 0 || this.#batch.length === 0) return;
    const bytes = this.#batch.take();
    if (this.#isGone) return;
    this.#writingBytes = bytes.length;
    this.#output.write(bytes, this.#written);
  }

  readonly #written = (): void => {
    this.#writingBytes = 0;
    this.#flush();
  };

  #watchExit(gone: () => void): Promise<Exit> {
    let lastWords = "";
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString("latin1")).slice(-LAST_WORDS_BYTES);
    });
    return new Promise((resolve) => {
      this.#child.on("error", (error) => {
        lastWords += String(error);
        // It never ran: there is no exit to wait for.
        if (this.#child.pid !== undefined) return;
        gone();
        resolve({ code: null, signal: null, lastWords });
      });
      this.#child.on("close", (code, signal) => {
        gone();
        resolve({ code, signal, lastWords });
      });
    });
  }
}
