/**
 * The recording of one call: its entries in order, the oldest of which make room where there are too many. A call that
 * takes more than its share loses its beginning, and says how much.
 */
import type { Cdr } from "../../../sdk/events.ts";
import type { FixedChance, RunTrace } from "../../port/journal.ts";
import type { ObservedCall } from "../../port/observer.ts";
import type { ScriptFault, ScriptOutcome, ScriptRun } from "../../port/script.ts";
import { bytesOf, type Entry, type EventEntry, type OperationEntry } from "./entry.ts";

export const MOST_ENTRIES = 500;
export const MOST_BYTES = 256 * 1024;

/** What a recording needs of whoever keeps it. */
export interface RecordingOwner {
  now(): number;
  /** All recordings together hold as much as they may. */
  readonly isFull: boolean;
  /** The recording has grown, or shrunk, by so many bytes. */
  grown(bytes: number): void;
  /** An event has its outcome. */
  eventEnded(recording: CallRecording, event: EventEntry): void;
  /** An operation of a script has been answered. */
  answered(script: string, name: string, args: string, result: string): void;
}

export class CallRecording {
  readonly id: string;
  readonly script: string;
  readonly version: number;
  readonly startedAt: number;
  /** The live call; `null` once it has ended. */
  call: ObservedCall | null;
  /** The record of a call that has ended. */
  cdr: Cdr | null = null;
  /** Call-IDs by which messages are found to belong to it. */
  readonly callIds: string[] = [];
  readonly #owner: RecordingOwner;
  #entries: Entry[] = [];
  /** Entries before this one have made room. */
  #first = 0;
  bytes = 0;
  dropped = 0;
  faults = 0;
  #events = 0;
  #isClosed = false;

  constructor(call: ObservedCall, owner: RecordingOwner) {
    this.id = call.id;
    this.script = call.script;
    this.version = call.version;
    this.startedAt = call.startedAt;
    this.call = call;
    this.#owner = owner;
  }

  get entries(): readonly Entry[] {
    return this.#first === 0 ? this.#entries : this.#entries.slice(this.#first);
  }

  get length(): number {
    return this.#entries.length - this.#first;
  }

  add(entry: Entry): void {
    if (this.#isClosed) return;
    const bytes = bytesOf(entry);
    if (bytes > MOST_BYTES || this.#owner.isFull) {
      this.dropped++;
      return;
    }
    this.#entries.push(entry);
    this.#count(bytes);
    while (this.length > 1 && (this.bytes > MOST_BYTES || this.length > MOST_ENTRIES)) this.#dropFirst();
  }

  addFact(what: string, text: string): void {
    this.add({ type: "fact", at: this.#owner.now(), what, text });
  }

  /** An event goes to the script. */
  addEvent(run: ScriptRun): RunTrace {
    const { handler, json, state, ref } = run;
    const at = this.#owner.now();
    const event = ++this.#events;
    const entry: EventEntry = { type: "event", at, event, handler, version: ref.version, json, state, given: null };
    this.add(entry);
    return new EventTrace(this, entry, this.#owner);
  }

  /** More bytes belong to an entry that is there already. */
  grow(bytes: number): void {
    if (!this.#isClosed) this.#count(bytes);
  }

  /** Lets go of the messages: the switch is short of memory. */
  shed(): void {
    const kept = this.entries.filter(({ type }) => type !== "in" && type !== "out");
    this.dropped += this.length - kept.length;
    const bytes = kept.reduce((sum, entry) => sum + bytesOf(entry), 0);
    this.#count(bytes - this.bytes);
    this.#entries = kept;
    this.#first = 0;
  }

  /** Nothing more is taken, and the memory is given back. */
  close(): void {
    if (this.#isClosed) return;
    this.#count(-this.bytes);
    this.#isClosed = true;
    this.#entries = [];
    this.#first = 0;
    this.call = null;
  }

  #count(bytes: number): void {
    this.bytes += bytes;
    this.#owner.grown(bytes);
  }

  #dropFirst(): void {
    const entry = this.#entries[this.#first++];
    if (entry === undefined) return;
    this.dropped++;
    this.#count(-bytesOf(entry));
    if (this.#first < MOST_ENTRIES) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}

class EventTrace implements RunTrace {
  readonly #recording: CallRecording;
  readonly #event: EventEntry;
  readonly #owner: RecordingOwner;
  /** Those that wait for their result. */
  #open: OperationEntry[] | null = null;
  #answers = 0;

  constructor(recording: CallRecording, event: EventEntry, owner: RecordingOwner) {
    this.#recording = recording;
    this.#event = event;
    this.#owner = owner;
  }

  sent(given: FixedChance): void {
    this.#event.given = given;
  }

  asked(number: number, name: string, args: string): void {
    const at = this.#owner.now();
    const { event } = this.#event;
    const entry: OperationEntry = {
      type: "operation",
      at,
      event,
      number,
      name,
      args,
      result: null,
      answeredAt: null,
      answeredAs: null,
    };
    this.#open ??= [];
    this.#open.push(entry);
    this.#recording.add(entry);
  }

  answered(number: number, result: string): void {
    const entry = this.#open?.find((open) => open.number === number && open.result === null);
    if (entry === undefined) return;
    this.#owner.answered(this.#recording.script, entry.name, entry.args, result);
    entry.result = result;
    entry.answeredAt = this.#owner.now();
    entry.answeredAs = ++this.#answers;
    this.#recording.grow(result.length);
  }

  printed(level: string, text: string): void {
    this.#recording.add({ type: "console", at: this.#owner.now(), event: this.#event.event, level, text });
  }

  ended(outcome: ScriptOutcome, text: string, times: { readonly wallMs: number; readonly cpuMs: number }): void {
    const fault = outcome.type === "fault" ? outcome.fault : null;
    this.#end(fault === null ? text : null, fault, times);
  }

  abandoned(): void {
    this.#end(null, null, { wallMs: this.#owner.now() - this.#event.at, cpuMs: 0 });
  }

  #end(
    text: string | null,
    fault: ScriptFault | null,
    { wallMs, cpuMs }: { readonly wallMs: number; readonly cpuMs: number },
  ): void {
    const { event } = this.#event;
    this.#recording.add({ type: "outcome", at: this.#owner.now(), event, text, fault, wallMs, cpuMs });
    this.#owner.eventEnded(this.#recording, this.#event);
  }
}
