/** What is to be heard: sounds by name, then a text that is spoken, and where both come from. */
import { ok, type Result } from "../../base/result.ts";
import type { AudioSource } from "../../port/media.ts";
import type { Call } from "../call/call.ts";
import { audioOf } from "./caller-audio.ts";

export interface Announcement {
  readonly sounds?: readonly string[];
  readonly text?: string | undefined;
  readonly voice?: string | undefined;
}

/** Looks it up; a problem names what is not there. */
export async function sourcesOf(
  call: Call,
  { sounds = [], text, voice }: Announcement,
): Promise<Result<readonly AudioSource[], string>> {
  const { library } = audioOf(call);
  const { domain, id } = call.state;
  const found = sounds.length === 0 ? ok([]) : await library.resolve(sounds, { domain, callId: id });
  if (!found.ok || text === undefined) return found;
  const spoken = await library.speak(text, voice ?? null);
  return spoken.ok ? ok([...found.value, ...spoken.value]) : spoken;
}
