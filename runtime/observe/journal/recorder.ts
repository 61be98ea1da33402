/**
 * Who records: finds the call that a message belongs to by its Call-ID, keeps the recordings of calls that are up, and
 * hands those that have ended to the files a little later, when their last answers have come. All of it is bounded: what
 * the calls that are up may hold, what waits to be kept, and how many calls a second are kept at all.
 */
import type { Cdr } from "../../../sdk/events.ts";
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import { LiveMap } from "../../base/live-map.ts";
import type {
  EventListener,
  Journal,
  MessagePeer,
  RecordedCall,
  RecordedEvent,
  Timeline,
  WireTap,
} from "../../port/journal.ts";
import type { ObservedCall, ObservedLeg } from "../../port/observer.ts";
import { captureOf } from "../capture/call-capture.ts";
import type { EventEntry } from "./entry.ts";
import type { JournalFiles } from "./journal-files.ts";
import { Masks } from "./mask.ts";
import { CallRecording, type RecordingOwner } from "./recording.ts";
import { parseLine, type StoredCall, storedCall, toLine } from "./stored-call.ts";
import { recordedCall, timelineOf } from "./timeline.ts";

/** What all recordings in memory may hold; beyond, the call that began first loses its messages. */
const MOST_BYTES = 64 * 1024 * 1024;
/** A call that has ended is listened to for this long (64·T1), or until others need the room. */
const LINGER_MS = 32_000;
const MOST_LINGERING_BYTES = 4 * 1024 * 1024;
const LINGER_TICK_MS = 250;
/** Calls whose messages have the same Call-ID: one that goes in circles through us. */
const MOST_ALIKE = 8;
const CALL_ID = "\r\nCall-ID: ";
const CALLER = "caller";

/** Who a message with some Call-ID is with. */
interface Party {
  readonly recording: CallRecording;
  readonly leg: string;
  readonly next: Party | null;
}

/** `passed-over`: there were too many a second. `lost`: the disk was too slow. */
export type CallResult = "kept" | "passed-over" | "lost";

interface Lingering {
  readonly recording: CallRecording;
  readonly endedMs: number;
  readonly bytes: number;
}

export class CallRecorder implements WireTap, RecordingOwner, Journal, TimerOwner {
  readonly #clock: Clock;
  readonly #files: JournalFiles;
  readonly #callsPerSecond: number;
  readonly #masks = new Masks();
  #listener: EventListener | null = null;
  /** Calls that are up, and those that linger. */
  readonly #recordings = new LiveMap<string, CallRecording>();
  readonly #parties = new LiveMap<string, Party>();
  /** Those that still have their messages, the oldest first. */
  readonly #whole = new LiveMap<string, CallRecording>();
  #lingering: Lingering[] = [];
  #lingeringBytes = 0;
  #tick: Timer | null = null;
  #bytes = 0;
  /** The INVITE that is being handled: if it begins a call, that is told meanwhile. */
  #invite: { readonly text: string; readonly callId: string; readonly peer: MessagePeer } | null = null;
  #second = 0;
  #keptInSecond = 0;
  #counted: (result: CallResult) => void = () => {};

  constructor(parts: { clock: Clock; files: JournalFiles; callsPerSecond: number }) {
    this.#clock = parts.clock;
    this.#files = parts.files;
    this.#callsPerSecond = parts.callsPerSecond;
  }

  /** What recordings in memory hold. */
  get bytes(): number {
    return this.#bytes;
  }

  /** `counted` hears of each call that has ended. */
  listen(listener: EventListener | null, counted: (result: CallResult) => void): void {
    this.#listener = listener;
    this.#counted = counted;
  }

  find(id: string): CallRecording | undefined {
    return this.#recordings.get(id);
  }

  received(text: string, callId: string, isInvite: boolean, peer: MessagePeer): void {
    const party = this.#parties.get(callId);
    if (party !== undefined) this.#note("in", party, text, peer);
    if (isInvite) this.#invite = { text, callId, peer };
  }

  handled(): void {
    this.#invite = null;
  }

