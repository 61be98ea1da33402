/** What requests to scripts need of the other rooms, and what the operator may say of them. */
import type { ScriptEvents } from "../../port/script-events.ts";

export interface ScriptRequestRules {
  /** Whoever asks must send it as a bearer token; `null`: the script sees for itself who may ask. */
  readonly token: string | null;
  /** Requests a second for the script, whoever sends them; twice as many may come at once. */
  readonly perSecond: number;
}

export interface ScriptRequestDeps {
  readonly events: ScriptEvents;
  rules(script: string): ScriptRequestRules;
  /** Sources free of the limit of a source. */
  isExempt(address: string): boolean;
}
