/** The recordings of a call: files of the folder of its domain that begin with its id. */
import { readdir, rm, stat } from "node:fs/promises";
import { isoTime } from "../../base/iso-time.ts";
import type { CallRecording, Recordings } from "../../port/recordings.ts";
import { inspectWav } from "../wav/wav-reader.ts";
import { folderOfRecordings, recordingFile } from "./recording-place.ts";

const ENDING = ".wav";

export class CallRecordings implements Recordings {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async ofCall(domain: string, callId: string): Promise<readonly CallRecording[]> {
    const names = await readdir(folderOfRecordings(this.#folder, domain)).catch(noneThere);
    const ids = names.flatMap((name) => (name.endsWith(ENDING) ? [name.slice(0, -ENDING.length)] : []));
    const found: CallRecording[] = [];
    for (const id of ids.sort()) {
      const file = this.file(domain, callId, id);
      const recording = file === undefined ? undefined : await describe(id, file);
      if (recording !== undefined) found.push(recording);
    }
    return found;
  }

  /** Removes all that was recorded of these calls; resolves with how many files there were. */
  async removeOf(domain: string, callIds: readonly string[]): Promise<number> {
    const names = await readdir(folderOfRecordings(this.#folder, domain)).catch(noneThere);
    const calls = new Set(callIds);
    let removed = 0;
    for (const name of names) {
      const callId = name.slice(0, name.lastIndexOf("-"));
      const file = calls.has(callId) ? this.file(domain, callId, name.slice(0, -ENDING.length)) : undefined;
      if (file === undefined) continue;
      await rm(file, { force: true });
      removed++;
    }
    return removed;
  }

  file(domain: string, callId: string, recording: string): string | undefined {
    return recordingFile(this.#folder, { domain, callId }, recording);
  }
}

/** `undefined`: it has just been removed, or is none. */
async function describe(id: string, file: string): Promise<CallRecording | undefined> {
  const length = await inspectWav(file);
  const facts = await stat(file).catch(noneThere);
  if (!length.ok || !("size" in facts)) return undefined;
  return { id, seconds: length.value / 1000, bytes: facts.size, writtenAt: isoTime(facts.mtimeMs) };
}

/** Nothing has been recorded yet, or it is not there any more. */
function noneThere(error: NodeJS.ErrnoException): [] {
  if (error.code === "ENOENT") return [];
  throw error;
}
