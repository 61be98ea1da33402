/** Where the sounds of decisions come from, and where recordings go. What takes time is a promise, and none rejects. */
import type { Result } from "../base/result.ts";
import type { AudioSource } from "./media.ts";

/** On whose behalf something is looked up. */
export interface SoundContext {
  readonly domain: string;
  readonly callId: string;
}

export interface Recording {
  /** Names it for scripts and the API. */
  readonly id: string;
  /** Does not exist yet; its folder does. */
  readonly file: string;
}

export interface AudioLibrary {
  /** What to play for these sounds, one after the other; the problem names the one that is not there, and what to do. */
  resolve(sounds: readonly string[], context: SoundContext): Promise<Result<readonly AudioSource[], string>>;
  speak(text: string, voice: string | null): Promise<Result<readonly AudioSource[], string>>;
  /** What is heard on hold. */
  readonly music: AudioSource;
  /** A place for a new recording; the problem: there is no room, or no folder. */
  newRecording(context: SoundContext): Result<Recording, string>;
}
