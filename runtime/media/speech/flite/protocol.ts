/** What the switch and the process that runs flite say to each other. */
import type { FliteVoice } from "./voices.ts";

export interface FliteRequest {
  readonly text: string;
  readonly voice: FliteVoice;
}

export type FliteReply =
  | { readonly type: "spoken"; readonly wav: Uint8Array }
  | { readonly type: "failed"; readonly reason: string };

/** More than the longest text of the slowest voice makes; what writes more is broken. */
export const MAX_WAV_BYTES = 24 * 1024 * 1024;
