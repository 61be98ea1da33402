/** What all calls of a switch share. */
import type { Clock } from "../../base/clock.ts";
import type { CallJournal } from "../../port/call-journal.ts";
import type { SwitchObserver } from "../../port/observer.ts";
import type { Scripts } from "../../port/script.ts";
import type { TextSender } from "../../port/text-message.ts";
import type { SessionTerms } from "../../sip/dialog/session-timer.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { AudioServices } from "../audio/audio-services.ts";
import type { CallIndex } from "../call-index.ts";
import type { Liveness } from "../liveness/liveness.ts";
import type { CallWatch } from "../presence/dialog/user-dialogs.ts";
import type { Directory } from "../target.ts";
import type { TrunkServices } from "../trunks/trunk-services.ts";

export interface Exchange {
  readonly clock: Clock;
  readonly stack: SipStack;
  readonly scripts: Scripts;
  readonly directory: Directory;
  readonly observer: SwitchObserver;
  readonly index: CallIndex;
  /** What is asked for and accepted of sessions (RFC 4028). */
  readonly sessionTerms: SessionTerms;
  readonly liveness: Liveness;
  /** Absent: no sound ends at this switch. */
  readonly audio: AudioServices | null;
  /** Absent: there is no way to the telephone network. */
  readonly trunks: TrunkServices | null;
  /** Absent: this switch sends no text messages. */
  readonly texts?: TextSender | undefined;
  /** Where calls are written down for the process that starts next; absent: nowhere. */
  readonly journal?: CallJournal | undefined;
  /** Told of what calls do; absent: nobody is. */
  readonly watch?: CallWatch | undefined;
}