  sent(text: string, peer: MessagePeer): void {
    if (this.#parties.size === 0) return;
    const start = text.indexOf(CALL_ID) + CALL_ID.length;
    if (start < CALL_ID.length) return;
    const party = this.#parties.get(text.slice(start, text.indexOf("\r", start)));
    if (party !== undefined) this.#note("out", party, text, peer);
  }

  begin(call: ObservedCall): void {
    const recording = new CallRecording(call, this);
    this.#recordings.set(call.id, recording);
    this.#whole.set(recording.id, recording);
    const invite = this.#invite;
    // One that was made over the API has none.
    if (invite === null) return;
    this.#addParty(recording, invite.callId, CALLER);
    const { text, peer } = invite;
    recording.add({ type: "in", at: this.#clock.now(), leg: CALLER, peer, text });
  }

  /** A call of an earlier process goes on. */
  resume(call: ObservedCall, callId: string, legs: readonly ObservedLeg[]): void {
    const recording = new CallRecording(call, this);
    this.#recordings.set(call.id, recording);
    this.#whole.set(recording.id, recording);
    this.#addParty(recording, callId, CALLER);
    for (const leg of legs) this.#addParty(recording, leg.callId, leg.id);
  }

  legCalled(call: ObservedCall, { id, callId }: ObservedLeg): void {
    const recording = this.#recordings.get(call.id);
    if (recording !== undefined) this.#addParty(recording, callId, id);
  }

  end(id: string, cdr: Cdr): void {
    const recording = this.#recordings.get(id);
    if (recording === undefined) return;
    if (!this.#mayKeep(recording)) {
      this.#counted("passed-over");
      this.#remove(recording);
      return;
    }
    recording.addFact("ended", `${cdr.result} ${cdr.code} ${cdr.reason} by ${cdr.endedBy}`);
    recording.cdr = cdr;
    recording.call = null;
    this.#lingering.push({ recording, endedMs: this.#clock.now(), bytes: recording.bytes });
    this.#lingeringBytes += recording.bytes;
    this.#tick ??= this.#clock.startTimer(LINGER_TICK_MS, this, "linger");
  }

  expire(): void {
    this.#tick = null;
    this.#keepUntil(this.#clock.now() - LINGER_MS, MOST_LINGERING_BYTES);
    if (this.#lingering.length > 0) this.#tick = this.#clock.startTimer(LINGER_TICK_MS, this, "linger");
  }

  /** Hands over what lingers, and resolves once it is written. */
  async close(): Promise<void> {
    this.#tick?.cancel();
    this.#keepUntil(Number.POSITIVE_INFINITY, 0);
    await this.#files.close();
  }

  /** Forgets calls that have ended; resolves with how many there were. */
  forget(ids: readonly string[]): Promise<number> {
    this.#keepUntil(Number.POSITIVE_INFINITY, 0);
    return this.#files.forget(ids);
  }

  async timeline(id: string): Promise<Timeline | undefined> {
    const stored = await this.#stored(id);
    return stored === undefined ? undefined : timelineOf(stored);
  }

  async capture(id: string): Promise<Uint8Array | undefined> {
    const stored = await this.#stored(id);
    return stored === undefined ? undefined : captureOf(stored);
  }

  async recorded(id: string): Promise<RecordedCall | undefined> {
    const stored = await this.#stored(id);
    return stored === undefined ? undefined : recordedCall(stored);
  }

  async callsOf(script: string, since: number, most: number): Promise<readonly string[]> {
    await this.#files.opened;
    const fresh = this.#lingering
      .filter(({ recording }) => recording.script === script && recording.startedAt >= since)
      .map(({ recording }) => recording.id)
      .reverse();
    return [...fresh, ...this.#files.callsOf(script, since, most)].slice(0, most);
  }

  get isFull(): boolean {
    return this.#bytes > MOST_BYTES;
  }

  now(): number {
    return this.#clock.now();
  }

  grown(bytes: number): void {
    this.#bytes += bytes;
    while (this.#bytes > MOST_BYTES) {
      const [oldest] = this.#whole.values();
      if (oldest === undefined) return;
      this.#whole.delete(oldest.id);
      oldest.shed();
    }
  }

  eventEnded(recording: CallRecording, event: EventEntry): void {
    if (this.#listener?.wants(recording) !== true) return;
    const { id, script, version } = recording;
    const read = () => eventOf(storedCall(recording, this.#masks, event.event));
    this.#listener.eventEnded(id, { script, version }, event.event, read);
  }

  answered(script: string, name: string, args: string, result: string): void {
    this.#masks.learn(script, name, args, result);
  }

  #note(type: "in" | "out", first: Party, text: string, peer: MessagePeer): void {
    const at = this.#clock.now();
    for (let party: Party | null = first; party !== null; party = party.next) {
      party.recording.add({ type, at, leg: party.leg, peer, text });
    }
  }

  #addParty(recording: CallRecording, callId: string, leg: string): void {
    const before = this.#parties.get(callId) ?? null;
    let alike = 0;
    for (let party = before; party !== null; party = party.next) alike++;
    if (alike >= MOST_ALIKE) return;
    this.#parties.set(callId, { recording, leg, next: before });
    recording.callIds.push(callId);
  }

  /** Calls in which a script has failed have as much room again: they are what one looks for. */
  #mayKeep(recording: CallRecording): boolean {
    const second = Math.floor(this.#clock.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#keptInSecond = 0;
    }
    const most = recording.faults > 0 ? this.#callsPerSecond * 2 : this.#callsPerSecond;
    if (this.#keptInSecond >= most) return false;
    this.#keptInSecond++;
    return true;
  }

  /** Those that ended before go to the files, and the oldest others while all together hold too much. */
  #keepUntil(endedMs: number, bytes: number): void {
    let done = 0;
    for (const { recording, ...one } of this.#lingering) {
      if (one.endedMs > endedMs && this.#lingeringBytes <= bytes) break;
      done++;
      this.#lingeringBytes -= one.bytes;
      const stored = storedCall(recording, this.#masks);
      this.#counted(this.#files.add(toLine(stored), stored) ? "kept" : "lost");
      this.#remove(recording);
    }
    this.#lingering = this.#lingering.slice(done);
  }

  #remove(recording: CallRecording): void {
    this.#recordings.delete(recording.id);
    this.#whole.delete(recording.id);
    for (const callId of recording.callIds) this.#removeParty(recording, callId);
    recording.close();
  }

  #removeParty(recording: CallRecording, callId: string): void {
    let rest: Party | null = null;
    for (let party = this.#parties.get(callId) ?? null; party !== null; party = party.next) {
      if (party.recording !== recording) rest = { ...party, next: rest };
    }
    if (rest === null) this.#parties.delete(callId);
    else this.#parties.set(callId, rest);
  }

  async #stored(id: string): Promise<StoredCall | undefined> {
    const recording = this.#recordings.get(id);
    if (recording !== undefined) return storedCall(recording, this.#masks);
    const line = await this.#files.read(id);
    return line === undefined ? undefined : parseLine(line);
  }
}

function eventOf(stored: StoredCall): RecordedEvent | undefined {
  return recordedCall(stored).events[0];
}
