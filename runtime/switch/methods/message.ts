/**
 * MESSAGE outside of calls (RFC 3428): a script may say what becomes of it; else it goes to whom it names. For a user of ours
 * who cannot be reached it is kept, if one of ours has sent it: strangers are told that nobody is there, whether there is
 * such a user or not.
 */
import { toText } from "../../base/text.ts";
import { parseMessageDecision } from "../../contract/request-decision.ts";
import type { BindingRow } from "../../port/store.ts";
import type { ForwardedFinal } from "../../sip/proxy/order.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { type Aim, aimAt } from "../messages/aim.ts";
import { textByTrunk } from "../messages/by-trunk.ts";
import { messageOf } from "../messages/new-message.ts";
import { isForLater } from "../messages/outcome.ts";
import { admitOutside, forwardOutside, relayOutside, targetsOf } from "../proxy/outside.ts";
import { type AskedScript, askScript, scriptFor } from "../requests/ask-script.ts";
import { requestEvent } from "../requests/request-event.ts";
import type { Switch } from "../switch.ts";
import { domainOf } from "./addressed.ts";
import { keepAll, keepFor, type Passing } from "./keep-message.ts";
import { refusalOf, refuse } from "./refuse.ts";

/** RFC 3428 §8 asks for small ones; pictures are sent as links. */
const LARGEST_BODY_BYTES = 16_384;
const RETRY_AFTER_SECONDS = "2";
/** A phone that has not answered in time may yet, until the transaction with it is over (Timer F): it gets nothing twice. */
const LATE_ANSWER_MS = 5_000;

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
  const admitted = admitOutside(sw, transaction);
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
    else if (said.value.store === true) {
      const { owners, code } = aimOf(passing, [request.uri], false);
      void keepFor(passing, owners, { code });
    } else refuse(sw, transaction, { status: 200 });
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
    refuse(sw, transaction, { status: aim.code });
    return;
  }
  if (aim.byTrunk.length > 0) {
    if (isStranger) refuse(sw, transaction, { status: 403 });
    else byTrunk(passing, aim);
    if (isStranger || aim.owners.length + aim.groups.length === 0) return;
  }
  // What comes now must not overtake what waits.
  const mustWait = !isStranger && aim.owners.some((owner) => messages.hasBacklog(owner));
  if (mustWait || aim.groups.length === 0) {
    void keepFor(passing, aim.owners, { code: aim.code });
    return;
  }
  if (isStranger) forwardOutside(sw, transaction, admitted, aim.groups);
  else forwardOrKeep(passing, aim);
}

/** To the phones that are there; those that take it when it is kept already do not get it again. */
function forwardOrKeep(passing: Passing, aim: Aim): void {
  const { sw, messages, transaction, admitted } = passing;
  let kept: Promise<readonly string[]> = Promise.resolve([]);
  const taken = async (binding: BindingRow): Promise<void> => {
    for (const id of await kept) await messages.taken(id, binding);
  };
  const groups = aim.groups.map((group) =>
    group.map((branch) => {
      const { binding } = branch;
      if (binding === undefined) return branch;
      const note = (error: unknown): void => sw.parts.log.error("A message could not be settled", { error });
      return { ...branch, onLateSuccess: () => void taken(binding).catch(note) };
    }),
  );
  const onFinal = ({ status, reason }: ForwardedFinal): "answered" | undefined => {
    if (status < 300) {
      if (aim.absent.length > 0) void keepAll(passing, aim.absent);
      return undefined;
    }
    if (!isForLater(status) || aim.owners.length === 0) return undefined;
    kept = keepFor(passing, aim.owners, { code: status, reason, afterMs: LATE_ANSWER_MS });
    return "answered";
  };
  forwardOutside(sw, transaction, admitted, groups, { onFinal });
}

/** To numbers by trunks. Where it goes to others as well, the sender hears what they say. */
function byTrunk({ sw, transaction, admitted }: Passing, { byTrunk, owners, groups }: Aim): void {
  const { clock, stack, trunks } = sw.parts;
  if (trunks === undefined) return;
  const { plan } = trunks;
  const sender = admitted.sender.type === "user" ? admitted.sender.user : null;
  const message = messageOf(transaction.request, sender, clock.now());
  const sent = byTrunk.map((branch) => textByTrunk({ clock, stack, plan }, branch, message));
  if (owners.length + groups.length > 0) return;
  void Promise.all(sent).then(([first, ...rest]) => {
    const best = [first, ...rest].find((outcome) => outcome !== undefined && outcome.status < 300) ?? first;
    if (best !== undefined) refuse(sw, transaction, { status: best.status, reason: best.reason });
  });
}

function aimOf({ sw, admitted, domain }: Passing, targets: readonly string[], isPublic: boolean): Aim {
  const isStranger = admitted.sender.type === "anonymous";
  return aimAt(targets, { domain, mayLeave: !isStranger || isPublic, isStranger }, sw.parts.directory);
}
