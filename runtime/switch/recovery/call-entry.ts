/**
 * A call as it is written down. Most inputs of a call change nothing that another process would have to know, so what has
 * changed is found by comparing a few values, and text is made of that alone.
 */
import { crc32 } from "node:zlib";
import type { Journaled, Sections } from "../../port/call-journal.ts";
import type { SentBy } from "../../sip/client-request.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { Call } from "../call/call.ts";
import type { CallState } from "../call/call-state.ts";
import type { CallHead, CallTail, StoredExtras, WaitingRequest } from "./call-record.ts";

/** Requests of ours in a dialog before its number is written again: far less than the jump of whoever goes on. */
const CSEQ_STEP = 256;

type Section = keyof CallTail;
/** What a section is known by: the same values, the same section. */
type Marks = readonly unknown[];

const NO_MARKS: Marks = [];
const SECTIONS: readonly Section[] = ["state", "now", "legs", "dialogs", "media", "invites", "extras", "audio"];

export class CallEntry implements Journaled {
  readonly id: string;
  readonly #call: Call;
  #head: CallHead;
  #isStored = false;
  readonly #marks = new Map<Section, Marks>();

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

  get isOver(): boolean {
    return this.#isStored && this.#call.stage === "over";
  }

  recordStored(): void {
    this.#isStored = true;
  }

