/** What the names of sounds stand for in a simulation: themselves. How long each lasts, and which there are, can be told. */
import { fail, ok, type Result } from "../../base/result.ts";
import { isPromptName } from "../../media/prompts/catalogue.ts";
import type { AudioLibrary, Recording, SoundContext } from "../../port/audio-library.ts";
import type { GreetingKind, Mailboxes } from "../../port/mailbox.ts";
import type { AudioSource, ToneName } from "../../port/media.ts";
import type { Pace } from "../pace.ts";

const SOUND_MS = 1_000;
const BEEP_MS = 200;
/** Of a text that is spoken. */
const MS_PER_CHARACTER = 65;
const SPOKEN = "say:";
const TONES: ReadonlySet<string> = new Set<ToneName>(["ringback", "busy", "congestion", "dial", "beep"]);

export interface LibraryOptions {
  readonly pace: Pace;
  readonly mailboxes: Pick<Mailboxes, "audio" | "greeting">;
  /** The operator's sounds and the seconds that each lasts; absent: whatever a script names is there. */
  readonly sounds: Readonly<Record<string, number>> | undefined;
}

export class SimLibrary implements AudioLibrary {
  readonly music: AudioSource = { type: "file", file: "music" };
  readonly #options: LibraryOptions;
  #recordings = 0;
  /** Names of recordings by call. */
  readonly #kept = new Map<string, string[]>();

  constructor(options: LibraryOptions) {
    this.#options = options;
  }

  resolve(sounds: readonly string[], context: SoundContext): Promise<Result<readonly AudioSource[], string>> {
    return this.#options.pace.outside("a sound", () => this.#resolve(sounds, context));
  }

  speak(text: string): Promise<Result<readonly AudioSource[], string>> {
    return this.#options.pace.outside("speech", () => ok([{ type: "file", file: SPOKEN + text } as const]));
  }

  newRecording({ callId }: SoundContext): Result<Recording, string> {
    const id = `${callId}-${++this.#recordings}`;
    this.#kept.set(callId, [...(this.#kept.get(callId) ?? []), id]);
    return ok({ id, file: `recording:${id}` });
  }

  /** The file of a recording of this call. */
  recording(callId: string, id: string): string | undefined {
    return this.#kept.get(callId)?.includes(id) === true ? `recording:${id}` : undefined;
  }

  /** How long a source lasts, in milliseconds. */
  lengthOf(source: AudioSource): number {
    if (source.type === "silence") return source.ms;
    if (source.type === "tone") return source.ms ?? (source.tone === "beep" ? BEEP_MS : SOUND_MS);
    const { file } = source;
    const spoken = spokenText(file);
    if (spoken !== undefined) return Math.max(SOUND_MS, spoken.length * MS_PER_CHARACTER);
    return (this.#options.sounds?.[file] ?? SOUND_MS / 1000) * 1000;
  }

  async #resolve(sounds: readonly string[], context: SoundContext): Promise<Result<readonly AudioSource[], string>> {
    const sources: AudioSource[] = [];
    for (const sound of sounds) {
      const found = await this.#find(sound, context);
      if (found === undefined) return fail(this.#missing(sound));
      sources.push(found);
    }
    return ok(sources);
  }

  async #find(sound: string, { domain, callId }: SoundContext): Promise<AudioSource | undefined> {
    const [, kind = "", rest = ""] = /^([a-z]+):(.*)$/s.exec(sound) ?? [];
    const file: AudioSource = { type: "file", file: sound };
    switch (kind) {
      case "":
        return this.#isThere(sound) ? file : undefined;
      case "tone":
        // The set holds the names of tones alone.
        return TONES.has(rest) ? { type: "tone", tone: rest as ToneName } : undefined;
      case "silence":
        return /^\d{1,5}$/.test(rest) ? { type: "silence", ms: Number(rest) } : undefined;
      case "recording":
        return this.recording(callId, rest) === undefined ? undefined : file;
      case "voicemail": {
        const slash = rest.indexOf("/");
        const audio = await this.#options.mailboxes.audio(domain, rest.slice(0, slash), rest.slice(slash + 1));
        return audio === undefined ? undefined : file;
      }
      case "greeting": {
        const slash = rest.lastIndexOf("/");
        // What is no kind of greeting is not found.
        const greeting = rest.slice(slash + 1) as GreetingKind;
        return this.#options.mailboxes.greeting(domain, rest.slice(0, slash), greeting) === null ? undefined : file;
      }
      default:
        return ["number", "digits", "time"].includes(kind) ? file : undefined;
    }
  }

  #isThere(sound: string): boolean {
    const { sounds } = this.#options;
    return sounds === undefined || sound === "music" || isPromptName(sound) || Object.hasOwn(sounds, sound);
  }

  #missing(sound: string): string {
    return `There is no sound "${sound}": simulate(script, { sounds: { "${sound}": 2 } }) says that there is, of 2 seconds`;
  }
}

/** The text that a source speaks; `undefined`: it is a sound. */
export function spokenText(name: string): string | undefined {
  return name.startsWith(SPOKEN) ? name.slice(SPOKEN.length) : undefined;
}
