/** What happens on the switch, as it happens, for the tail and the event stream of the API. */
import type { Deployment } from "./deployment.ts";
import type { DrainNews } from "./drain.ts";
import type { GuardNews } from "./guard.ts";
import type { Invocation, ScriptLogLine } from "./sandbox.ts";
import type { FaultReason, HandlerName, ScriptFault, ScriptRef } from "./script.ts";
import type { CallSummary, RegistrationView } from "./switch.ts";
import type { TrunkNews } from "./trunk-news.ts";

/** A script has failed at an event: in its process, or by what it returned. */
export interface ReportedFault {
  readonly ref: ScriptRef;
  readonly handler: HandlerName;
  /** `null` for an event that belongs to no call, which `eventId` names. */
  readonly callId: string | null;
  readonly eventId?: string | undefined;
  readonly outcome: FaultReason;
  readonly fault: ScriptFault;
}

/** What `tail` of a script shows. `at` is ISO 8601. */
export type TailEntry =
  | ({ readonly type: "log"; readonly at: string } & ScriptLogLine)
  | ({ readonly type: "invocation"; readonly at: string } & Invocation)
  | ({ readonly type: "fault"; readonly at: string } & ReportedFault)
  | { readonly type: "deploy"; readonly at: string; readonly deployment: Deployment };

export type SwitchEvent =
  | {
      readonly type: "call";
      readonly at: string;
      readonly what: "started" | "ringing" | "answered" | "ended";
      readonly call: CallSummary;
    }
  | {
      readonly type: "registration";
      readonly at: string;
      readonly what: "registered" | "unregistered";
      readonly registration: RegistrationView;
    }
  | ({ readonly type: "trunk"; readonly at: string } & TrunkNews)
  | ({ readonly type: "guard"; readonly at: string } & GuardNews)
  | { readonly type: "drain"; readonly at: string; readonly what: DrainNews; readonly calls: number }
  | { readonly type: "script"; readonly at: string; readonly deployment: Deployment };

/** A stream with a short memory. Subscribers get plain data and may never slow down who publishes. */
export interface Feed<Entry> {
  /** Returns a function that ends the subscription. */
  subscribe(listener: (entry: Entry, id: number) => void): () => void;
  /** Entries after `id`, as far as they are remembered. */
  since(id: number): readonly { readonly id: number; readonly entry: Entry }[];
}

export interface Feeds {
  tail(script: string): Feed<TailEntry>;
  readonly events: Feed<SwitchEvent>;
}
