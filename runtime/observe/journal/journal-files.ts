/**
 * Ended calls on disk: a line of JSON each, appended in batches to segments that are thrown away whole, the oldest first,
 * by size and by age. Memory holds where each call is, and what is not written yet. A disk that is slow or gone costs
 * recordings, and nothing else.
 */
import { mkdir, open, readdir, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { headOfLine, type StoredHead } from "./stored-call.ts";

const SEGMENTS = 16;
const FLUSH_MS = 1000;
const SWEEP_MS = 60_000;
/** A batch is written at once when it is this large; what waits for a slow disk beyond the other limit is lost. */
const FLUSH_BYTES = 512 * 1024;
const MOST_WAITING_BYTES = 8 * 1024 * 1024;
const MOST_CALLS = 100_000;
const HOUR_MS = 3_600_000;
const BYTES_PER_MB = 1024 * 1024;

interface Segment {
  readonly path: string;
  bytes: number;
  newestMs: number;
  readonly calls: Set<string>;
}

/** Where a call is, and what it is looked up by. */
interface Kept {
  readonly segment: Segment;
  readonly offset: number;
  readonly bytes: number;
  readonly script: string;
  readonly startedMs: number;
}

export interface JournalLimits {
  readonly megabytes: number;
  readonly hours: number;
}

export class JournalFiles implements TimerOwner {
  readonly #folder: string;
  readonly #limits: JournalLimits;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #segments: Segment[] = [];
  /** The segment that grows; `null`: the next call begins one. */
  #current: Segment | null = null;
  readonly #kept = new Map<string, Kept>();
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #flush: Timer | null = null;
  #sweep: Timer | null = null;
  #hasFailed = false;
  #lastName = 0;
  #opened: Promise<void> = Promise.resolve();

  constructor(parts: { folder: string; limits: JournalLimits; log: Log; clock: Clock }) {
    this.#folder = parts.folder;
    this.#limits = parts.limits;
    this.#log = parts.log;
    this.#clock = parts.clock;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Resolves once what an earlier process has left is read. */
  get opened(): Promise<void> {
    return this.#opened;
  }

  /** Reads what an earlier process has left. Calls may be added meanwhile. */
  open(): Promise<void> {
    this.#opened = this.#open();
    return this.#opened;
  }

  async #open(): Promise<void> {
    this.#sweep = this.#clock.startTimer(SWEEP_MS, this, "sweep");
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const names = (await readdir(this.#folder)).filter((name) => name.endsWith(".jsonl")).sort();
      const found: Segment[] = [];
      // No new segment has the name of an old one, even where the clock was set back.
      this.#lastName = Math.max(this.#lastName, ...names.map((name) => Number.parseInt(name, 10) || 0));
      for (const name of names) found.push(await this.#readSegment(join(this.#folder, name)));
      this.#segments.unshift(...found);
      this.#throwAway();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** `false`: too much waits for the disk already. */
  add(line: string, { id, script, startedMs }: Pick<StoredHead, "id" | "script" | "startedMs">): boolean {
    const bytes = Buffer.from(`${line}\n`);
    if (this.#waitingBytes + bytes.length > MOST_WAITING_BYTES) return false;
    const segment = this.#segmentFor(bytes.length);
    this.#keep(id, { segment, offset: segment.bytes, bytes: bytes.length - 1, script, startedMs });
    segment.bytes += bytes.length;
    segment.newestMs = this.#clock.now();
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= FLUSH_BYTES) this.#write();
    else this.#flush ??= this.#clock.startTimer(FLUSH_MS, this, "flush");
    return true;
  }

  /** The line of a call; `undefined` where there is none (any more). */
  async read(id: string): Promise<string | undefined> {
    await this.#opened;
    if (this.#waiting.length > 0) this.#write();
    await this.#writing;
    const kept = this.#kept.get(id);
    if (kept === undefined) return undefined;
    try {
      const file = await open(kept.segment.path);
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(kept.bytes), 0, kept.bytes, kept.offset);
        return bytesRead === kept.bytes ? buffer.toString() : undefined;
      } finally {
        await file.close();
      }
    } catch {
      return undefined;
    }
  }

  /** Ids of the calls of a script that began at `since` or later, the newest first. */
  callsOf(script: string, since: number, most: number): string[] {
    const found: { readonly id: string; readonly startedMs: number }[] = [];
    for (const [id, kept] of this.#kept) {
      if (kept.script === script && kept.startedMs >= since) found.push({ id, startedMs: kept.startedMs });
    }
    found.sort((one, other) => other.startedMs - one.startedMs);
    return found.slice(0, most).map(({ id }) => id);
  }

  /** Writes blanks over calls, so that nothing can be read of them; resolves with how many there were. */
  async forget(ids: readonly string[]): Promise<number> {
    await this.#opened;
    if (this.#waiting.length > 0) this.#write();
    const found = ids.flatMap((id) => this.#kept.get(id) ?? []);
    for (const id of ids) {
      this.#kept.get(id)?.segment.calls.delete(id);
      this.#kept.delete(id);
    }
    const blanked = this.#writing.then(() => blank(found));
    this.#writing = blanked.catch(() => undefined);
    await blanked;
    return found.length;
  }

  expire(kind: string): void {
    if (kind === "flush") this.#write();
    else {
      this.#throwAway();
      this.#sweep = this.#clock.startTimer(SWEEP_MS, this, "sweep");
    }
  }

  /** Resolves once all that was added is written. */
  async close(): Promise<void> {
    this.#sweep?.cancel();
    this.#write();
    await this.#writing;
  }

  #segmentFor(bytes: number): Segment {
    const most = (this.#limits.megabytes * BYTES_PER_MB) / SEGMENTS;
    if (this.#current !== null && this.#current.bytes + bytes <= most) return this.#current;
    // What waits belongs to the segment before.
    if (this.#waiting.length > 0) this.#write();
    this.#lastName = Math.max(this.#lastName + 1, this.#clock.now());
    const path = join(this.#folder, `${String(this.#lastName).padStart(15, "0")}.jsonl`);
    this.#current = { path, bytes: 0, newestMs: this.#clock.now(), calls: new Set() };
    this.#segments.push(this.#current);
    this.#throwAway();
    return this.#current;
  }

  #keep(id: string, kept: Kept): void {
    this.#kept.set(id, kept);
    kept.segment.calls.add(id);
  }

  #write(): void {
    this.#flush?.cancel();
    this.#flush = null;
    const segment = this.#current;
    if (segment === null || this.#waiting.length === 0) return;
    const batch = Buffer.concat(this.#waiting);
    this.#waiting = [];
    const done = this.#writing.then(() => append(segment.path, batch));
    this.#writing = done.then(
      () => {
        this.#waitingBytes -= batch.length;
        this.#hasFailed = false;
      },
      (error: unknown) => {
        this.#waitingBytes -= batch.length;
        this.#discard(segment);
        this.#failed(error);
      },
    );
  }

  /** Oldest segments go while there is too much, and those that are too old. */
  #throwAway(): void {
    const oldest = this.#clock.now() - this.#limits.hours * HOUR_MS;
    let bytes = this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
    for (const segment of [...this.#segments]) {
      const isTooMuch = bytes > this.#limits.megabytes * BYTES_PER_MB || this.#kept.size > MOST_CALLS;
      if (!isTooMuch && segment.newestMs >= oldest) continue;
      if (segment === this.#current && (segment.newestMs >= oldest || this.#waiting.length > 0)) continue;
      bytes -= segment.bytes;
      this.#discard(segment);
    }
  }

  #discard(segment: Segment): void {
    this.#writing = this.#writing.then(() => unlink(segment.path)).catch(() => undefined);
    const index = this.#segments.indexOf(segment);
    if (index >= 0) this.#segments.splice(index, 1);
    if (this.#current === segment) this.#current = null;
    for (const id of segment.calls) {
      if (this.#kept.get(id)?.segment === segment) this.#kept.delete(id);
    }
  }

  async #readSegment(path: string): Promise<Segment> {
    const [bytes, { mtimeMs }] = await Promise.all([readFile(path), stat(path)]);
    const segment: Segment = { path, bytes: bytes.length, newestMs: mtimeMs, calls: new Set() };
    let offset = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, offset)) {
      const head = headOfLine(bytes.toString("utf8", offset, end));
      if (head !== undefined) {
        const { id, script, startedMs } = head;
        this.#keep(id, { segment, offset, bytes: end - offset, script, startedMs });
      }
      offset = end + 1;
    }
    return segment;
  }

  #failed(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#log.error("Recordings of ended calls cannot be kept; calls go on", { folder: this.#folder, error });
  }
}

async function blank(calls: readonly Kept[]): Promise<void> {
  for (const { segment, offset, bytes } of calls) {
    const file = await open(segment.path, "r+");
    try {
      await file.write(Buffer.alloc(bytes, " "), 0, bytes, offset);
      await file.datasync();
    } finally {
      await file.close();
    }
  }
}

async function append(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, "a", 0o600);
  try {
    await file.appendFile(bytes);
  } finally {
    await file.close();
  }
}
