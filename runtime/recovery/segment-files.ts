/**
 * The files of the journal of calls, numbered in the order in which they were written. They are removed in that order too:
 * the end of a call stands in the same file as its beginning or in a later one.
 */
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

const NAME = /^(\d{8})\.calls$/;
const DIGITS = 8;
const OWNER_ONLY = 0o600;
/** The first frame is far shorter. */
const HEAD_BYTES = 256;

export class SegmentFiles {
  readonly #folder: string;
  #last: number;
  #fd: number | null = null;
  /** Removals, one after the other. */
  #removals: Promise<void> = Promise.resolve();

  /** Makes the folder where there is none. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#last = this.numbers().at(-1) ?? 0;
  }

  /** Those that are there, the oldest first. */
  numbers(): readonly number[] {
    const found = readdirSync(this.#folder).flatMap((name) => NAME.exec(name)?.[1] ?? []);
    return found.map(Number).sort((one, other) => one - other);
  }

  read(number: number): Buffer {
    return readFileSync(this.#path(number));
  }

  /** Its first octets; empty where it is gone by now. */
  head(number: number): Buffer {
    const head = Buffer.alloc(HEAD_BYTES);
    try {
      const fd = openSync(this.#path(number), "r");
      try {
        return head.subarray(0, readSync(fd, head));
      } finally {
        closeSync(fd);
      }
    } catch {
      return head.subarray(0, 0);
    }
  }

  /** Another file, which is written from now on; returns its number. */
  begin(): number {
    this.close();
    const number = this.#last + 1;
    this.#fd = openSync(this.#path(number), "ax", OWNER_ONLY);
    this.#last = number;
    return number;
  }

  /** In the hands of the system on return: that outlives this process, not the machine. Throws where it cannot be written. */
  write(bytes: Buffer): void {
    if (this.#fd === null) throw new Error("The journal of calls has no file.");
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#fd, bytes, written);
  }

  remove(number: number): void {
    const path = this.#path(number);
    this.#removals = this.#removals.then(() => rm(path, { force: true })).catch(() => {});
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  /** What was to be removed is gone. */
  removed(): Promise<void> {
    return this.#removals;
  }

  #path(number: number): string {
    return join(this.#folder, `${String(number).padStart(DIGITS, "0")}.calls`);
  }
}
