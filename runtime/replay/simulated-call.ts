/** A call that never was, as its script would see it: what is told of it, and the rest as of one that has just come in. */
import type { Party } from "../../sdk/call.ts";
import { isoTime } from "../base/iso-time.ts";
import type { EventToSimulate } from "../port/event-simulation.ts";
import type { ScriptRef } from "../port/script.ts";

const DEFAULT_NUMBER = "100";
const ANONYMOUS = "sip:anonymous@anonymous.invalid";
const E164 = /^\+[0-9]{2,15}$/;

interface Surroundings {
  readonly ref: ScriptRef;
  readonly domain: string;
  readonly now: number;
}

/** With `head` in place of `headers`, as the sandbox takes it. */
export function simulatedCall(
  { call = {}, headers = {} }: EventToSimulate,
  { ref, domain, now }: Surroundings,
): Readonly<Record<string, unknown>> {
  const { from, to, ...told } = call;
  const called = partyOf(to ?? DEFAULT_NUMBER, domain);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]+/g, " ")}`);
  return {
    id: "simulated",
    direction: "inbound",
    number: E164.test(called.user) ? called.user : null,
    user: null,
    trunk: null,
    identity: null,
    domain,
    sdp: null,
    source: "192.0.2.1:5060",
    transport: "udp",
    startedAt: isoTime(now),
    answeredAt: null,
    seconds: 0,
    legs: [],
    tags: {},
    ...told,
    from: partyOf(from ?? ANONYMOUS, domain),
    to: called,
    version: ref.version,
    head: lines.join("\n"),
  };
}

/** A URI, or the user part of one of ours. */
function partyOf(party: string, domain: string): Party {
  const uri = /^(?:sips?|tel):/i.test(party) ? party : `sip:${party}@${domain}`;
  const [, scheme = "", user = "", host = ""] = /^([a-z]+):(?:([^@;?]*)@)?([^;:?]*)/i.exec(uri) ?? [];
  if (scheme.toLowerCase() === "tel") return { uri, user: host, host: "", name: "" };
  return { uri, user: unescapePercent(user), host, name: "" };
}

function unescapePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
