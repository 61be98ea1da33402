/** What is written down of the audio of a call that ends at the switch, so that another process can listen where this one did. */
import type { RtpNumbers } from "../../port/media.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import type { AudioState } from "./audio-agreement.ts";
import type { AudioAddress } from "./audio-side.ts";

export interface SideRecord {
  readonly address: Pick<AudioAddress, "listen" | "told" | "inbandDigits" | "codecs">;
  /** Of RTP; `null`: nothing listened yet. */
  readonly port: number | null;
  readonly numbers: RtpNumbers | null;
  readonly state: Omit<AudioState, "browser">;
  readonly isBrowser: boolean;
}

export interface AudioRecord {
  readonly caller: SideRecord | null;
  readonly callee: (SideRecord & { readonly leg: string }) | null;
  /** Whom a decision has put on hold. */
  readonly held: readonly Side[];
  /** The phones are to talk directly as soon as they can. */
  readonly isReleasing: boolean;
  readonly recording: "none" | "running" | "paused";
}
