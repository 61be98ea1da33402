/** Who takes part in a call: a lane for each party, and one for the switch. The caller stands at its left, those called at its right. Pure. */
import type { TimelineBody } from "../../../../contract/journal-api.ts";
import { headerOf } from "../message/sip-message.ts";
import type { MessageEntry } from "./message-entries.ts";

export interface Lane {
  /** `switch`, `caller`, or the id of a leg. */
  readonly id: string;
  /** `Caller`, `Switch`, `Leg 2`. */
  readonly role: string;
  /** `bob`, `+49301234`; for the switch the script and its version. */
  readonly name: string;
  /** `192.0.2.4:5060 udp`: with whom we have exchanged messages, the last one. */
  readonly address: string | null;
  readonly userAgent: string | null;
}

export const SWITCH = "switch";
export const CALLER = "caller";

/** Whom an attempt was meant for, and the URI that it called. */
export interface Attempt {
  readonly target: string;
  readonly uri: string | null;
}

export function lanesOf(
  call: TimelineBody["call"],
  entries: readonly MessageEntry[],
  attempts: readonly Attempt[],
): readonly Lane[] {
  const legs = new Map<string, MessageEntry[]>();
  for (const entry of entries) {
    const known = legs.get(entry.item.leg);
    if (known === undefined) legs.set(entry.item.leg, [entry]);
    else known.push(entry);
  }
  const script = call.script === "" ? "" : `${call.script} v${call.version}`;
  const self: Lane = { id: SWITCH, role: "Switch", name: script, address: null, userAgent: null };
  // A call that the switch has begun has no caller: whom it has called first stands there.
  const left = legs.has(CALLER) ? CALLER : legs.keys().next().value;
  const lane = (id: string) => partyLane(id, legs.get(id) ?? [], call, attempts);
  const right = [...legs.keys()].filter((id) => id !== left).map(lane);
  return left === undefined ? [self] : [lane(left), self, ...right];
}

function partyLane(
  id: string,
  entries: readonly MessageEntry[],
  call: TimelineBody["call"],
  attempts: readonly Attempt[],
): Lane {
  const isCaller = id === CALLER;
  return {
    id,
    role: isCaller ? "Caller" : roleOf(id, call.id),
    name: partyName(isCaller ? call.from : calledOf(entries, attempts)),
    address: addressText(entries.at(-1)?.item.peer),
    userAgent: agentOf(entries),
  };
}

/** Whom the leg was meant for, where that is known; else the URI that it called, which may be a phone's own invention. */
function calledOf(entries: readonly MessageEntry[], attempts: readonly Attempt[]): string {
  for (const { item, message } of entries) {
    if (item.direction !== "out" || message.start?.type !== "request") continue;
    const { uri } = message.start;
    return attempts.find((attempt) => attempt.uri === uri)?.target ?? uri;
  }
  return "";
}

/** `Leg 2` of `…-2`. */
function roleOf(leg: string, call: string): string {
  return `Leg ${leg.startsWith(`${call}-`) ? leg.slice(call.length + 1) : leg}`;
}

/** The user part of the URI in a header, or its host. */
export function partyName(value: string): string {
  const uri = /<([^>]*)>/.exec(value)?.[1] ?? value.split(";", 1)[0] ?? "";
  const [, user, rest = ""] = /^(?:[a-z]+:)?(?:([^@]*)@)?([^;?]*)/i.exec(uri) ?? [];
  return decoded(user ?? rest);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function addressText(peer: string | undefined): string | null {
  if (peer === undefined) return null;
  const [transport = "", address = ""] = peer.split(" ");
  return address === "" ? peer : `${address} ${transport}`;
}

function agentOf(entries: readonly MessageEntry[]): string | null {
  for (const { item, message } of entries) {
    if (item.direction !== "in") continue;
    const agent = headerOf(message, "user-agent") || headerOf(message, "server");
    if (agent !== "") return agent;
  }
  return null;
}
