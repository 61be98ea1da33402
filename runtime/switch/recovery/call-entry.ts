/** A call as it is written down. Most of it is the state as it is; what lives beside the state is added where it is there. */
import type { JournaledCall } from "../../port/call-journal.ts";
import type { SentBy } from "../../sip/client-request.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { Call } from "../call/call.ts";
import type { CallState } from "../call/call-state.ts";
import type { CallHead, CallTail, WaitingRequest } from "./call-record.ts";

export class CallEntry implements JournaledCall {
  readonly id: string;
  readonly #call: Call;
  #head: CallHead;
  #isStored = false;

  constructor(call: Call) {
    this.id = call.state.id;
    this.#call = call;
    this.#head = headOf(call.state);
  }

  /** The caller's INVITE of an outbound call, or of one whose caller has been replaced, is another one later. */
  get head(): CallHead {
    if (this.#head.invite !== this.#call.state.invite) this.#head = headOf(this.#call.state);
    return this.#head;
  }

  recordStored(): void {
    this.#isStored = true;
  }

  tail(): CallTail | null {
    const call = this.#call;
    const { stage } = call;
    if (this.#isStored && stage === "over") return null;
    const isWaiting = call.caller.invite !== null;
    return {
      state: changingState(call.state),
      stage,
      isWaiting,
      isStepping: call.step !== null,
      awaited: call.caller.awaited ?? undefined,
      sent: sentOf(call),
      requests: requestsOf(call),
      loose: looseDialogs(call),
      transfer: call.transferring?.stored,
      audio: call.hasAudio && stage === "going" && !isWaiting ? call.audio.stored : undefined,
    };
  }
}

function headOf(state: CallState): CallHead {
  const { id, direction, domain, route, fallback, mayLeave, script, version, originator, invite } = state;
  const { trunk, isEmergency, user, startedAt } = state;
  const beginning = { id, direction, domain, route, fallback, mayLeave, script, version, originator, invite };
  return { ...beginning, trunk, isEmergency, user, startedAt };
}

/** Early dialogs are not taken over: the tag of ours that the caller's answer bears is enough. */
function changingState(state: CallState): CallTail["state"] {
  const { localTag, ringingAt, answeredAt, endedAt, failedRaised, fellBack, plan, legs, attempts } = state;
  const { scriptState, tags, timers, limitEvents, transfers, refers, sessions, until, end } = state;
  const isAnswered = answeredAt !== null;
  return {
    localTag,
    ringingAt,
    answeredAt,
    endedAt,
    failedRaised,
    fellBack,
    plan,
    legs,
    bridges: isAnswered ? state.bridges : [],
    own: isAnswered ? state.own : null,
    best: isAnswered ? null : state.best,
    attempts,
    scriptState,
    tags,
    timers,
    limitEvents,
    transfers,
    refers,
    sessions,
    until,
    end,
  };
}

function sentOf(call: Call): Record<string, SentBy> | undefined {
  let sent: Record<string, SentBy> | undefined;
  for (const leg of call.attempts.open) {
    const sentBy = leg.sentBy;
    if (sentBy === null) continue;
    sent ??= {};
    sent[leg.state.id] = sentBy;
  }
  return sent;
}

function requestsOf(call: Call): readonly WaitingRequest[] | undefined {
  const waiting = [...call.relays].filter(({ isInvite }) => isInvite).map(({ waiting: request }) => request);
  const taker = call.transferring?.takings.waiting ?? null;
  if (taker !== null) waiting.push(taker);
  return waiting.length === 0 ? undefined : waiting;
}

function looseDialogs(call: Call): readonly Dialog[] | undefined {
  const { legs, bridges } = call.state;
  const isBound = ({ callId, localTag }: Dialog) =>
    bridges.some(({ caller, callee }) =>
      [caller, callee].some((bound) => bound.callId === callId && bound.localTag === localTag),
    );
  const loose = call.transferring?.looseDialogs ?? [];
  for (const { dialog, state } of legs) {
    if (dialog !== undefined && state !== "ended") loose.push(dialog);
  }
  const open = loose.filter((dialog) => !isBound(dialog));
  return open.length === 0 ? undefined : open;
}
