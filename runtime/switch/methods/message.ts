/**
 * MESSAGE outside of calls (RFC 3428): a script may say what becomes of it; else it goes to whom it names. For a user of ours
 * who cannot be reached it is kept, if one of ours has sent it: strangers are told that nobody is there, whether there is
 * such a user or not.
 */
import { toText } from "../../base/text.ts";
import { parseMessageDecision } from "../../contract/request-decision.ts";
import type { ForwardedFinal } from "../../sip/proxy/order.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { type Aim, aimAt } from "../messages/aim.ts";
import type { Messages } from "../messages/messages.ts";
import { messageOf } from "../messages/new-message.ts";
import { isForLater } from "../messages/outcome.ts";
import { type Admitted, admitOutside, forwardOutside, relayOutside, targetsOf } from "../proxy/outside.ts";
import { type AskedScript, askScript, scriptFor } from "../requests/ask-script.ts";
import { requestEvent } from "../requests/request-event.ts";
import type { Switch } from "../switch.ts";
import type { Owner } from "../target.ts";
import { domainOf } from "./addressed.ts";
import { refusalOf, refuse } from "./refuse.ts";

/** RFC 3428 §8 asks for small ones; pictures are sent as links. */
const LARGEST_BODY_BYTES = 16_384;
const RETRY_AFTER_SECONDS = "2";

/** A message that may go on, and the room that keeps it. */
interface Passing {
  readonly sw: Switch;
  readonly messages: Messages;
  readonly transaction: ServerTransaction;
  readonly admitted: Admitted;
  /** The domain that it is for, or ours. */
  readonly domain: string;
}

export function onMessage(sw: Switch, transaction: ServerTransaction): void {
  const { messages, proxy, domains } = sw.parts;
  if (messages === undefined) {
    relayOutside(sw, transaction);
    return;
  }
  const { request, flow } = transaction;
  if (request.body.length > LARGEST_BODY_BYTES) {
    refuse(sw, transaction, { status: 513 });
    return;
  }
  if (!messages.admits(flow.remoteAddress)) {
    const fields = [["Retry-After", RETRY_AFTER_SECONDS]] as const;
    refuse(sw, transaction, { status: 480, reason: "Too Many Messages", fields });
    return;
  }
  const admitted = admitOutside(sw, request);
  if (!admitted.ok) {
    proxy.refuse(transaction, admitted.problem);
    return;
  }
  const domain = domainOf(sw, request.requestUri);
  const passing = { sw, messages, transaction, admitted: admitted.value, domain: domain ?? domains.home };
  const script = scriptFor(sw, transaction, "message", passing.domain);
  if (script === undefined) sendOn(passing);
  else ask(passing, script);
}

function ask(passing: Passing, asked: AskedScript): void {
  const { sw, transaction, admitted, domain } = passing;
  const { request } = transaction;
  const user = admitted.sender.type === "user" ? admitted.sender.user : null;
  const event = {
    ...requestEvent(transaction, { id: sw.parts.stack.mint.callName(), user, domain }),
    type: "message",
    contentType: toText(request.headers.get("content-type") ?? ""),
    body: toText(request.body),
  } as const;
  askScript(sw, transaction, { asked, event, parse: parseMessageDecision }, (said) => {
    if (said.type === "refused") refuse(sw, transaction, { status: said.code });
    else if (said.type === "nothing") sendOn(passing);
    else if (said.value.type === "reject") refuse(sw, transaction, refusalOf(said.value));
    else if (said.value.type === "forward") forward(passing, said.value.targets, asked.mayLeave);
    else if (said.value.store === true) keepFor(passing, aimOf(passing, [request.uri], false).owners, 404);
    else refuse(sw, transaction, { status: 200 });
  });
}

/** To whom it names: by what is left of its Route, or by its Request-URI. */
function sendOn(passing: Passing): void {
  const { sw, transaction, admitted } = passing;
  if (admitted.passage.routes.length === 0) {
    forward(passing, [toText(admitted.passage.uri)], false);
    return;
  }
  const groups = targetsOf(sw, admitted);
  if (groups.ok) forwardOutside(sw, transaction, admitted, groups.value);
  else sw.parts.proxy.refuse(transaction, groups.problem);
}

/** `isPublic`: the route lets anybody leave. */
function forward(passing: Passing, targets: readonly string[], isPublic: boolean): void {
  const { sw, messages, transaction, admitted } = passing;
  const aim = aimOf(passing, targets, isPublic);
  const isStranger = admitted.sender.type === "anonymous";
  if (isStranger && aim.groups.length === 0) {
    const isHidden = aim.code === 404 || aim.code === 480;
    refuse(sw, transaction, { status: isHidden ? 480 : aim.code });
    return;
  }
  // What comes now must not overtake what waits.
  const mustWait = !isStranger && aim.owners.some((owner) => messages.hasBacklog(owner));
  if (mustWait || aim.groups.length === 0) {
    keepFor(passing, aim.owners, aim.code);
    return;
  }
  const onFinal = isStranger ? undefined : (final: ForwardedFinal) => afterwards(passing, aim, final);
  forwardOutside(sw, transaction, admitted, aim.groups, { onFinal });
}

function aimOf({ sw, admitted, domain }: Passing, targets: readonly string[], isPublic: boolean): Aim {
  const mayLeave = admitted.sender.type === "user" || isPublic;
  return aimAt(targets, { domain, mayLeave }, sw.parts.directory);
}

/** The devices have answered, or have not: those who have missed it get it later. */
function afterwards(passing: Passing, aim: Aim, { status, reason }: ForwardedFinal): "answered" | undefined {
  if (status < 300) {
    if (aim.absent.length > 0) void keepAll(passing, aim.absent);
    return undefined;
  }
  if (!isForLater(status) || aim.owners.length === 0) return undefined;
  keepFor(passing, aim.owners, status, reason);
  return "answered";
}

/** Keeps it for these users and answers 202, or what it would be answered if nothing were kept. */
function keepFor(passing: Passing, owners: readonly Owner[], code: number, reason?: string): void {
  const { sw, transaction } = passing;
  if (owners.length === 0) {
    refuse(sw, transaction, { status: code, reason });
    return;
  }
  void keepAll(passing, owners).then((outcome) => {
    if (outcome === "kept") refuse(sw, transaction, { status: 202 });
    else if (outcome === "full") refuse(sw, transaction, { status: 480, reason: "Too Many Messages Wait" });
    else if (outcome === "failed") refuse(sw, transaction, { status: 500 });
    else refuse(sw, transaction, { status: code === 404 ? 480 : code, reason });
  });
}

/** Never rejects. One user who has no room for it does not keep it from the others. */
async function keepAll(
  { sw, messages, transaction, admitted }: Passing,
  owners: readonly Owner[],
): Promise<"kept" | "full" | "off" | "failed"> {
  const { clock, log } = sw.parts;
  const sender = admitted.sender.type === "user" ? admitted.sender.user : null;
  try {
    const message = messageOf(transaction.request, sender, clock.now());
    const kept = await Promise.all(owners.map((owner) => messages.keep(owner, message)));
    if (kept.some((outcome) => typeof outcome === "object")) return "kept";
    return kept.includes("full") ? "full" : "off";
  } catch (error) {
    log.error("A message could not be kept", { error, personal: { users: owners.map(({ user }) => user) } });
    return "failed";
  }
}
