/** Scripts under a debugger: what can be attached to, and messages of the Chrome DevTools Protocol both ways. */
import type { ScriptRef } from "./script.ts";

/** One version of a script, as it is loaded now. */
export interface InspectionTarget {
  /** Cannot be guessed: whoever has it may attach. */
  readonly id: string;
  readonly ref: ScriptRef;
  /** Of its entry file, as breakpoints name it: `file:///front-desk.ts`. */
  readonly url: string;
}

export interface InspectionClient {
  heard(text: string): void;
  /** A newer version of the script is there, or this one is not loaded any more. */
  targetGone(): void;
}

export interface InspectionSession {
  send(text: string): void;
  close(): void;
}

export interface ScriptInspection {
  /** The newest first. */
  targets(): readonly InspectionTarget[];
  /** One client a target. */
  attach(id: string, client: InspectionClient): InspectionSession | "unknown" | "taken";
}
