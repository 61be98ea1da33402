/**
 * What the names of sounds stand for (`sdk/audio.ts`), and where recordings go. Names come from scripts: none of them
 * becomes a path outside the folder that it belongs to.
 */
import { mkdirSync } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { randomText } from "../../base/random.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { AudioLibrary, Recording, SoundContext } from "../../port/audio-library.ts";
import type { GreetingKind, Mailboxes } from "../../port/mailbox.ts";
import type { AudioSource, ToneName } from "../../port/media.ts";
import { isPromptName } from "../prompts/catalogue.ts";
import type { Prompts } from "../prompts/prompts.ts";
import type { Speech } from "../speech/speech.ts";
import { folderOfRecordings, recordingFile, safe } from "./recording-place.ts";

export interface SoundLibraryOptions {
  readonly prompts: Prompts;
  readonly speech: Pick<Speech, "speak">;
  readonly mailboxes: Pick<Mailboxes, "audio" | "greeting">;
  /** The operator's sounds. */
  readonly sounds: string;
  /** Where recordings are kept. */
  readonly recordings: string;
  /** Whether the disk has room for them. @default it has */
  hasRoom?(): boolean;
  readonly now: () => number;
}

type Found = Result<readonly AudioSource[], string>;

const TONES: ReadonlySet<string> = new Set<ToneName>(["ringback", "busy", "congestion", "dial", "beep"]);
const GREETINGS: ReadonlySet<string> = new Set<GreetingKind>(["unavailable", "busy", "temporary", "name"]);
/** Folders of a sound, and its name: letters, digits, dashes; so neither `..` nor an absolute path. */
const SOUND_NAME = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/;
const LONGEST_SILENCE_MS = 60_000;

export class SoundLibrary implements AudioLibrary {
  readonly #options: SoundLibraryOptions;

  constructor(options: SoundLibraryOptions) {
    this.#options = options;
  }

  get music(): AudioSource {
    return this.#options.prompts.musicOnHold()[0] ?? { type: "silence", ms: 1000 };
  }

  async resolve(sounds: readonly string[], context: SoundContext): Promise<Found> {
    const sources: AudioSource[] = [];
    for (const sound of sounds) {
      const found = await this.#find(sound, context);
      if (!found.ok) return found;
      sources.push(...found.value);
    }
    return ok(sources);
  }

  async speak(text: string, voice: string | null): Promise<Found> {
    const spoken = await this.#options.speech.speak(text, voice === null ? {} : { voice });
    return spoken.ok ? ok([{ type: "file", file: spoken.value }]) : fail(spoken.problem.message);
  }

  newRecording({ domain, callId }: SoundContext): Result<Recording, string> {
    const folder = folderOfRecordings(this.#options.recordings, domain);
    if (this.#options.hasRoom?.() === false)
      return fail("the disk is nearly full: nothing is recorded until there is room");
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      return fail(`${folder} cannot be made: ${error instanceof Error ? error.message : String(error)}`);
    }
    const id = `${callId}-${randomText(6)}`;
    return ok({ id, file: join(folder, `${safe(id)}.wav`) });
  }

  /** The file of a recording of this call; `undefined`: it has none of this name. */
  recording(id: string, context: SoundContext): string | undefined {
    return recordingFile(this.#options.recordings, context, id);
  }

  async #find(sound: string, context: SoundContext): Promise<Found> {
    const colon = sound.indexOf(":");
    if (colon > 0) return this.#special(sound.slice(0, colon), sound.slice(colon + 1), context);
    if (sound === "music") return ok([this.music]);
    if (SOUND_NAME.test(sound)) {
      const file = join(this.#options.sounds, `${sound}.wav`);
      if (await isThere(file)) return ok([{ type: "file", file }]);
    }
    if (isPromptName(sound)) return ok(await this.#options.prompts.resolve(sound));
    return fail(
      `There is no sound "${sound}": put ${sound}.wav into ${this.#options.sounds}, or use a name of a prompt`,
    );
  }

  async #special(kind: string, rest: string, context: SoundContext): Promise<Found> {
    const { prompts } = this.#options;
    switch (kind) {
      case "tone":
        // The set holds the names of tones alone.
        return TONES.has(rest) ? ok([{ type: "tone", tone: rest as ToneName }]) : unknown(kind, rest);
      case "silence":
        return isWithin(rest, LONGEST_SILENCE_MS) ? ok([{ type: "silence", ms: Number(rest) }]) : unknown(kind, rest);
      case "number":
        return isWithin(rest, Number.MAX_SAFE_INTEGER)
          ? ok(await prompts.sequence(prompts.number(Number(rest))))
          : unknown(kind, rest);
      case "digits":
        return ok(await prompts.sequence(prompts.digits(rest.slice(0, 40))));
      case "time":
        return this.#time(rest);
      case "recording":
        return fileOrUnknown(this.recording(rest, context), kind, rest);
      case "voicemail":
        return this.#message(rest, context);
      case "greeting":
        return this.#greeting(rest, context);
      default:
        return unknown(kind, rest);
    }
  }

  async #time(text: string): Promise<Found> {
    const { prompts, now } = this.#options;
    const at = Date.parse(text);
    if (Number.isNaN(at)) return unknown("time", text);
    return ok(await prompts.sequence(prompts.time(at, { nowMs: now() })));
  }

  async #message(name: string, { domain }: SoundContext): Promise<Found> {
    const slash = name.indexOf("/");
    const file = await this.#options.mailboxes.audio(domain, name.slice(0, slash), name.slice(slash + 1));
    return fileOrUnknown(file, "voicemail", name);
  }

  #greeting(name: string, { domain }: SoundContext): Promise<Found> {
    const slash = name.lastIndexOf("/");
    const kind = name.slice(slash + 1);
    // The set holds the kinds of greetings alone.
    const known = GREETINGS.has(kind) ? (kind as GreetingKind) : undefined;
    const file = known && this.#options.mailboxes.greeting(domain, name.slice(0, slash), known);
    return fileOrUnknown(file ?? undefined, "greeting", name);
  }
}

async function fileOrUnknown(file: string | undefined, kind: string, rest: string): Promise<Found> {
  return file !== undefined && (await isThere(file)) ? ok([{ type: "file", file }]) : unknown(kind, rest);
}

function unknown(kind: string, rest: string): Found {
  return fail(`There is no ${kind} "${rest}"`);
}

function isWithin(text: string, most: number): boolean {
  return /^\d{1,16}$/.test(text) && Number(text) <= most;
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