  tail(): Sections {
    for (const section of SECTIONS) this.#marks.set(section, marks[section](this.#call));
    return Object.fromEntries(SECTIONS.map((section) => [section, sections[section](this.#call)]));
  }

  changes(): Sections | null {
    let changed: Partial<Record<Section, unknown>> | null = null;
    for (const section of SECTIONS) {
      const now = marks[section](this.#call);
      if (isSame(now, this.#marks.get(section) ?? NO_MARKS)) continue;
      this.#marks.set(section, now);
      changed ??= {};
      changed[section] = sections[section](this.#call);
    }
    return changed;
  }
}

function isSame(one: Marks, other: Marks): boolean {
  return one.length === other.length && one.every((mark, index) => mark === other[index]);
}

/** What the sections hold. */
const sections: { readonly [Name in Section]: (call: Call) => CallTail[Name] } = {
  state: ({ state }) => changingState(state),
  now: (call) => ({ stage: call.stage, isWaiting: isWaiting(call), isStepping: call.step !== null }),
  legs: (call) => ({ all: call.state.legs, sent: sentOf(call) }),
  dialogs: ({ state }) => ({
    bridges: boundBridges(state).map(({ legId, caller, callee, isAnchored }) => ({
      legId,
      caller,
      callee,
      isAnchored,
    })),
    own: isAnswered(state) ? state.own : null,
  }),
  media: ({ state }) => boundBridges(state).map(({ media }) => media),
  invites: ({ state, caller }) => ({ last: boundBridges(state).map(({ invite }) => invite), awaited: caller.awaited }),
  extras: (call) => extrasOf(call),
  audio: (call) => audioOf(call),
};

/** By what each section is known. */
const marks: { readonly [Name in Section]: (call: Call) => Marks } = {
  state: ({ state }) => [
    // That it rings is nothing to go on with: it is written with what comes next.
    state.answeredAt,
    state.end,
    state.scriptState,
    state.tags,
    state.timers,
    state.sessions,
    state.until,
    state.attempts.length,
    state.plan.steps,
    state.plan.next,
    state.plan.awaits,
    state.failedRaised,
    state.fellBack,
    state.limitEvents,
    state.transfers,
    state.refers,
    state.localTag,
  ],
  now: (call) => [call.stage, isWaiting(call), call.step !== null],
  legs: (call) => {
    const known: unknown[] = [];
    for (const { state, cseq, dialog } of call.state.legs) {
      known.push(state === "ringing" ? "calling" : state, cseq, dialog);
    }
    for (const leg of call.attempts.open) known.push(leg.sentBy?.branch);
    return known;
  },
  dialogs: ({ state }) => {
    const known: unknown[] = [];
    for (const { caller, callee, isAnchored } of boundBridges(state)) {
      known.push(isAnchored, ...marksOf(caller), ...marksOf(callee));
    }
    if (isAnswered(state) && state.own !== null) known.push(...marksOf(state.own.caller), state.own.inviteCseq);
    return known;
  },
  media: ({ state }) => boundBridges(state).flatMap(({ media }) => [media.open, media.caller, media.callee]),
  invites: ({ state, caller }) => {
    const known: unknown[] = [caller.awaited];
    for (const { invite } of boundBridges(state)) known.push(invite, invite?.state, invite?.cseqOut);
    return known;
  },
  // There is hardly ever any: then it is written with each change.
  extras: (call) => (extrasOf(call) === null ? NO_MARKS : [{}]),
  audio: (call) => {
    const audio = audioOf(call);
    return audio === null ? NO_MARKS : [crc32(JSON.stringify(audio))];
  },
};

function marksOf(dialog: Dialog): Marks {
  const { remoteTarget, flow, pinned, localCseq } = dialog;
  return [dialog, remoteTarget, flow, pinned, Math.floor(localCseq / CSEQ_STEP)];
}

function headOf(state: CallState): CallHead {
  const { id, direction, domain, route, fallback, mayLeave, script, version, originator, invite } = state;
  const { trunk, isEmergency, user, startedAt } = state;
  const beginning = { id, direction, domain, route, fallback, mayLeave, script, version, originator, invite };
  return { ...beginning, trunk, isEmergency, user, startedAt };
}

function changingState(state: CallState): CallTail["state"] {
  const { localTag, ringingAt, answeredAt, endedAt, failedRaised, fellBack, plan, attempts } = state;
  const { scriptState, tags, timers, limitEvents, transfers, refers, sessions, until, end } = state;
  const best = isAnswered(state) ? null : state.best;
  const past = { localTag, ringingAt, answeredAt, endedAt, failedRaised, fellBack, attempts, best };
  return { ...past, plan, scriptState, tags, timers, limitEvents, transfers, refers, sessions, until, end };
}

function isAnswered({ answeredAt }: CallState): boolean {
  return answeredAt !== null;
}

function isWaiting({ caller }: Call): boolean {
  return caller.invite !== null;
}

const NO_BRIDGES: CallState["bridges"] = [];

/** Early dialogs are not taken over: the tag of ours that the caller's answer bears is enough. */
function boundBridges(state: CallState): CallState["bridges"] {
  return isAnswered(state) ? state.bridges : NO_BRIDGES;
}

function audioOf(call: Call): CallTail["audio"] {
  return call.hasAudio && call.stage === "going" && !isWaiting(call) ? call.audio.stored : null;
}

function sentOf(call: Call): Record<string, SentBy> {
  const sent: Record<string, SentBy> = {};
  for (const { state, sentBy } of call.attempts.open) if (sentBy !== null) sent[state.id] = sentBy;
  return sent;
}

function extrasOf(call: Call): StoredExtras | null {
  const requests = requestsOf(call);
  const loose = looseDialogs(call);
  const transfer = call.transferring?.stored ?? null;
  return requests.length + loose.length === 0 && transfer === null ? null : { requests, loose, transfer };
}

function requestsOf(call: Call): WaitingRequest[] {
  const waiting: WaitingRequest[] = [];
  for (const relay of call.relays) if (relay.isInvite) waiting.push(relay.waiting);
  const taker = call.transferring?.takings.waiting ?? null;
  if (taker !== null) waiting.push(taker);
  return waiting;
}

function looseDialogs(call: Call): Dialog[] {
  const loose = call.transferring?.looseDialogs ?? [];
  for (const { dialog, state } of call.state.legs) {
    if (dialog !== undefined && state !== "ended") loose.push(dialog);
  }
  if (loose.length === 0) return loose;
  const bound = call.state.bridges.flatMap(({ caller, callee }) => [caller, callee]);
  return loose.filter(({ callId, localTag }) => {
    return !bound.some((other) => other.callId === callId && other.localTag === localTag);
  });
}
