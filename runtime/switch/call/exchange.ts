/** What all calls of a switch share. */
import type { Clock } from "../../base/clock.ts";
import type { SwitchObserver } from "../../port/observer.ts";
import type { Scripts } from "../../port/script.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { AudioServices } from "../audio/audio-services.ts";
import type { CallIndex } from "../call-index.ts";
import type { Directory } from "../target.ts";

export interface Exchange {
  readonly clock: Clock;
  readonly stack: SipStack;
  readonly scripts: Scripts;
  readonly directory: Directory;
  readonly observer: SwitchObserver;
  readonly index: CallIndex;
  /** Absent: no sound ends at this switch. */
  readonly audio: AudioServices | null;
}
