/**
 * A media plane on virtual time, and what goes with it: endpoints that open after a moment, play for as long as their
 * sources last, and record until they are stopped. What they are asked to do is written down; keys are pressed by the test.
 */
import type { Clock } from "../../../../runtime/base/clock.ts";
import { fail, ok } from "../../../../runtime/base/result.ts";
import type { AudioLibrary } from "../../../../runtime/port/audio-library.ts";
import type { Deposit, Mailboxes, MailboxMessage } from "../../../../runtime/port/mailbox.ts";
import type { AudioSource, MediaEndpoint, MediaOwner, OpenRequest } from "../../../../runtime/port/media.ts";
import { SimEndpoint } from "../../../../runtime/simulator/audio/sim-endpoint.ts";
import { SimPlane } from "../../../../runtime/simulator/audio/sim-plane.ts";

/** How long a file is, unless its name says so: `long-9000`. */
const FILE_MS = 1000;
const BEEP_MS = 200;
/** Milliseconds of speech in whatever is recorded. */
const SPOKEN_MS = 5000;

export class SimAudio extends SimPlane {
  readonly kept: Deposit[] = [];
  readonly discarded: Deposit[] = [];
  boxes = new Set(["alice", "bob"]);
  isFull = false;

  constructor(clock: Clock) {
    super({ clock, lengthOf });
  }

  get caller(): SimEndpoint {
    return this.at(0);
  }

  at(index: number): SimEndpoint {
    const endpoint = this.opened[index];
    if (endpoint === undefined) throw new Error(`no endpoint ${index} has been opened`);
    return endpoint;
  }

  override open(request: OpenRequest, owner: MediaOwner): MediaEndpoint {
    const endpoint = super.open(request, owner);
    if (endpoint instanceof SimEndpoint) endpoint.spokenMs = SPOKEN_MS;
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

function lengthOf(source: AudioSource): number {
  if (source.type === "silence") return source.ms;
  if (source.type === "tone") return source.ms ?? BEEP_MS;
  return Number(/-(\d+)$/.exec(source.file)?.[1] ?? FILE_MS);
}
