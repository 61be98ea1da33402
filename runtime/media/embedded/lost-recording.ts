/** What a dead worker has left of a recording: the file is mended, and told as any other that has ended. */
import type { MediaEvent, MediaTicket } from "../../port/media.ts";
import { repairWav } from "../wav/repair-wav.ts";

/** A recording as the worker told of it last. */
export interface LostRecording {
  readonly file: string;
  readonly ms: number;
  readonly spokenMs: number;
}

/** Never rejects. What was recorded since the worker told last counts as spoken: nobody has listened to it. */
export async function recover(ticket: MediaTicket, lost: LostRecording): Promise<MediaEvent> {
  const { file } = lost;
  const repaired = await repairWav(file);
  const ms = repaired.ok ? repaired.value : 0;
  const message = repaired.ok ? null : repaired.problem;
  const spokenMs = Math.min(ms, lost.spokenMs + Math.max(0, ms - lost.ms));
  return { type: "recorded", ticket, end: "lost", file, ms, spokenMs, message };
}
