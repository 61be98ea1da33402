/**
 * A media plane on virtual time, and what goes with it: endpoints that open after a moment, play for as long as their
 * sources last, and record until they are stopped. What they are asked to do is written down; keys are pressed by the test.
 */
import type { Clock, Timer } from "../../../../runtime/base/clock.ts";
import { fail, ok } from "../../../../runtime/base/result.ts";
import type { AudioLibrary } from "../../../../runtime/port/audio-library.ts";
import type { Deposit, Mailboxes, MailboxMessage } from "../../../../runtime/port/mailbox.ts";
import type {
  AudioSource,
  AudioStream,
  MediaAddress,
  MediaEndpoint,
  MediaEvent,
  MediaOwner,
  MediaPlane,
  OpenRequest,
  PlayRequest,
  RecordEnd,
  RecordRequest,
} from "../../../../runtime/port/media.ts";

const OPEN_MS = 2;
/** How long a file is, unless its name says so: `long-9000`. */
const FILE_MS = 1000;
const BEEP_MS = 200;

export class SimEndpoint implements MediaEndpoint {
  local: MediaAddress | null = null;
  stream: AudioStream | null = null;
  joined: SimEndpoint | null = null;
  isOpen = true;
  /** What was played, by the names of the sources. */
  readonly heard: string[] = [];
  readonly sentDigits: string[] = [];
  /** Milliseconds of speech in what is recorded. */
  spokenMs = 5000;
  readonly owner: MediaOwner;
  readonly #clock: Clock;
  #playing: { readonly ticket: number; readonly timer: Timer | null; readonly since: number } | null = null;
  recording: { readonly ticket: number; readonly request: RecordRequest; readonly since: number; timer: Timer } | null =
    null;

  constructor(clock: Clock, port: number, address: string, owner: MediaOwner) {
    this.#clock = clock;
    this.owner = owner;
    this.after(OPEN_MS, () => {
      if (!this.isOpen) return;
      this.local = { address, port };
      this.#tell({ type: "opened", local: this.local });
    });
  }

  connect(stream: AudioStream): void {
    this.stream = stream;
  }

