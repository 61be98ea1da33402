/** What a call needs where its audio ends at the switch. */
import type { AudioLibrary } from "../../port/audio-library.ts";
import type { Mailboxes } from "../../port/mailbox.ts";
import type { MediaPlane } from "../../port/media.ts";
import type { WebRtcGateway } from "../../port/webrtc.ts";

export interface AudioServices {
  readonly plane: MediaPlane;
  readonly library: AudioLibrary;
  readonly mailboxes: Mailboxes;
  /** Whether keys are also looked for in the audio. @default false */
  readonly inbandDigits?: boolean;
  /** What ends the audio of browsers. @default null nothing does: browsers talk with browsers alone */
  readonly webRtc?: WebRtcGateway | null;
}
