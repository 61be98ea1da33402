/**
 * SUBSCRIBE (RFC 6665 §4.2.1): which event, who it is, whether they may, and then the subscription begins, goes on or ends.
 * Refreshes are authenticated as well: a Contact that moves takes all that is told with it.
 */
import { fail, ok, type Result } from "../../base/result.ts";
import { type AccessDecision, parseAccess } from "../../contract/request-decision.ts";
import { dialogOfRequest, isInOrder } from "../../sip/dialog/dialog.ts";
import { parseUri } from "../../sip/message/uri.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { type EventName, isSameEvent } from "../presence/event-header.ts";
import type { EventPackage, Permission, Subscriber } from "../presence/event-package.ts";
import type { Notifier } from "../presence/notifier.ts";
import { badEvent, hasTarget, readAccept, readEvent, readExpires } from "../presence/subscribe-request.ts";
import { newSubscription, refreshedDialog, type Subscription, sizeOf } from "../presence/subscription.ts";
import type { Subscriptions } from "../presence/subscriptions.ts";
import { askScript, type Said, scriptFor } from "../requests/ask-script.ts";
import { requestEvent } from "../requests/request-event.ts";
import type { Switch } from "../switch.ts";
import { domainOf, namesOf } from "./addressed.ts";
import { notAllowed, unknownScheme, unsupportedRequirement } from "./checks.ts";
import { type RequestRefusal, refusalOf, refuse } from "./refuse.ts";

/** Of a peer's addresses and route set, kept for as long as the subscription lives. */
const LARGEST_DIALOG_CHARACTERS = 4096;

/** A SUBSCRIBE outside a dialog whose sender is known. */
interface Asked {
  readonly event: EventName;
  readonly pack: EventPackage;
  readonly subscriber: Subscriber;
  /** What the request calls the resource, best first. */
  readonly names: readonly string[];
}

export function onSubscribe(sw: Switch, transaction: ServerTransaction): void {
  const { subscriptions } = sw.parts;
  if (subscriptions === undefined) notAllowed(sw, transaction);
  else if (unknownScheme(sw, transaction) || unsupportedRequirement(sw, transaction)) return;
  else if (transaction.request.toTag === undefined) subscribe(sw, subscriptions, transaction);
  else refresh(sw, subscriptions, transaction);
}

function subscribe(sw: Switch, subscriptions: Subscriptions, transaction: ServerTransaction): void {
  const asked = askedFor(sw, subscriptions, transaction);
  if (!asked.ok) {
    refuse(sw, transaction, asked.problem);
    return;
  }
  const { subscriber, event } = asked.value;
  const script = scriptFor(sw, transaction, "subscribe", subscriber.domain);
  if (script === undefined) {
    grant(sw, subscriptions, transaction, asked.value);
    return;
  }
  const { user, domain } = subscriber;
  const parts = requestEvent(transaction, { id: sw.parts.stack.mint.callName(), user, domain });
  const seconds = readExpires(transaction.request.headers, asked.value.pack.duration);
  const expiresSeconds = seconds.ok ? seconds.value : asked.value.pack.duration.min;
  const told = { ...parts, type: "subscribe", package: event.name, expiresSeconds } as const;
  askScript(sw, transaction, { asked: script, event: told, parse: parseAccess }, (said) =>
    grant(sw, subscriptions, transaction, asked.value, said),
  );
}

/** `said`: what a script says of it, where one was asked. */
function grant(
  sw: Switch,
  subscriptions: Subscriptions,
  transaction: ServerTransaction,
  asked: Asked,
  said: Said<AccessDecision> = { type: "nothing" },
): void {
  const made = subscriptionFor(sw, subscriptions, transaction, asked, said);
  if (!made.ok) {
    refuse(sw, transaction, made.problem);
    return;
  }
  const { stack, clock } = sw.parts;
  const subscription = made.value;
  const seconds = Math.max(0, Math.round((subscription.expiresAt - clock.now()) / 1000));
  stack.reply(transaction, 200, {
    toTag: subscription.dialog.localTag,
    contactUser: subscription.id,
    fields: [["Expires", String(seconds)]],
  });
  if (seconds === 0) subscriptions.fetch(subscription);
  else subscriptions.begin(subscription);
}

/** Which event, and who it is; or why it is none of ours. */
function askedFor(
  sw: Switch,
  subscriptions: Subscriptions,
  transaction: ServerTransaction,
): Result<Asked, RequestRefusal> {
  const { request } = transaction;
  const event = readEvent(request.headers, subscriptions.allowEvents);
  if (!event.ok) return event;
  const pack = subscriptions.packageOf(event.value.name);
  if (pack === undefined) return fail(badEvent(subscriptions.allowEvents));
  // RFC 3261 §8.2.2.2: the same request has come another way.
  if (subscriptions.isMerged(request)) return fail({ status: 482, reason: "Loop Detected (Merged Request)" });
  const domain = domainOf(sw, request.requestUri);
  if (domain === undefined) return fail({ status: 403 });
  const who = authenticated(sw, transaction, domain);
  if (!who.ok) return who;
  const names = namesOf(sw, request.requestUri, parseUri(request.to.uri));
  return ok({ event: event.value, pack, subscriber: who.value, names });
}