  play(ticket: number, { sources, loop = false }: PlayRequest): void {
    this.#endPlaying("stopped");
    this.heard.push(sources.map(nameOf).join(" "));
    const ms = sources.reduce((sum, source) => sum + lengthOf(source), 0);
    const timer = loop ? null : this.after(ms, () => this.#endPlaying("finished"));
    this.#playing = { ticket, timer, since: this.#clock.now() };
  }

  stopPlaying(): void {
    this.#endPlaying("stopped");
  }

  get isPlaying(): boolean {
    return this.#playing !== null;
  }

  record(ticket: number, request: RecordRequest): void {
    if (this.recording !== null || !this.isOpen) {
      const told = { type: "recorded", ticket, end: "failed", file: request.file, ms: 0, spokenMs: 0 } as const;
      this.after(1, () => this.#tell({ ...told, message: "another recording is running" }));
      return;
    }
    const timer = this.after(request.maxMs, () => this.endRecording("limit"));
    this.recording = { ticket, request, since: this.#clock.now(), timer };
  }

  pauseRecording(): void {}

  stopRecording(): void {
    this.endRecording("stopped");
  }

  endRecording(end: RecordEnd, message: string | null = null): void {
    const { recording } = this;
    if (recording === null) return;
    this.recording = null;
    recording.timer.cancel();
    const ms = this.#clock.now() - recording.since;
    const { ticket } = recording;
    const { file } = recording.request;
    const spokenMs = Math.min(ms, this.spokenMs);
    this.after(1, () => this.#tell({ type: "recorded", ticket, end, file, ms, spokenMs, message }));
  }

  sendDigits(ticket: number, digits: string): void {
    this.sentDigits.push(digits);
    this.after(200 * digits.length, () => this.#tell({ type: "sent", ticket }));
  }

  join(other: MediaEndpoint): void {
    if (!(other instanceof SimEndpoint)) throw new Error("an endpoint of another plane");
    this.joined = other;
    other.joined = this;
  }

  leave(): void {
    if (this.joined !== null) this.joined.joined = null;
    this.joined = null;
  }

  async stats() {
    return { packetsSent: 0, packetsReceived: 0, packetsLost: 0, jitterMs: 0, roundTripMs: null };
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#endPlaying("stopped");
    this.endRecording("stopped");
    this.leave();
  }

  press(digits: string): void {
    for (const digit of digits) this.#tell({ type: "digit", digit, by: "rtp" });
  }

  /** The worker has died. */
  lose(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.endRecording("lost");
    this.#playing?.timer?.cancel();
    this.#playing = null;
    this.#tell({ type: "failed", reason: "lost", message: "the media worker died" });
  }

  after(ms: number, work: () => void): Timer {
    return this.#clock.startTimer(ms, { expire: work }, "sim");
  }

  #endPlaying(end: "finished" | "stopped"): void {
    const playing = this.#playing;
    if (playing === null) return;
    this.#playing = null;
    playing.timer?.cancel();
    const ms = this.#clock.now() - playing.since;
    this.after(1, () => this.#tell({ type: "played", ticket: playing.ticket, end, ms, message: null }));
  }

  #tell(event: MediaEvent): void {
    this.owner.mediaEvent(event, this);
  }
}

export class SimAudio implements MediaPlane {
  readonly codecs = ["PCMU", "PCMA"] as const;
  /** In the order in which they were opened: the caller's first. */
  readonly opened: SimEndpoint[] = [];
  readonly kept: Deposit[] = [];
  readonly discarded: Deposit[] = [];
  boxes = new Set(["alice", "bob"]);
  isFull = false;
  hasPorts = true;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get endpoints(): number {
    return this.opened.filter(({ isOpen }) => isOpen).length;
  }

  get caller(): SimEndpoint {
    return this.at(0);
  }

  at(index: number): SimEndpoint {
    const endpoint = this.opened[index];
    if (endpoint === undefined) throw new Error(`no endpoint ${index} has been opened`);
    return endpoint;
  }

  open({ address }: OpenRequest, owner: MediaOwner): MediaEndpoint {
    const endpoint = new SimEndpoint(this.#clock, 20_000 + this.opened.length * 2, address, owner);
    if (!this.hasPorts) {
      endpoint.isOpen = false;
      const event = { type: "failed", reason: "no-port", message: "no media port is free" } as const;
      endpoint.after(1, () => owner.mediaEvent(event, endpoint));
    }
    this.opened.push(endpoint);
    return endpoint;
  }

  readonly library: AudioLibrary = {
    music: { type: "file", file: "music" },
    resolve: async (sounds) => {
      const missing = sounds.find((sound) => sound.startsWith("missing"));
      return missing === undefined ? ok(sounds.map(toSource)) : fail(`There is no sound "${missing}"`);
    },
    speak: async (text) => ok([toSource(`spoken:${text}`)]),
    newRecording: ({ callId }) => ok({ id: `${callId}-r`, file: "r.wav" }),
  };

  /** Only what a call asks of them. */
  readonly mailboxes = {
    has: (_domain: string, mailbox: string) => this.boxes.has(mailbox),
    greeting: () => null,
    begin: (domain: string, mailbox: string) =>
      this.isFull
        ? ("full" as const)
        : { id: `m${this.kept.length + 1}`, domain, mailbox, file: "m.wav", maxSeconds: 60 },
    keep: async (deposit: Deposit) => {
      this.kept.push(deposit);
      // A call asks for the name of the message alone.
      return { id: deposit.id } as MailboxMessage;
    },
    discard: (deposit: Deposit) => void this.discarded.push(deposit),
  } as unknown as Mailboxes; // The rest is for the API and for scripts.
}

function toSource(sound: string): AudioSource {
  return { type: "file", file: sound };
}

function nameOf(source: AudioSource): string {
  if (source.type === "file") return source.file;
  return source.type === "tone" ? `tone:${source.tone}` : `silence:${source.ms}`;
}

function lengthOf(source: AudioSource): number {
  if (source.type === "silence") return source.ms;
  if (source.type === "tone") return source.ms ?? BEEP_MS;
  return Number(/-(\d+)$/.exec(source.file)?.[1] ?? FILE_MS);
}
