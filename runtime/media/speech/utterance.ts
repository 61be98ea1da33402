/** What was asked to be said, checked: scripts and the API give texts, voices and languages, all of them hostile. */
import { fail, ok, type Result } from "../../base/result.ts";
import type { Utterance } from "./driver.ts";
import type { SpeechFault } from "./fault.ts";

/** Two to three minutes of speech. */
export const MAX_TEXT_CHARACTERS = 2_000;
/** Names become arguments of a program: none may look like an option or a path. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$/;
/** Controls, and what directs writing and not speech: marks of direction, joiners, byte order marks, halves of pairs. */
const NOT_SPOKEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]+/gu;

export interface SpeakOptions {
  /** A name of the driver's. Default: `media.speech.voice`, else the driver's own. */
  readonly voice?: string;
  /** RFC 5646: `en`, `de-AT`. */
  readonly language?: string;
}

export function parseUtterance(text: string, options: SpeakOptions): Result<Utterance, SpeechFault> {
  if (text.length > MAX_TEXT_CHARACTERS) {
    const message = `The text has ${text.length} characters: at most ${MAX_TEXT_CHARACTERS} are spoken at a time.`;
    return fail({ type: "text", message });
  }
  const said = text.replace(NOT_SPOKEN, " ").replace(/\s+/g, " ").trim();
  if (said === "") return fail({ type: "text", message: "The text is empty: give at least a word." });
  const { voice = null, language = null } = options;
  if (voice !== null && !NAME.test(voice)) return fail(badName("voice", voice, "such as slt"));
  if (language !== null && !NAME.test(language)) return fail(badName("language", language, "such as en or de-AT"));
  return ok({ text: said, voice, language });
}

function badName(what: string, name: string, example: string): SpeechFault {
  return { type: "voice", message: `${JSON.stringify(name.slice(0, 64))} is no name of a ${what}, ${example}.` };
}
