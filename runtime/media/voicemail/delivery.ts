/**
 * Messages on their way into a box: announced, spoken, kept. One that cannot be kept at once (the store is away, the disk
 * is full) stays where it is, and is tried again until it is in its box.
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import { StorageError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { randomText } from "../../base/random.ts";
import { ok, type Result } from "../../base/result.ts";
import type { Deposit, MailboxMessage } from "../../port/mailbox.ts";
import type { MailRow, VoicemailRow, VoicemailStore } from "../../port/voicemail-store.ts";
import type { Archive } from "./archive.ts";
import type { BoxName, Folders } from "./folders.ts";
import type { MessageNote } from "./note.ts";
import { toRow } from "./recovery.ts";

const ID_CHARACTERS = 20;
const RETRY_MS = 30_000;
/** How long beyond its limit a message may be spoken before it stops counting: whoever began it has forgotten it. */
const FORGOTTEN_MS = 600_000;

export interface DeliveryOptions {
  readonly folders: Folders;
  readonly archive: Archive;
  readonly store: VoicemailStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether somebody writes down what was said. */
  readonly isTranscribed: boolean;
  /** The mail that is to tell of a message, if any. */
  mailFor(message: VoicemailRow): MailRow | null;
  onKept(message: VoicemailRow): void;
}

interface Arrival {
  readonly note: MessageNote;
  /** The note is on the disk. */
  readonly announced: Promise<void>;
  readonly forgetAt: number;
}

export class Delivery implements TimerOwner {
  readonly #options: DeliveryOptions;
  readonly #arrivals = new Map<string, Arrival>();
  readonly #unfinished = new Map<string, MessageNote>();
  readonly #delivering = new Set<Promise<unknown>>();
  #retry: Timer | null = null;
  #isStopped = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** How many messages are on their way into a box. */
  arriving({ domain, mailbox }: BoxName): number {
    let count = 0;
    for (const [id, { note, forgetAt }] of this.#arrivals) {
      if (forgetAt < this.#options.clock.now()) this.#arrivals.delete(id);
      else if (note.domain === domain && note.mailbox === mailbox) count++;
    }
    for (const note of this.#unfinished.values()) if (note.domain === domain && note.mailbox === mailbox) count++;
    return count;
  }

  begin(details: Omit<MessageNote, "id">, maxSeconds: number): Deposit {
    const { folders, archive, clock, log } = this.#options;
    const note: MessageNote = { id: randomText(ID_CHARACTERS), ...details };
    const announced = archive.announce(note).catch((error: unknown) => {
      log.warn("A voicemail message cannot be announced: it is lost if the switch ends now", { error });
    });
    this.#arrivals.set(note.id, { note, announced, forgetAt: clock.now() + maxSeconds * 1000 + FORGOTTEN_MS });
    const { id, domain, mailbox } = note;
    return { id, domain, mailbox, file: folders.arriving(id).audio, maxSeconds };
  }

  async keep(deposit: Deposit): Promise<MailboxMessage> {
    const arrival = this.#arrivals.get(deposit.id);
    if (arrival === undefined) {
      throw new StorageError("store-unavailable", `The message ${deposit.id} was kept or discarded already`);
    }
    await arrival.announced;
    try {
      const delivered = await this.deliver(arrival.note);
      if (delivered.ok) return toMessage(delivered.value);
      throw new StorageError("store-unavailable", `The recording ${deposit.file} is none: ${delivered.problem}`);
    } catch (error) {
      this.#options.log.error("A voicemail message cannot be kept", { message: deposit.id, error });
      throw toStorageError(error);
    } finally {
      this.#arrivals.delete(deposit.id);
    }
  }

  discard(deposit: Deposit): void {
    const arrival = this.#arrivals.get(deposit.id);
    if (!this.#arrivals.delete(deposit.id)) return;
    const dropped = arrival?.announced.then(() => this.#options.archive.drop(deposit.id));
    dropped?.catch((error: unknown) => this.#options.log.warn("A recording cannot be removed", { error }));
  }

  /** Brings a message into its box, where it arrives once; the problem: why there is no recording. */
  async deliver(note: MessageNote): Promise<Result<VoicemailRow, string>> {
    const delivering = this.#deliver(note);
    this.#delivering.add(delivering);
    try {
      const delivered = await delivering;
      this.#unfinished.delete(note.id);
      return delivered;
    } catch (error) {
      this.#unfinished.set(note.id, note);
      if (!this.#isStopped) this.#retry ??= this.#options.clock.startTimer(RETRY_MS, this, "retry");
      throw error;
    } finally {
      this.#delivering.delete(delivering);
    }
  }

  expire(): void {
    this.#retry = null;
    void this.#retryAll();
  }

  /** Resolves when those that are on their way to the disk and the store are there, or have failed. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#retry?.cancel();
    this.#retry = null;
    await Promise.allSettled(this.#delivering);
  }

  async #deliver(note: MessageNote): Promise<Result<VoicemailRow, string>> {
    const { archive, store, clock, log, isTranscribed, mailFor, onKept } = this.#options;
    const length = await archive.admit(note);
    if (!length.ok) return length;
    const transcription = note.transcript !== null ? "done" : isTranscribed ? "pending" : "none";
    const row = toRow(note, { ms: length.value, now: clock.now(), transcription });
    // One that is there already was added by an attempt of which nobody knew whether it had succeeded.
    await store.add(row, mailFor(row));
    onKept(row);
    await archive.settle(note.id).catch((error: unknown) => {
      log.warn("The note of a voicemail message that has arrived cannot be removed", { message: note.id, error });
    });
    return ok(row);
  }

  async #retryAll(): Promise<void> {
    for (const [id, note] of this.#unfinished) {
      try {
        await this.deliver(note);
        this.#options.log.info("A voicemail message that could not be kept at first is kept now", { message: id });
      } catch (error) {
        this.#options.log.warn("A voicemail message still cannot be kept", { message: id, error });
      }
    }
  }
}

/** What the other rooms see of a row. */
export function toMessage({ folderAt: _, transcription: __, ...message }: VoicemailRow): MailboxMessage {
  return message;
}

function toStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StorageError("store-unavailable", `The message cannot be kept now: ${reason}`, { cause: error });
}
