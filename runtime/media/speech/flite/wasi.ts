/**
 * The surroundings of a WASI program (WASI preview 1, the thirteen calls that flite makes): arguments, a clock, and one
 * file, which is kept in memory. The program reaches no file, no network and no environment of this machine.
 */
import { instantiate, type Program, type ProgramImports, type ProgramMemory } from "./program.ts";

/** The numbers of WASI's errno. */
const SUCCESS = 0;
const BAD_DESCRIPTOR = 8;
const INVALID = 28;
const NO_ENTRY = 44;

const STDERR = 2;
/** The folder in which the program finds its file, and the file once it is open. */
const FOLDER = 3;
const FILE = 4;

/** A flag of `path_open`. */
const CREATE = 1;
const FILETYPE_DIRECTORY = 3;
const FILETYPE_FILE = 4;
const ALL_RIGHTS = 0xffff_ffff_ffff_ffffn;
const NANOSECONDS_PER_MS = 1e6;
const MAX_STDERR_CHARACTERS = 2_000;

export interface WasiOptions {
  readonly args: readonly string[];
  /** What the program may write at the most; more of it ends the run. */
  readonly maxFileBytes: number;
}

/** Thrown through the program to end it. */
class ProgramExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

export class WasiHost {
  readonly #args: readonly Buffer[];
  readonly #maxFileBytes: number;
  #memory: ProgramMemory | null = null;
  #file = Buffer.alloc(0);
  #length = 0;
  #position = 0;
  #stderr = "";

  constructor(options: WasiOptions) {
    this.#args = options.args.map((text) => Buffer.from(`${text}\0`, "utf8"));
    this.#maxFileBytes = options.maxFileBytes;
  }

  /** Runs the program to its end; gives its exit code. Throws where it traps, or writes too much. */
  run(program: Program): number {
    const { memory, start } = instantiate(program, this.#imports());
    this.#memory = memory;
    try {
      start();
      return 0;
    } catch (error) {
      if (error instanceof ProgramExit) return error.code;
      throw error;
    }
  }

  /** What the program has written into its file. */
  get file(): Buffer {
    return this.#file.subarray(0, this.#length);
  }

  /** What it has complained of. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Numbers of 64 bits come as `bigint`; none is larger than a `number` can be. */
  #imports(): ProgramImports {
    const calls = Object.entries(this.#calls());
    return Object.fromEntries(calls.map(([name, call]) => [name, (...args) => call(...args.map(Number))]));
  }

  #calls(): Record<string, (...args: number[]) => number> {
    return {
      args_sizes_get: (countAt = 0, bytesAt = 0) => {
        const bytes = this.#args.reduce((sum, arg) => sum + arg.length, 0);
        return this.#put32(countAt, this.#args.length) || this.#put32(bytesAt, bytes);
      },
      args_get: (pointersAt = 0, bytesAt = 0) => this.#putArguments(pointersAt, bytesAt),
      clock_time_get: (_clock = 0, _precision = 0, at = 0) => this.#putTime(at),
      fd_close: (fd = 0) => (fd <= FILE ? SUCCESS : BAD_DESCRIPTOR),
      fd_fdstat_get: (fd = 0, at = 0) => this.#putStatus(fd, at),
      fd_fdstat_set_flags: () => SUCCESS,
      fd_prestat_get: (fd = 0, at = 0) => {
        if (fd !== FOLDER) return BAD_DESCRIPTOR;
        // Tag 0, a folder, and the length of its name, which is ".".
        return this.#put32(at, 0) || this.#put32(at + 4, 1);
      },
      fd_prestat_dir_name: (fd = 0, at = 0) => {
        if (fd !== FOLDER) return BAD_DESCRIPTOR;
        this.#view().setUint8(at, ".".charCodeAt(0));
        return SUCCESS;
      },
      fd_read: (_fd = 0, _vectors = 0, _count = 0, readAt = 0) => this.#put32(readAt, 0),
      fd_seek: (fd = 0, offset = 0, whence = 0, at = 0) => this.#seek(fd, offset, whence, at),
      fd_write: (fd = 0, vectors = 0, count = 0, writtenAt = 0) => this.#write(fd, vectors, count, writtenAt),
      path_open: (...args) => this.#open(args[4] ?? 0, args[8] ?? 0),
      proc_exit: (code = 0) => {
        throw new ProgramExit(code);
      },
    };
  }

  /** Anew each time: the buffer of a memory that has grown is another one. */
  #view(): DataView {
    if (this.#memory === null) throw new Error("the program called before it was started");
    return new DataView(this.#memory.buffer);
  }

  #put32(at: number, value: number): number {
    this.#view().setUint32(at, value, true);
    return SUCCESS;
  }

  #putArguments(pointersAt: number, bytesAt: number): number {
    let at = bytesAt;
    for (const [index, arg] of this.#args.entries()) {
      this.#put32(pointersAt + 4 * index, at);
      new Uint8Array(this.#view().buffer).set(arg, at);
      at += arg.length;
    }
    return SUCCESS;
  }

  #putTime(at: number): number {
    this.#view().setBigUint64(at, BigInt(Math.round(performance.now() * NANOSECONDS_PER_MS)), true);
    return SUCCESS;
  }

  #putStatus(fd: number, at: number): number {
    if (fd > FILE) return BAD_DESCRIPTOR;
    const view = this.#view();
    view.setUint8(at, fd === FOLDER ? FILETYPE_DIRECTORY : FILETYPE_FILE);
    view.setUint16(at + 2, 0, true);
    view.setBigUint64(at + 8, ALL_RIGHTS, true);
    view.setBigUint64(at + 16, ALL_RIGHTS, true);
    return SUCCESS;
  }

  /** Whatever the path: there is one file, and it is there once it is created. */
  #open(flags: number, at: number): number {
    if ((flags & CREATE) === 0) return NO_ENTRY;
    this.#length = 0;
    this.#position = 0;
    return this.#put32(at, FILE);
  }

  #seek(fd: number, offset: number, whence: number, at: number): number {
    if (fd !== FILE) return BAD_DESCRIPTOR;
    const from = [0, this.#position, this.#length][whence];
    if (from === undefined || from + offset < 0 || from + offset > this.#length) return INVALID;
    this.#position = from + offset;
    this.#view().setBigUint64(at, BigInt(this.#position), true);
    return SUCCESS;
  }

  #write(fd: number, vectors: number, count: number, writtenAt: number): number {
    if (fd > FILE || fd === FOLDER) return BAD_DESCRIPTOR;
    const view = this.#view();
    let written = 0;
    for (let vector = vectors; vector < vectors + 8 * count; vector += 8) {
      const bytes = new Uint8Array(view.buffer, view.getUint32(vector, true), view.getUint32(vector + 4, true));
      if (fd === FILE) this.#append(bytes);
      else if (fd === STDERR && this.#stderr.length < MAX_STDERR_CHARACTERS) {
        this.#stderr += Buffer.from(bytes).toString("latin1");
      }
      written += bytes.length;
    }
    return this.#put32(writtenAt, written);
  }

  #append(bytes: Uint8Array): void {
    const end = this.#position + bytes.length;
    if (end > this.#maxFileBytes) throw new Error(`it wrote more than ${this.#maxFileBytes} bytes`);
    if (end > this.#file.length) {
      const larger = Buffer.alloc(Math.min(this.#maxFileBytes, Math.max(2 * end, 65_536)));
      this.#file.copy(larger, 0, 0, this.#length);
      this.#file = larger;
    }
    this.#file.set(bytes, this.#position);
    this.#position = end;
    this.#length = Math.max(this.#length, end);
  }
}