/** The subscription that a SUBSCRIBE outside a dialog makes, or why it makes none. */
function subscriptionFor(
  sw: Switch,
  subscriptions: Subscriptions,
  { request, flow }: ServerTransaction,
  { event, pack, subscriber, names }: Asked,
  said: Said<AccessDecision>,
): Result<Subscription, RequestRefusal> {
  const { headers } = request;
  const permission = permissionOf(sw, { pack, subscriber, names }, said);
  if (permission.type === "refused") return fail(permission);
  const type = readAccept(headers, pack.types);
  if (!type.ok) return type;
  const seconds = readExpires(headers, pack.duration);
  if (!seconds.ok) return seconds;
  if (!hasTarget(headers)) return fail({ status: 400, reason: "Contact Missing Or No SIP URI" });
  const { stack, clock } = sw.parts;
  const subscription = newSubscription({
    id: stack.mint.callName(),
    event,
    type: type.value,
    subscriber,
    resource: { domain: subscriber.domain, name: permission.resource },
    source: flow.remoteAddress,
    dialog: dialogOfRequest(request, stack.mint.tag(), flow),
    expiresAt: clock.now() + seconds.value * 1000,
  });
  if (sizeOf(subscription.dialog) > LARGEST_DIALOG_CHARACTERS) return fail({ status: 513 });
  const hasRoom = seconds.value === 0 || subscriptions.hasRoomFor(subscription);
  return hasRoom ? ok(subscription) : fail({ status: 403, reason: "Too Many Subscriptions" });
}

/**
 * To what the package lets them have (RFC 6665 §4.2.1.3), unless a script has said otherwise: what it allows is what the
 * owner may have himself.
 */
function permissionOf(
  sw: Switch,
  { pack, subscriber, names }: Omit<Asked, "event">,
  said: Said<AccessDecision>,
): Permission | ({ readonly type: "refused" } & RequestRefusal) {
  if (said.type === "refused") return { type: "refused", status: said.code };
  if (said.type === "nothing") return pack.authorise(subscriber, names);
  if (said.value.type === "reject") return { type: "refused", ...refusalOf(said.value) };
  const { domain } = subscriber;
  const owner = names.flatMap((name) => sw.parts.directory.findUser(domain, name) ?? [])[0];
  return pack.authorise(owner === undefined ? subscriber : { domain, user: owner }, names);
}

function authenticated(sw: Switch, transaction: ServerTransaction, domain: string): Result<Subscriber, RequestRefusal> {
  const who = sw.parts.identity.ofRegistrant(transaction, domain);
  if (who.type === "user") return ok({ domain: who.domain, user: who.user });
  return fail(who.type === "refused" ? who : { status: 403 });
}

/** SUBSCRIBE within the dialog of a subscription: more time, or none (RFC 6665 §4.2.1.4). */
function refresh(sw: Switch, subscriptions: Subscriptions, transaction: ServerTransaction): void {
  const { request, flow } = transaction;
  const notifier = subscriptions.byDialog(request);
  if (notifier === undefined || notifier.state.ending !== null) {
    refuse(sw, transaction, { status: 481 });
    return;
  }
  const seconds = refreshedFor(sw, subscriptions, notifier, transaction);
  if (!seconds.ok) {
    refuse(sw, transaction, seconds.problem);
    return;
  }
  const dialog = refreshedDialog(notifier.state.dialog, request, flow);
  const isSmall = sizeOf(dialog) <= LARGEST_DIALOG_CHARACTERS;
  if (!isSmall) {
    refuse(sw, transaction, { status: 513 });
    return;
  }
  sw.parts.stack.reply(transaction, 200, {
    contactUser: notifier.state.id,
    fields: [["Expires", String(seconds.value)]],
  });
  notifier.refresh(seconds.value, dialog);
}

function refreshedFor(
  sw: Switch,
  subscriptions: Subscriptions,
  { state }: Notifier,
  transaction: ServerTransaction,
): Result<number, RequestRefusal> {
  const { request } = transaction;
  const event = readEvent(request.headers, subscriptions.allowEvents);
  if (!event.ok) return event;
  // RFC 6665 §4.5.2: dialogs are not shared, so one holds one subscription.
  if (!isSameEvent(event.value, state.event))
    return fail({ status: 481, reason: "No Such Subscription In This Dialog" });
  const pack = subscriptions.packageOf(state.event.name);
  if (pack === undefined) return fail(badEvent(subscriptions.allowEvents));
  const who = authenticated(sw, transaction, state.subscriber.domain);
  if (!who.ok) return who;
  if (who.value.user !== state.subscriber.user) return fail({ status: 403 });
  // RFC 3261 §12.2.2: an old request that comes late would undo a newer one. Only what is authenticated counts.
  if (!isInOrder(state.dialog, request.cseq.number)) return fail({ status: 500, reason: "CSeq Out Of Order" });
  return readExpires(request.headers, pack.duration);
}
