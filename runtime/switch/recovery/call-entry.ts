/**
 * A call as it is written down. Most inputs of a call change nothing that another process would have to know, so what has
 * changed is found by comparing a few values, and text is made of that alone.
 */
import { crc32 } from "node:zlib";
import type { Journaled, Sections } from "../../port/call-journal.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import type { Call } from "../call/call.ts";
import type { CallHead, CallState } from "../call/call-state.ts";
import type { CallTail, SentLeg, StoredExtras, WaitingRequest } from "./call-record.ts";

/** Requests of ours in a dialog before its number is written again: far less than the jump of whoever goes on. */
const CSEQ_STEP = 256;

type Section = keyof CallTail;
/** What a section is known by: the same values, the same section. */
type Marks = readonly unknown[];

const NO_MARKS: Marks = [];

export class CallEntry implements Journaled {
  readonly id: string;
  readonly #call: Call;
  #head: CallHead;
  #isStored = false;
  /** In the order of `SECTIONS`. */
  readonly #marks: Marks[] = SECTIONS.map(() => NO_MARKS);

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
    return this.#isStored && this.#call.ending.stage === "over" && this.#call.isHeard;
  }

  get isRecorded(): boolean {
    return this.#isStored;
  }

  recordStored(): void {
    this.#isStored = true;
  }

  tail(): Sections {
    const tail: Partial<Record<Section, unknown>> = {};
    for (const [index, section] of SECTIONS.entries()) {
      const now = marks[section](this.#call);
      this.#marks[index] = now;
      if (now !== NO_MARKS) tail[section] = sections[section](this.#call);
    }
    return tail;
  }

  changes(): Sections | null {
    let changed: Partial<Record<Section, unknown>> | null = null;
    for (const [index, section] of SECTIONS.entries()) {
      const now = marks[section](this.#call);
      if (isSame(now, this.#marks[index] ?? NO_MARKS)) continue;
      this.#marks[index] = now;
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
  progress: ({ state }) => progressOf(state),
  plan: ({ state: { plan, failedRaised, fellBack } }) => ({ plan, failedRaised, fellBack }),
  memory: ({ state: { scriptState, tags, timers, limitEvents } }) => ({ scriptState, tags, timers, limitEvents }),
  limits: ({ state: { sessions, until } }) => ({ sessions, until }),
  now: (call) => ({
    stage: call.ending.stage,
    isWaiting: isWaiting(call),
    isStepping: call.step !== null,
    hasAudio: call.hasAudio,
    isRecorded: call.isRecorded,
    // Written with what changes beside it: a script may be told twice, but not left without.
    isTold: call.session.isIdle,
  }),
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

const SECTIONS = Object.keys(sections) as readonly Section[];

/** By what each section is known; `NO_MARKS`: there is nothing of it, as in a new call. */
const marks: { readonly [Name in Section]: (call: Call) => Marks } = {
  // That it rings is nothing to go on with: it is written with what comes next.
  progress: ({ state }) => [
    state.localTag,
    state.answeredAt,
    state.end,
    state.attempts.length,
    state.transfers,
    state.refers,
  ],
  plan: ({ state: { plan, failedRaised, fellBack } }) => {
    if (plan.epoch === 0 && !failedRaised && !fellBack) return NO_MARKS;
    return [plan.steps, plan.next, plan.awaits, failedRaised, fellBack];
  },
  memory: ({ state }) => [state.scriptState, state.tags, state.timers, state.limitEvents],
  limits: ({ state: { sessions, until } }) => {
    const { caller, callee } = sessions;
    return caller === null && callee === null && until === null ? NO_MARKS : [sessions, until];
  },
  now: (call) => [call.ending.stage, isWaiting(call), call.step !== null, call.hasAudio, call.isRecorded],
  legs: (call) => {
    if (call.state.legs.length === 0) return NO_MARKS;
    const known: unknown[] = [];
    for (const { state, cseq, dialog } of call.state.legs) {
      known.push(state === "ringing" ? "calling" : state, cseq, dialog);
    }
    for (const leg of call.attempts.open) known.push(leg.sentBy?.branch);
    return known;
  },
  dialogs: ({ state }) => {
    if (!hasDialogs(state)) return NO_MARKS;
    const known: unknown[] = [];
    for (const { caller, callee, isAnchored } of boundBridges(state)) {
      known.push(isAnchored, ...marksOf(caller), ...marksOf(callee));
    }
    if (isAnswered(state) && state.own !== null) known.push(...marksOf(state.own.caller), state.own.inviteCseq);
    return known;
  },
  media: ({ state }) => {
    if (!hasDialogs(state)) return NO_MARKS;
    return boundBridges(state).flatMap(({ media }) => [media.open, media.caller, media.callee]);
  },
  invites: ({ state, caller }) => {
    if (!hasDialogs(state) && caller.awaited === null) return NO_MARKS;
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

function progressOf(state: CallState): CallTail["progress"] {
  const { localTag, ringingAt, answeredAt, endedAt, end, attempts, transfers, refers } = state;
  const best = isAnswered(state) ? null : state.best;
  return { localTag, ringingAt, answeredAt, endedAt, end, attempts, best, transfers, refers };
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

function hasDialogs(state: CallState): boolean {
  return isAnswered(state) && (state.bridges.length > 0 || state.own !== null);
}

function audioOf(call: Call): CallTail["audio"] {
  return call.hasAudio && call.ending.stage === "going" && !isWaiting(call) ? call.audio.stored : null;
}

function sentOf(call: Call): SentLeg[] {
  const sent: SentLeg[] = [];
  for (const { state, sentBy } of call.attempts.open) if (sentBy !== null) sent.push({ leg: state.id, ...sentBy });
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
  loose.push(...call.lastWords.dialogs);
  for (const { dialog, state } of call.state.legs) {
    if (dialog !== undefined && state !== "ended") loose.push(dialog);
  }
  if (loose.length === 0) return loose;
  const bound = boundBridges(call.state).flatMap(({ caller, callee }) => [caller, callee]);
  return loose.filter(({ callId, localTag }) => {
    return !bound.some((other) => other.callId === callId && other.localTag === localTag);
  });
}
