/**
 * Text messages that leave by a trunk (RFC 3428): a request of our own to each of its gateways in turn, in the name that the
 * carrier knows, until one takes it or says no. One that says nothing may have sent it on, so that nobody gets it twice.
 */
import type { Clock } from "../../base/clock.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import { reasonPhrase } from "../../sip/message/status.ts";
import { ANSWER_WITHIN_MS } from "../../sip/proxy/fork.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { LegOutcome } from "../call/step.ts";
import type { Branch } from "../target.ts";
import { wantsPrivacy } from "../trunks/asserted.ts";
import { verdictOf } from "../trunks/leg-verdict.ts";
import type { NumberPlan } from "../trunks/number-form.ts";
import { outgoingIdentity } from "../trunks/outgoing-identity.ts";
import type { TrunkRoute } from "../trunks/way-out.ts";
import type { NewMessage } from "./new-message.ts";
import { sendOwn } from "./own-request.ts";

/** Who sends it is said anew for each carrier. */
const SAID_ANEW: ReadonlySet<string> = new Set([
  "privacy",
  "p-asserted-identity",
  "p-preferred-identity",
  "remote-party-id",
]);
const SILENT = { status: 480, reason: "Nobody Has Answered" };

export interface TrunkTextParts {
  readonly clock: Clock;
  readonly stack: SipStack;
  readonly plan: NumberPlan;
}

export interface TextOutcome {
  readonly status: number;
  readonly reason: string;
}

/** Never rejects. `branch`: one that leaves by trunks which take messages. */
export async function textByTrunk(parts: TrunkTextParts, branch: Branch, message: NewMessage): Promise<TextOutcome> {
  const { clock } = parts;
  const overdue = Promise.withResolvers<TextOutcome>();
  const timer = clock.startTimer(ANSWER_WITHIN_MS, { expire: () => overdue.resolve(SILENT) }, "text");
  const outcome = await Promise.race([overdue.promise, tryEach(parts, branch.ways ?? [], message)]);
  timer.cancel();
  return outcome;
}

async function tryEach(parts: TrunkTextParts, ways: readonly TrunkRoute[], message: NewMessage): Promise<TextOutcome> {
  let last: TextOutcome = { status: 404, reason: reasonPhrase(404) };
  for (const way of ways) {
    const outcome = await sendBy(parts, way, message);
    last = told(outcome);
    const mayBeSent = outcome === "timeout" || last.status === 408;
    if (last.status < 300 || mayBeSent || !verdictOf(outcome).goesOn) break;
  }
  return last;
}

function sendBy({ stack, plan }: TrunkTextParts, way: TrunkRoute, message: NewMessage): Promise<LegOutcome> {
  const { trunk, gateway, uri, hop, route } = way;
  const given = JSON.parse(message.fields) as HeaderField[]; // Written by us, field by field.
  const isPrivate = wantsPrivacy(given.map(([name, value]) => `${name}: ${value}`).join("\r\n"));
  const identity = outgoingIdentity({
    trunk,
    gateway: gateway.uri,
    from: message.from,
    asserted: null,
    isPrivate,
    plan,
  });
  return sendOwn(stack, {
    uri,
    hop,
    route,
    from: identity.from,
    to: `<${uri}>`,
    callId: stack.mint.callId(),
    fields: [...given.filter(([name]) => !SAID_ANEW.has(name.toLowerCase())), ...identity.fields],
    body: message.body,
    account: trunk.account === null ? undefined : { name: trunk.name, credentials: [] },
  });
}

/** As it is told to whoever has sent it: redirections, and a gateway that is overloaded or does not take our credentials, are our business. */
function told(outcome: LegOutcome): TextOutcome {
  if (typeof outcome === "object") {
    const isOurs = outcome.status >= 300 && isOurTrouble(outcome);
    return isOurs ? { status: 500, reason: reasonPhrase(500) } : outcome;
  }
  return outcome === "timeout" ? SILENT : { status: 500, reason: "Next Hop Unavailable" };
}

function isOurTrouble({ status }: SipResponse): boolean {
  return status < 400 || status === 401 || status === 407 || status === 503;
}
