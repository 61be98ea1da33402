/** What a phone is doing, and how each thing that happens changes it. Pure: what is done about it is done elsewhere. */
import type { Problem } from "./problems.ts";

export type Registration =
  | { readonly state: "off" }
  /** `problem`: why it has been tried before, where it has. */
  | { readonly state: "connecting"; readonly problem: Problem | null }
  | { readonly state: "registered" }
  | { readonly state: "failed"; readonly problem: Problem };

export type Transfer =
  | { readonly state: "none" }
  | { readonly state: "asked"; readonly target: string }
  | { readonly state: "failed"; readonly target: string; readonly problem: Problem };

/** `preparing`: the microphone is asked for. `ringing`: there, or here where it is incoming. */
export type Phase = "preparing" | "calling" | "ringing" | "answering" | "up";

export interface Call {
  readonly direction: "incoming" | "outgoing";
  readonly party: string;
  /** Of SIP; `null`: nothing has been sent yet. */
  readonly callId: string | null;
  readonly phase: Phase;
  /** Sound comes before the answer: an announcement, or the ringing itself. */
  readonly hasEarlyMedia: boolean;
  readonly answeredAt: string | null;
  readonly isHeldHere: boolean;
  readonly isHeldThere: boolean;
  readonly isMuted: boolean;
  /** What has been pressed. */
  readonly keys: string;
  readonly transfer: Transfer;
}

export interface EndedCall {
  readonly party: string;
  readonly callId: string | null;
  readonly ending: Ending;
}

export type Ending =
  | { readonly type: "hung-up"; readonly by: "us" | "them" }
  | { readonly type: "transferred"; readonly target: string }
  | { readonly type: "cancelled" | "declined" | "missed" }
  | { readonly type: "failed"; readonly problem: Problem };

export interface PhoneState {
  readonly registration: Registration;
  readonly call: Call | null;
  /** The one before, until another begins. */
  readonly last: EndedCall | null;
}

export type PhoneEvent =
  | { readonly type: "registration"; readonly registration: Registration }
  | { readonly type: "dialled"; readonly party: string }
  | { readonly type: "rang"; readonly party: string; readonly callId: string }
  | { readonly type: "sent"; readonly callId: string }
  | { readonly type: "progress"; readonly hasEarlyMedia: boolean }
  | { readonly type: "answering" }
  | { readonly type: "answered"; readonly at: string }
  | { readonly type: "held"; readonly by: "us" | "them"; readonly isHeld: boolean }
  | { readonly type: "muted"; readonly isMuted: boolean }
  | { readonly type: "pressed"; readonly key: string }
  | { readonly type: "transfer"; readonly transfer: Transfer }
  | { readonly type: "ended"; readonly ending: Ending };

export const SILENT: PhoneState = { registration: { state: "off" }, call: null, last: null };
const MOST_KEYS_SHOWN = 32;

export function next(state: PhoneState, event: PhoneEvent): PhoneState {
  switch (event.type) {
    case "registration":
      return { ...state, registration: event.registration };
    case "dialled":
      return state.call === null ? begun(state, "outgoing", event.party, "preparing", null) : state;
    case "rang":
      return state.call === null ? begun(state, "incoming", event.party, "ringing", event.callId) : state;
    case "ended":
      if (state.call === null) return state;
      return {
        ...state,
        call: null,
        last: { party: state.call.party, callId: state.call.callId, ending: endingOf(state.call, event.ending) },
      };
    default:
      return state.call === null ? state : { ...state, call: changed(state.call, event) };
  }
}

type CallEvent = Exclude<PhoneEvent, { type: "registration" | "dialled" | "rang" | "ended" }>;

function changed(call: Call, event: CallEvent): Call {
  switch (event.type) {
    case "sent":
      return { ...call, phase: "calling", callId: event.callId };
    case "progress":
      if (call.phase === "up") return call;
      return { ...call, phase: "ringing", hasEarlyMedia: call.hasEarlyMedia || event.hasEarlyMedia };
    case "answering":
      return call.phase === "ringing" ? { ...call, phase: "answering" } : call;
    case "answered":
      return { ...call, phase: "up", answeredAt: call.answeredAt ?? event.at };
    case "held":
      return event.by === "us" ? { ...call, isHeldHere: event.isHeld } : { ...call, isHeldThere: event.isHeld };
    case "muted":
      return { ...call, isMuted: event.isMuted };
    case "pressed":
      return { ...call, keys: (call.keys + event.key).slice(-MOST_KEYS_SHOWN) };
    case "transfer":
      return { ...call, transfer: event.transfer };
  }
}

/** Who has handed the other side on, and is let go, has not been hung up on. */
function endingOf({ transfer }: Call, ending: Ending): Ending {
  if (ending.type !== "hung-up" || transfer.state !== "asked") return ending;
  return { type: "transferred", target: transfer.target };
}

function begun(
  { registration }: PhoneState,
  direction: Call["direction"],
  party: string,
  phase: Phase,
  callId: string | null,
): PhoneState {
  const call: Call = {
    direction,
    party,
    callId,
    phase,
    hasEarlyMedia: false,
    answeredAt: null,
    isHeldHere: false,
    isHeldThere: false,
    isMuted: false,
    keys: "",
    transfer: { state: "none" },
  };
  return { registration, call, last: null };
}

/** What is to be heard of this: the bell, the tone of a phone that rings elsewhere, or nothing but what the other side says. */
export function soundOf({ call }: PhoneState): "bell" | "ringback" | null {
  if (call?.phase !== "ringing") return null;
  if (call.direction === "incoming") return "bell";
  return call.hasEarlyMedia ? null : "ringback";
}
