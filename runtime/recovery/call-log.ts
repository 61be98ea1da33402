/**
 * The journal of calls (`port/call-journal.ts`): what has changed in a turn is written with one write, and what was sent in
 * it leaves afterwards. Nothing is forced to the disk: a process that is killed loses nothing, a machine that loses its
 * power may.
 *
 * Files are cleaned while new ones are written: each turn moves some of the calls that the oldest file still holds, until
 * it holds none. So the files are never larger than a few times what the live calls need, and no turn waits for it.
 */
import { LiveMap } from "../base/live-map.ts";
import type { Log } from "../base/log.ts";
import type { CallJournal, Journaled } from "../port/call-journal.ts";
import { changeLine, endLine, wholeLine } from "./entry-line.ts";
import { encodeFrame, framesOf } from "./frame.ts";
import { FORMAT_LINE } from "./read-calls.ts";
import type { SegmentFiles } from "./segment-files.ts";

export const SEGMENT_BYTES = 8 * 1024 * 1024;
/** Below this nothing is cleaned. */
const LEAST_BYTES = 4 * SEGMENT_BYTES;
/** How many times what is live the files may hold. */
const MOST_TIMES_LIVE = 3;
/** Calls that a turn moves out of the oldest file. */
const MOVED_IN_A_TURN = 32;
/** Changes of one call before it is written as a whole again: who reads them must have them all. */
const MOST_CHANGES = 64;
const RETRY_MS = 1_000;
/** A full disk is told of once in this time. */
const SAY_AGAIN_MS = 60_000;

export interface CallLogParts {
  readonly files: Pick<SegmentFiles, "begin" | "write" | "remove" | "close">;
  /** Does it once this turn of the loop is over. */
  defer(work: () => void): void;
  /** Does it later, where it could not be done now. */
  retry(work: () => void, ms: number): void;
  /** What is sent from now on waits; what has waited leaves. */
  readonly wire: { hold(): void; release(): void };
  readonly log: Log;
  now(): number;
}

interface Entry {
  readonly call: Journaled;
  head: object;
  /** Changes since its last whole line. */
  changes: number;
  /** Something of it could not be written. */
  isTorn: boolean;
  /** Octets of its last whole line. */
  bytes: number;
  segment: Segment;
}

interface Segment {
  readonly number: number;
  bytes: number;
  /** Calls whose last whole line is here. */
  readonly entries: LiveMap<string, Entry>;
}

/** What is to be noted once it is written, and where. */
type Written = (segment: Segment) => void;
/** `null`: nothing has changed that would have to be known. */
type MakeLine = (call: Journaled, written: Written[]) => string | null;

export class CallLog implements CallJournal {
  readonly #parts: CallLogParts;
  /** By their names; where something could not be written they stay. Another one in each turn (see `LiveMap`). */
  #touched = new Map<string, Journaled>();
  readonly #entries = new LiveMap<string, Entry>();
  /** The oldest first; the last one is written. */
  readonly #segments: Segment[] = [];
  /** Files of an earlier process. */
  #superseded: readonly number[] = [];
  #isTurnOpen = false;
  #liveBytes = 0;
  #bytes = 0;
  #failures = 0;
  #saidAt = Number.NEGATIVE_INFINITY;
  #isRetrying = false;
  #isBroken = false;

  constructor(parts: CallLogParts) {
    this.#parts = parts;
  }

