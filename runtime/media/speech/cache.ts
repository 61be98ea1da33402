/**
 * What was spoken before, as files named for what they say. A file is whole or not there; the ones that were not asked for
 * the longest make room for new ones. The folder may be emptied at any time, and is found again after a restart.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";

/** About four hours of speech at 8 kHz, two at 16 kHz. */
export const MAX_CACHE_BYTES = 256 * 1024 * 1024;
export const MAX_CACHE_FILES = 5_000;

const OURS = /^[0-9a-f]{64}\.wav$/;
const UNFINISHED = /^[0-9a-f]{64}\.wav\.[0-9a-f-]{36}\.tmp$/;

export interface SpeechCacheOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** @default 256 MB */
  readonly maxBytes?: number;
  /** @default 5,000 */
  readonly maxFiles?: number;
}

/** Names what is the same audio: of whatever `parts` there are, in this order. */
export function cacheKey(parts: readonly (string | null)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

export class SpeechCache {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #maxFiles: number;
  /** Sizes by key, the one that was not asked for the longest first. */
  readonly #sizes = new Map<string, number>();
  #bytes = 0;

  constructor(options: SpeechCacheOptions) {
    this.#folder = options.folder;
    this.#clock = options.clock;
    this.#maxBytes = options.maxBytes ?? MAX_CACHE_BYTES;
    this.#maxFiles = options.maxFiles ?? MAX_CACHE_FILES;
  }

  get files(): number {
    return this.#sizes.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Finds what an earlier run has left, and removes what it did not finish. */
  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const names = await readdir(this.#folder);
    await Promise.all(names.filter((name) => UNFINISHED.test(name)).map((name) => this.#remove(name)));
    const found = await Promise.all(names.filter((name) => OURS.test(name)).map((name) => this.#look(name)));
    const files = found.filter((file) => file !== null).sort((a, b) => a.usedMs - b.usedMs);
    for (const { key, bytes } of files) this.#add(key, bytes);
    await this.#makeRoom();
  }

  /** The file of a key, or `null`. It counts as used now, for the next run of the switch too. */
  async find(key: string): Promise<string | null> {
    const bytes = this.#sizes.get(key);
    if (bytes === undefined) return null;
    const file = this.#path(key);
    const seconds = this.#clock.now() / 1000;
    try {
      await utimes(file, seconds, seconds);
    } catch {
      this.#forget(key);
      return null;
    }
    // Unless it was removed meanwhile, it is the last that would be.
    if (this.#sizes.delete(key)) this.#sizes.set(key, bytes);
    return file;
  }

  /** Writes a file; rejects where the disk does not take it. */
  async keep(key: string, audio: Uint8Array): Promise<string> {
    const file = this.#path(key);
    const unfinished = `${file}.${randomUUID()}.tmp`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeSafely(unfinished, audio);
      await rename(unfinished, file);
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => {});
      throw error;
    }
    this.#add(key, audio.length);
    await this.#makeRoom();
    return file;
  }

  #path(key: string): string {
    return join(this.#folder, `${key}.wav`);
  }

  async #look(name: string): Promise<{ key: string; bytes: number; usedMs: number } | null> {
    try {
      const { size, mtimeMs } = await stat(join(this.#folder, name));
      return { key: name.slice(0, -".wav".length), bytes: size, usedMs: mtimeMs };
    } catch {
      return null;
    }
  }

  /** The newest stays, even if it alone is too large: somebody is about to hear it. */
  async #makeRoom(): Promise<void> {
    const removed: string[] = [];
    for (const key of this.#sizes.keys()) {
      const isTooMuch = this.#bytes > this.#maxBytes || this.#sizes.size > this.#maxFiles;
      if (!isTooMuch || this.#sizes.size <= 1) break;
      this.#forget(key);
      removed.push(`${key}.wav`);
    }
    await Promise.all(removed.map((name) => this.#remove(name)));
  }

  /** What cannot be removed is found again at the next start. */
  async #remove(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true }).catch(() => {});
  }

  #add(key: string, bytes: number): void {
    this.#forget(key);
    this.#sizes.set(key, bytes);
    this.#bytes += bytes;
  }

  #forget(key: string): void {
    this.#bytes -= this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
  }
}

/** On the disk before it gets its name: after a power cut a name never stands for half a file. */
async function writeSafely(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
