/** What a recording is made of. Texts are the very strings that the switch works with: nothing is copied or formatted here. */
import type { FixedChance, MessagePeer } from "../../port/journal.ts";
import type { HandlerName, ScriptFault } from "../../port/script.ts";

export interface MessageEntry {
  readonly type: "in" | "out";
  /** Milliseconds since 1970, as all times here. */
  readonly at: number;
  readonly leg: string;
  readonly peer: MessagePeer;
  /** One octet a character. */
  readonly text: string;
}

export interface EventEntry {
  readonly type: "event";
  readonly at: number;
  readonly event: number;
  readonly handler: HandlerName;
  readonly version: number;
  /** As in `ScriptRun`. */
  readonly json: string;
  readonly state: string;
  given: FixedChance | null;
}

export interface OutcomeEntry {
  readonly type: "outcome";
  readonly at: number;
  readonly event: number;
  /** As in `RunTrace.ended`; `null` for a fault, or where the event was given up. */
  readonly text: string | null;
  /** `null` with a `text`, or where the event was given up. */
  readonly fault: ScriptFault | null;
  readonly wallMs: number;
  readonly cpuMs: number;
}

export interface OperationEntry {
  readonly type: "operation";
  readonly at: number;
  readonly event: number;
  readonly number: number;
  readonly name: string;
  readonly args: string;
  /** As in `RunTrace.answered`; `null` until it has come. */
  result: string | null;
  answeredAt: number | null;
  answeredAs: number | null;
}

export interface ConsoleEntry {
  readonly type: "console";
  readonly at: number;
  readonly event: number;
  readonly level: string;
  readonly text: string;
}

export interface FaultEntry {
  readonly type: "fault";
  readonly at: number;
  readonly handler: HandlerName;
  readonly fault: ScriptFault;
}

export interface FactEntry {
  readonly type: "fact";
  readonly at: number;
  readonly what: string;
  readonly text: string;
}

export type Entry = MessageEntry | EventEntry | OutcomeEntry | OperationEntry | ConsoleEntry | FaultEntry | FactEntry;

/** What an entry takes beside its texts, roughly. */
const BARE_BYTES = 100;

/** How much memory an entry keeps from being freed: about a byte a character. */
export function bytesOf(entry: Entry): number {
  switch (entry.type) {
    case "event":
      return BARE_BYTES + entry.json.length + entry.state.length;
    case "outcome":
      return BARE_BYTES + (entry.text?.length ?? 0) + (entry.fault?.message.length ?? 0);
    case "operation":
      return BARE_BYTES + entry.args.length + (entry.result?.length ?? 0);
    case "fault":
      return BARE_BYTES + entry.fault.message.length + (entry.fault.stack?.length ?? 0);
    default:
      return BARE_BYTES + entry.text.length;
  }
}
