/** What a script hears of a recording that has ended. */
import type { RecordedEvent } from "../../../sdk/events.ts";
import type { Recording } from "../../port/audio-library.ts";
import type { Recorded } from "./side-sound.ts";

/** `isOver`: the call has ended, and the recording with it. */
export function toRecordedEvent(
  what: RecordedEvent["what"],
  recording: Recording,
  { end, ms, message }: Recorded,
  isOver: boolean,
): RecordedEvent {
  const isKept = ms > 0 && end !== "failed";
  return {
    type: "recorded",
    what,
    recording: isKept ? recording.id : null,
    seconds: ms / 1000,
    end: end === "lost" ? "failed" : end === "stopped" && isOver ? "hangup" : end,
    message,
  };
}
