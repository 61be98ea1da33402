/**
 * What was thrown, as JSON text. Whatever a script throws (a proxy, a getter that loops, a symbol) is read here, inside
 * its isolate and its timed entry, and never by the host.
 */
import type { FaultReason } from "../../../port/script.ts";
import { apply, slice, stringify, toText } from "./primordials.ts";

/** Of each of name, message and stack. */
export const CLIP_CHARACTERS = 2048;

export function clip(text: string): string {
  return text.length > CLIP_CHARACTERS ? apply(slice, text, [0, CLIP_CHARACTERS]) : text;
}

/** The answer "fault" for something thrown. */
export function threw(error: unknown, reason: FaultReason = "threw"): string {
  try {
    if ((typeof error !== "object" || error === null) && typeof error !== "function") {
      return fault(reason, `Thrown: ${clip(toText(error))}`);
    }
    const { name, message, stack } = error as { name?: unknown; message?: unknown; stack?: unknown };
    const text = name === undefined ? "Thrown" : clip(toText(name));
    const said = message === undefined ? "an object that is not an Error" : clip(toText(message));
    return fault(reason, `${text}: ${said}`, typeof stack === "string" ? clip(stack) : undefined);
  } catch {
    return fault(reason, "Thrown: something that cannot be printed");
  }
}

export function fault(reason: FaultReason, message: string, stack?: string): string {
  // Without a prototype: a script may have put `toJSON` on Object's.
  return `f${stringify({ __proto__: null, reason, message, stack })}`;
}
