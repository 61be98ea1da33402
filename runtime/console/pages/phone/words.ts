/** States and endings in words. */
import type { Call, Ending } from "./phone-state.ts";

export function phaseText(call: Call): string {
  switch (call.phase) {
    case "preparing":
      return "Asking for the microphone";
    case "calling":
      return "Calling";
    case "ringing":
      return call.hasEarlyMedia ? "Ringing, with sound" : "Ringing";
    case "answering":
      return "Answering";
    case "up": {
      if (call.isHeldHere) return call.isHeldThere ? "Held by both" : "On hold";
      if (call.isHeldThere) return "Held by the other side";
      return call.isMuted ? "Connected, muted" : "Connected";
    }
  }
}

export function endingText(ending: Exclude<Ending, { type: "failed" }>): string {
  switch (ending.type) {
    case "hung-up":
      return ending.by === "us" ? "You hung up." : "The other side hung up.";
    case "transferred":
      return `Handed on to ${ending.target}.`;
    case "cancelled":
      return "You gave it up before anybody answered.";
    case "declined":
      return "You declined it.";
    case "missed":
      return "It stopped ringing before it was answered.";
  }
}
