/**
 * Finds what to play for a prompt: the operator's file, else ours, in the language that was asked for, else in English; else
 * the words of the catalogue are spoken, else there is a tone. A caller always hears something, and nothing here throws.
 */
import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../../base/log.ts";
import type { Result } from "../../base/result.ts";
import type { AudioSource } from "../../port/media.ts";
import { CATALOGUE, type PromptName } from "./catalogue.ts";
import { digitPrompts, numberPrompts } from "./number-words.ts";
import { type SpokenTimeOptions, timePrompts } from "./spoken-time.ts";

/** The language of the catalogue, and of the files that come with the switch. */
const OUR_LANGUAGE = "en";
/** Heard where there is neither a file nor a voice: something has been said, whatever it was. */
const LAST_RESORT: AudioSource = { type: "tone", tone: "beep", ms: 300 };
const QUIET_HOLD: AudioSource = { type: "silence", ms: 1_000 };
/** RFC 5646 in short: what is no such name is no folder of prompts. */
const LANGUAGE_FOLDER = /^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i;
const MAX_LANGUAGES = 100;

/** Speaks what no file says; the speech room has one. */
export interface PromptSpeaker {
  speak(text: string, options: { readonly language: string }): Promise<Result<string, { readonly message: string }>>;
}

export interface PromptsOptions {
  readonly log: Log;
  readonly speaker: PromptSpeaker;
  /** `media.prompts`: a folder with a folder for each language; `null`: none. */
  readonly folder: string | null;
  /** `media.language`: what is spoken unless somebody asks for another. @default "en" */
  readonly language?: string;
  /** `media.musicOnHold`: a WAV file in place of ours; `null`: ours. */
  readonly musicOnHold: string | null;
  /** Where the files are that come with the switch. @default the folder of this file */
  readonly shipped?: string;
}

/** Paths by name of prompt, by language in small letters. */
type PromptIndex = ReadonlyMap<string, ReadonlyMap<string, string>>;

export class Prompts {
  readonly #options: PromptsOptions;
  readonly #shipped: string;
  /** The operator's before ours. */
  #indexes: readonly PromptIndex[] = [];
  #music: AudioSource = QUIET_HOLD;

  constructor(options: PromptsOptions) {
    this.#options = options;
    this.#shipped = options.shipped ?? import.meta.dirname;
  }

  /** Looks for the files there are: at the start, and whenever the operator has changed some. */
  async load(): Promise<void> {
    const { folder, musicOnHold } = this.#options;
    const folders = folder === null ? [this.#shipped] : [folder, this.#shipped];
    this.#indexes = await Promise.all(folders.map((path) => this.#index(path)));
    this.#music = await this.#findMusic(musicOnHold);
  }

  /** The file of a prompt, or `null`. A region falls back on its language, every language on English. */
  find(name: PromptName, language?: string): string | null {
    return this.#candidates(name, language)[0] ?? null;
  }

  /** What to play for a prompt: never nothing. */
  async resolve(name: PromptName, language?: string): Promise<readonly AudioSource[]> {
    for (const file of this.#candidates(name, language)) {
      if (await isThere(file)) return [{ type: "file", file }];
    }
    const spoken = await this.#options.speaker.speak(CATALOGUE[name], { language: OUR_LANGUAGE });
    if (spoken.ok) return [{ type: "file", file: spoken.value }];
    this.#options.log.warn("A prompt is missing and cannot be spoken", {
      prompt: name,
      reason: spoken.problem.message,
    });
    return [LAST_RESORT];
  }

  /** What to play for several prompts, one after the other. */
  async sequence(names: readonly PromptName[], language?: string): Promise<readonly AudioSource[]> {
    return (await Promise.all(names.map((name) => this.resolve(name, language)))).flat();
  }

  /** The prompts that say a whole number, from 0 on. */
  number(value: number): readonly PromptName[] {
    return numberPrompts(value);
  }

  /** The prompts that read a telephone number. */
  digits(digits: string): readonly PromptName[] {
    return digitPrompts(digits);
  }

  /** The prompts that say when something was: "yesterday at three oh five P M". */
  time(atMs: number, options: SpokenTimeOptions): readonly PromptName[] {
    return timePrompts(atMs, options);
  }

  /** What whoever is on hold hears, to be played in a loop. */
  musicOnHold(): readonly AudioSource[] {
    return [this.#music];
  }

  #candidates(name: PromptName, language = this.#options.language ?? OUR_LANGUAGE): string[] {
    return fallbacks(language).flatMap((tag) =>
      this.#indexes.flatMap((index) => {
        const file = index.get(tag)?.get(name);
        return file === undefined ? [] : [file];
      }),
    );
  }

  async #index(folder: string): Promise<PromptIndex> {
    const names = (await this.#list(folder)).filter((name) => LANGUAGE_FOLDER.test(name)).slice(0, MAX_LANGUAGES);
    const languages = await Promise.all(
      names.map(async (language) => [language.toLowerCase(), await this.#files(join(folder, language))] as const),
    );
    return new Map(languages);
  }

  async #files(folder: string): Promise<ReadonlyMap<string, string>> {
    const files = (await this.#list(folder)).filter((file) => file.endsWith(".wav"));
    return new Map(files.map((file) => [file.slice(0, -".wav".length), join(folder, file)]));
  }

  /** A folder that is not there has nothing in it; the operator hears of it. */
  async #list(folder: string): Promise<string[]> {
    try {
      return await readdir(folder);
    } catch (error) {
      this.#options.log.warn("A folder of prompts cannot be read: check media.prompts", { folder, error });
      return [];
    }
  }

  async #findMusic(configured: string | null): Promise<AudioSource> {
    if (configured !== null) {
      if (await isThere(configured)) return { type: "file", file: configured };
      this.#options.log.warn("There is no such music on hold: check media.musicOnHold", { file: configured });
    }
    const ours = join(this.#shipped, "moh.wav");
    if (await isThere(ours)) return { type: "file", file: ours };
    return QUIET_HOLD;
  }
}

/** `de-AT` is de-at, then de, then en. */
function fallbacks(language: string): string[] {
  const parts = language.toLowerCase().split("-", 4);
  const tags = parts.map((_, index) => parts.slice(0, parts.length - index).join("-"));
  return [...new Set([...tags, OUR_LANGUAGE])];
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
