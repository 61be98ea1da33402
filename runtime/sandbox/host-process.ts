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
  /** `null`: it could not be started. */
  readonly #child: ChildProcess | null;
  readonly #output: Writable | undefined;
  readonly #batch = new FrameBatch();
  readonly exited: Promise<Exit>;
  #isFlushPlanned = false;
  #writingBytes = 0;
  #isGone = false;

  constructor(command: HostCommand, frameLimitBytes: number, owner: HostProcessOwner) {
    const child = start(command);
    this.#child = child instanceof Error ? null : child;
    // Pipes by the `stdio` of `start`; a process that could not be started has none.
    const [output, input] = (this.#child?.stdio?.slice(3) ?? []) as [Writable?, Readable?];
    this.#output = output;
    const gone = (): void => {
      if (this.#isGone) return;
      this.#isGone = true;
      this.kill();
      owner.gone();
    };
    const reader = new FrameReader(frameLimitBytes, (buffer, start, end) => owner.frame(buffer, start, end));
    input?.on("data", (chunk: Buffer) => {
      if (reader.push(chunk)) owner.drained();
      else gone();
    });
    input?.on("close", gone);
    input?.on("error", gone);
    // A broken pipe: the end of the other one tells, after all that was said.
    output?.on("error", () => {});
    this.exited = child instanceof Error ? neverRan(child, gone) : watchExit(child, gone);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
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
    this.#child?.kill("SIGKILL");
  }

  /** One write at a time: what comes meanwhile leaves together after it. */
  #flush(): void {
    this.#isFlushPlanned = false;
    if (this.#writingBytes > 0 || this.#batch.length === 0) return;
    const bytes = this.#batch.take();
    if (this.#isGone || this.#output === undefined) return;
    this.#writingBytes = bytes.length;
    this.#output.write(bytes, this.#written);
  }

  readonly #written = (): void => {
    this.#writingBytes = 0;
    this.#flush();
  };
}

/** Short of memory `spawn` throws; short of descriptors it gives a process without pipes, and tells by `error`. */
function start({ file, args }: HostCommand): ChildProcess | Error {
  try {
    return spawn(file, args, { env: {}, stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The end of what could not be started is told like any other: later. */
async function neverRan(error: Error, gone: () => void): Promise<Exit> {
  await Promise.resolve();
  gone();
  return { code: null, signal: null, lastWords: error.message };
}

function watchExit(child: ChildProcess, gone: () => void): Promise<Exit> {
  let lastWords = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString("latin1")).slice(-LAST_WORDS_BYTES);
  });
  return new Promise((resolve) => {
    child.on("error", (error) => {
      lastWords += String(error);
      // It never ran: there is no exit to wait for.
      if (child.pid !== undefined) return;
      gone();
      resolve({ code: null, signal: null, lastWords });
    });
    child.on("close", (code, signal) => {
      gone();
      resolve({ code, signal, lastWords });
    });
  });
}