  get figures(): { readonly calls: number; readonly bytes: number; readonly failures: number } {
    return { calls: this.#entries.size, bytes: this.#bytes, failures: this.#failures };
  }

  touch(call: Journaled): void {
    this.#touched.set(call.id, call);
    if (this.#isTurnOpen) return;
    this.#isTurnOpen = true;
    this.#parts.wire.hold();
    this.#parts.defer(this.flush);
  }

  /** Writes what has been touched by now; as soon as that is written these files are not needed any more. */
  supersede(files: readonly number[]): void {
    this.#superseded = files;
    if (this.#isTurnOpen) this.flush();
    else this.#removeSuperseded();
  }

  recordStored(id: string): void {
    const call = this.#entries.get(id)?.call ?? this.#touched.get(id);
    if (call === undefined) return;
    call.recordStored();
    this.touch(call);
  }

  /** Writes what this turn has changed, and lets go what it has sent. */
  readonly flush = (): void => {
    if (!this.#isTurnOpen) return;
    this.#isTurnOpen = false;
    try {
      this.#write();
      this.#touched = new Map();
      this.#removeSuperseded();
    } catch (error) {
      this.#failed(error);
    }
    this.#parts.wire.release();
  };

  close(): void {
    this.flush();
    this.#parts.files.close();
  }

  #write(): void {
    const lines: string[] = [];
    const written: Written[] = [];
    for (const call of this.#touched.values()) {
      const line = this.#attempt(call, this.#lineOf, written);
      if (line !== null) lines.push(line);
      // Where this cannot be written it is tried again: for those alone that have something to be written.
      else this.#touched.delete(call.id);
    }
    if (lines.length === 0) return;
    this.#clean(lines, written);
    const segment = this.#current();
    for (const frame of framesOf(lines)) this.#append(segment, frame);
    for (const note of written) note(segment);
    this.#drop();
  }

  /** A fault of ours costs the call that it happens in, and no other. */
  #attempt(call: Journaled, make: MakeLine, written: Written[]): string | null {
    try {
      return make(call, written);
    } catch (error) {
      this.#parts.log.error("A call could not be written down", { call: call.id, error });
      return null;
    }
  }

  readonly #lineOf: MakeLine = (call, written) => {
    const entry = this.#entries.get(call.id);
    if (call.isOver) {
      if (entry === undefined) return null;
      written.push(() => this.#forget(entry));
      return endLine(call.id);
    }
    const isWhole = entry === undefined || entry.head !== call.head || entry.isTorn || entry.changes >= MOST_CHANGES;
    if (isWhole) return this.#whole(call, written);
    const changes = call.changes();
    if (changes === null) return null;
    entry.changes++;
    // Unless it is written after all.
    entry.isTorn = true;
    written.push(() => {
      entry.isTorn = false;
    });
    return changeLine(call.id, changes);
  };

  readonly #whole: MakeLine = (call, written) => {
    const { head } = call;
    const before = this.#entries.get(call.id);
    if (before !== undefined) before.isTorn = true;
    const line = wholeLine(call.id, head, call.tail());
    written.push((segment) => this.#place(call, { head, bytes: line.length, segment }));
    return line;
  };

  #place(call: Journaled, at: Pick<Entry, "head" | "bytes" | "segment">): void {
    const entry = this.#entries.get(call.id) ?? { call, ...at, bytes: 0, changes: 0, isTorn: false };
    entry.segment.entries.delete(entry.call.id);
    this.#liveBytes += at.bytes - entry.bytes;
    Object.assign(entry, at, { changes: 0, isTorn: false });
    at.segment.entries.set(call.id, entry);
    this.#entries.set(call.id, entry);
  }

  #forget(entry: Entry): void {
    entry.segment.entries.delete(entry.call.id);
    this.#liveBytes -= entry.bytes;
    this.#entries.delete(entry.call.id);
  }

  #clean(lines: string[], written: Written[]): void {
    if (this.#bytes <= Math.max(LEAST_BYTES, MOST_TIMES_LIVE * this.#liveBytes)) return;
    const [oldest] = this.#segments;
    if (oldest === undefined || this.#segments.length === 1) return;
    let moved = 0;
    for (const { call } of oldest.entries.values()) {
      if (++moved > MOVED_IN_A_TURN) break;
      const line = call.isOver ? null : this.#attempt(call, this.#whole, written);
      if (line !== null) lines.push(line);
    }
  }

  #removeSuperseded(): void {
    for (const number of this.#superseded) this.#parts.files.remove(number);
    this.#superseded = [];
  }

  /** Files that hold no call any more, the oldest first. */
  #drop(): void {
    for (let oldest = this.#segments[0]; oldest !== undefined; oldest = this.#segments[0]) {
      if (this.#segments.length === 1 || oldest.entries.size > 0) return;
      this.#segments.shift();
      this.#bytes -= oldest.bytes;
      this.#parts.files.remove(oldest.number);
    }
  }

  #current(): Segment {
    const last = this.#segments.at(-1);
    if (last !== undefined && last.bytes < SEGMENT_BYTES && !this.#isBroken) return last;
    const begun: Segment = { number: this.#parts.files.begin(), bytes: 0, entries: new LiveMap() };
    this.#segments.push(begun);
    this.#append(begun, encodeFrame([FORMAT_LINE]));
    this.#isBroken = false;
    return begun;
  }

  #append(segment: Segment, frame: Buffer): void {
    this.#parts.files.write(frame);
    segment.bytes += frame.length;
    this.#bytes += frame.length;
  }

  /** Calls go on without it: what could not be written is written as soon as it can be. */
  #failed(error: unknown): void {
    const { files, log, now, retry } = this.#parts;
    this.#failures++;
    // What lies behind a frame that is torn is found, but the rest of this file is not relied on.
    this.#isBroken = true;
    const last = this.#segments.at(-1);
    if (last?.bytes === 0) {
      this.#segments.pop();
      files.close();
      files.remove(last.number);
    }
    if (!this.#isRetrying) {
      this.#isRetrying = true;
      retry(() => {
        this.#isRetrying = false;
        for (const call of [...this.#touched.values()]) this.touch(call);
      }, RETRY_MS);
    }
    if (now() - this.#saidAt < SAY_AGAIN_MS) return;
    this.#saidAt = now();
    log.error("Live calls cannot be written down: a restart would lose them. Is the disk full?", { error });
  }
}
