/** A call as others see it: the JSON that a script gets, the summary of the API, the record at the end. */
import type { Leg } from "../../../sdk/call.ts";
import type { CallEvent, Cdr } from "../../../sdk/events.ts";
import type { Clock } from "../../base/clock.ts";
import { isoTime } from "../../base/iso-time.ts";
import { toText } from "../../base/text.ts";
import type { ObservedCall } from "../../port/observer.ts";
import type { CallSummary } from "../../port/switch.ts";
import { parseNameAddr } from "../../sip/message/header/name-addr.ts";
import { parseUri } from "../../sip/message/uri.ts";
import { nameOf } from "../name-of.ts";
import { type CallState, type LegState, phaseOf } from "./call-state.ts";

const E164 = /^\+[0-9]{2,15}$/;

/** What a leg does, for those who do not know all of it: a side that is asked whether it takes the call rings for them. */
const LEG_STATES: { readonly [State in LegState["state"]]: Leg["state"] } = {
  calling: "calling",
  ringing: "ringing",
  asked: "ringing",
  answered: "answered",
  cancelling: "ended",
  ended: "ended",
};

/** A live call as observers and the API see it. */
export class CallView implements ObservedCall {
  readonly #call: CallState;
  readonly #clock: Clock;

  constructor(call: CallState, clock: Clock) {
    this.#call = call;
    this.#clock = clock;
  }

  get id(): string {
    return this.#call.id;
  }

  get script(): string {
    return this.#call.script;
  }

  get version(): number {
    return this.#call.version;
  }

  get startedAt(): number {
    return this.#call.startedAt;
  }

  get ringingAt(): number | null {
    return this.#call.ringingAt;
  }

  get answeredAt(): number | null {
    return this.#call.answeredAt;
  }

  summary(): CallSummary {
    return callSummary(this.#call, this.#clock.now());
  }
}

/** JSON text of `{"call": …, "event": …}` for a script. */
export function scriptInput(call: CallState, event: CallEvent, now: number): string {
  const to = partyOf(calledUri(call), "");
  const from = parseNameAddr(call.invite.from);
  const view = {
    id: call.id,
    direction: call.direction,
    from: partyOf(from?.uri ?? "", from?.name ?? ""),
    to,
    number: E164.test(to.user) ? to.user : null,
    user: call.user,
    trunk: call.trunk?.name ?? null,
    identity: identityOf(call),
    domain: call.domain,
    head: toText(call.invite.head),
    sdp: call.invite.body === "" ? null : toText(call.invite.body),
    source: sourceOf(call),
    transport: call.invite.flow.transport,
    startedAt: isoTime(call.startedAt),
    answeredAt: call.answeredAt === null ? null : isoTime(call.answeredAt),
    seconds: talkSeconds(call, now),
    legs: call.legs.map(legView),
    tags: call.tags,
    version: call.version,
  };
  return JSON.stringify({ call: view, event });
}

export function legView(leg: LegState): Leg {
  const view = { id: leg.id, target: leg.target, uri: toText(leg.uri), state: LEG_STATES[leg.state] };
  return leg.trunk === undefined ? view : { ...view, trunk: leg.trunk.name };
}

function callSummary(call: CallState, now: number): CallSummary {
  return {
    id: call.id,
    domain: call.domain,
    direction: call.direction,
    state: phaseOf(call),
    from: toText(parseNameAddr(call.invite.from)?.uri ?? ""),
    to: toText(calledUri(call)),
    user: call.user,
    trunk: call.trunk?.name ?? null,
    script: call.script,
    version: call.version,
    route: call.route,
    startedAt: isoTime(call.startedAt),
    ringingAt: call.ringingAt === null ? null : isoTime(call.ringingAt),
    answeredAt: call.answeredAt === null ? null : isoTime(call.answeredAt),
    seconds: talkSeconds(call, now),
    legs: call.legs.map(legView),
    tags: call.tags,
  };
}

/** The record of a call that has ended. */
export function callRecord(call: CallState, now: number): Cdr {
  const end = call.end;
  return {
    id: call.id,
    domain: call.domain,
    startedAt: isoTime(call.startedAt),
    ringingAt: call.ringingAt === null ? null : isoTime(call.ringingAt),
    answeredAt: call.answeredAt === null ? null : isoTime(call.answeredAt),
    endedAt: isoTime(call.endedAt ?? now),
    seconds: talkSeconds(call, now),
    direction: call.direction,
    from: toText(parseNameAddr(call.invite.from)?.uri ?? ""),
    to: toText(calledUri(call)),
    user: call.user,
    trunk: trunkOf(call),
    script: call.script,
    version: call.version,
    result: end?.result ?? "failed",
    code: end?.code ?? 500,
    reason: end?.reason ?? "",
    endedBy: end?.by ?? "switch",
    legs: call.attempts,
    tags: call.tags,
  };
}

/** What was called, as our side knows it. */
function calledUri({ trunk, invite }: CallState): string {
  return trunk?.called ?? invite.uri;
}

function identityOf({ trunk }: CallState): ReturnType<typeof partyOf> | null {
  const identity = trunk?.identity ?? null;
  const asserted = identity === null ? undefined : parseNameAddr(identity);
  return asserted === undefined ? null : partyOf(asserted.uri, asserted.name);
}

/** The one it came by, else the one it left by. */
function trunkOf({ trunk, legs }: CallState): string | null {
  if (trunk !== undefined) return trunk.name;
  const left = legs.filter((leg) => leg.trunk !== undefined);
  return (left.find(({ state }) => state === "answered") ?? left.at(-1))?.trunk?.name ?? null;
}

/** Empty as long as an outbound call has reached nobody. */
function sourceOf({ invite: { flow } }: CallState): string {
  return flow.remoteAddress === "" ? "" : `${flow.remoteAddress}:${flow.remotePort}`;
}

function talkSeconds(call: CallState, now: number): number {
  if (call.answeredAt === null) return 0;
  return Math.max(0, (call.endedAt ?? now) - call.answeredAt) / 1000;
}

/** An address as scripts see it. Takes wire text. */
export function partyOf(uri: string, name: string): { uri: string; user: string; host: string; name: string } {
  const parsed = parseUri(uri);
  const text = toText(uri);
  const display = toText(name);
  return { uri: text, user: nameOf(parsed), host: parsed?.kind === "sip" ? parsed.host : "", name: display };
}
