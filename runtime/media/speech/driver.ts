/** What can speak: a driver gives the WAV bytes of one text. It is asked for few texts at a time (`parallel`). */
import type { Result } from "../../base/result.ts";
import type { SpeechFault } from "./fault.ts";

export interface Utterance {
  /** Cleaned: one line, no control characters, bounded. */
  readonly text: string;
  /** `null`: the driver's own. */
  readonly voice: string | null;
  /** RFC 5646, such as `en` or `de-AT`; `null`: not said. */
  readonly language: string | null;
}

export interface SpeechDriver {
  /** Tells apart what two drivers made of the same text: part of the key of the cache. */
  readonly identity: string;
  /** How many texts it may be asked for at a time. */
  readonly parallel: number;
  /** `null`: it would speak this; else why not. Asked before the cache is. */
  check(utterance: Utterance): SpeechFault | null;
  /** The bytes of a WAV file, unchecked. Always ends, in bounded time. */
  speak(utterance: Utterance): Promise<Result<Buffer, SpeechFault>>;
  close(): void;
}
