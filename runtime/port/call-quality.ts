/** How the audio of live calls is, where it passes through the switch. */
import type { CodecName } from "./media.ts";

/** Of one side, since its audio has begun. Lost, jitter and score are of what comes from it. */
export interface SideQuality {
  readonly side: "caller" | "callee";
  /** What is sent to it. */
  readonly codec: CodecName;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly lossPercent: number;
  readonly jitterMs: number;
  /** `null` before it has reported. */
  readonly roundTripMs: number | null;
  /** Mean opinion score as estimated, 1 to 4.5; `null` before anything has come. */
  readonly mos: number | null;
}

export interface CallQuality {
  readonly call: string;
  /** Empty where the phones talk directly. */
  readonly sides: readonly SideQuality[];
}
