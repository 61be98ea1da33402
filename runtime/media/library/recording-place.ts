/** Where recordings lie: `FOLDER/DOMAIN/CALL-xxxxxx.wav`. Names come from scripts and the API: none leads anywhere else. */
import { join } from "node:path";
import type { SoundContext } from "../../port/audio-library.ts";

const SAFE_NAME = /^[A-Za-z0-9._-]+$/;

export function folderOfRecordings(folder: string, domain: string): string {
  return join(folder, safe(domain));
}

/** The file of a recording of this call; `undefined`: it has none of this name. */
export function recordingFile(folder: string, { domain, callId }: SoundContext, id: string): string | undefined {
  const isOwn = id.startsWith(`${callId}-`) && SAFE_NAME.test(id);
  return isOwn ? join(folderOfRecordings(folder, domain), `${id}.wav`) : undefined;
}

/** A name that is one folder or file, whatever it was. */
export function safe(name: string): string {
  return SAFE_NAME.test(name) && !name.startsWith(".") ? name : encodeURIComponent(name).replaceAll(".", "%2E");
}
