/**
 * SUBSCRIBE (RFC 6665 §4.2.1): which event, who it is, whether they may, and then the subscription begins, goes on or ends.
 * Refreshes are authenticated as well: a Contact that moves takes all that is told with it.
 */
import { fail, ok, type Result } from "../../base/result.ts";
import { toText } from "../../base/text.ts";
import { dialogOfRequest, isInOrder } from "../../sip/dialog/dialog.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import { parseUri, type Uri, unescapeUser } from "../../sip/message/uri.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { isSameEvent } from "../presence/event-header.ts";
import type { EventPackage, Resource, Subscriber } from "../presence/event-package.ts";
import type { Notifier } from "../presence/notifier.ts";
import {
  badEvent,
  hasTarget,
  readAccept,
  readEvent,
  readExpires,
  type SubscribeRefusal,
} from "../presence/subscribe-request.ts";
import { newSubscription, refreshedDialog, type Subscription, sizeOf } from "../presence/subscription.ts";
import type { Subscriptions } from "../presence/subscriptions.ts";
import type { Switch } from "../switch.ts";
import { notAllowed, unknownScheme, unsupportedRequirement } from "./checks.ts";

/** Of a peer's addresses and route set, kept for as long as the subscription lives. */
const LARGEST_DIALOG_CHARACTERS = 4096;

export function onSubscribe(sw: Switch, transaction: ServerTransaction): void {
  const { subscriptions } = sw.parts;
  if (subscriptions === undefined) notAllowed(sw, transaction);
  else if (unknownScheme(sw, transaction) || unsupportedRequirement(sw, transaction)) return;
  else if (transaction.request.toTag === undefined) subscribe(sw, subscriptions, transaction);
  else refresh(sw, subscriptions, transaction);
}

function subscribe(sw: Switch, subscriptions: Subscriptions, transaction: ServerTransaction): void {
  const { stack, clock } = sw.parts;
  const asked = askedFor(sw, subscriptions, transaction);
  if (!asked.ok) {
    refuse(sw, transaction, asked.problem);
    return;
  }
  const subscription = asked.value;
  const seconds = Math.round((subscription.expiresAt - clock.now()) / 1000);
  stack.reply(transaction, 200, {
    toTag: subscription.dialog.localTag,
    contactUser: subscription.id,
    fields: [["Expires", String(seconds)]],
  });
  if (seconds === 0) subscriptions.fetch(subscription);
  else subscriptions.begin(subscription);
}

/** The subscription that a SUBSCRIBE outside a dialog makes, or why it makes none. */
function askedFor(
  sw: Switch,
  subscriptions: Subscriptions,
  { request, flow }: ServerTransaction,
): Result<Subscription, SubscribeRefusal> {
  const { headers } = request;
  const event = readEvent(headers, subscriptions.allowEvents);
  if (!event.ok) return event;
  const pack = subscriptions.packageOf(event.value.name);
  if (pack === undefined) return fail(badEvent(subscriptions.allowEvents));
  // RFC 3261 §8.2.2.2: the same request has come another way.
  if (subscriptions.isMerged(request)) return fail({ status: 482, reason: "Loop Detected (Merged Request)" });
  const allowed = permitted(sw, pack, request);
  if (!allowed.ok) return allowed;
  const type = readAccept(headers, pack.types);
  if (!type.ok) return type;
  const seconds = readExpires(headers, pack.duration);
  if (!seconds.ok) return seconds;
  if (!hasTarget(headers)) return fail({ status: 400, reason: "Contact Missing Or No SIP URI" });
  const { stack, clock } = sw.parts;
  const subscription = newSubscription({
    id: stack.mint.callName(),
    event: event.value,
    type: type.value,
    ...allowed.value,
    source: flow.remoteAddress,
    dialog: dialogOfRequest(request, stack.mint.tag(), flow),
    expiresAt: clock.now() + seconds.value * 1000,
  });
  if (sizeOf(subscription.dialog) > LARGEST_DIALOG_CHARACTERS) return fail({ status: 513 });
  const hasRoom = seconds.value === 0 || subscriptions.hasRoomFor(subscription);
  return hasRoom ? ok(subscription) : fail({ status: 403, reason: "Too Many Subscriptions" });
}

/** Who subscribes to what: a user who has proved it, to what the package lets them have (RFC 6665 §4.2.1.3). */
function permitted(
  sw: Switch,
  pack: EventPackage,
  request: SipRequest,
): Result<{ subscriber: Subscriber; resource: Resource }, SubscribeRefusal> {
  const domain = domainOf(sw, request.requestUri);
  if (domain === undefined) return fail({ status: 403 });
  const who = authenticated(sw, request, domain);
  if (!who.ok) return who;
  const names = [nameIn(sw, request.requestUri), nameIn(sw, parseUri(request.to.uri))].filter((name) => name !== "");
  const permission = pack.authorise(who.value, names);
  if (permission.type === "refused") return fail(permission);
  return ok({ subscriber: who.value, resource: { domain, name: permission.resource } });
}

function authenticated(sw: Switch, request: SipRequest, domain: string): Result<Subscriber, SubscribeRefusal> {
  const who = sw.parts.identity.ofRegistrant(request, domain);
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
  const seconds = refreshedFor(sw, subscriptions, notifier, request);
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
  request: SipRequest,
): Result<number, SubscribeRefusal> {
  const event = readEvent(request.headers, subscriptions.allowEvents);
  if (!event.ok) return event;
  // RFC 6665 §4.5.2: dialogs are not shared, so one holds one subscription.
  if (!isSameEvent(event.value, state.event))
    return fail({ status: 481, reason: "No Such Subscription In This Dialog" });
  const pack = subscriptions.packageOf(state.event.name);
  if (pack === undefined) return fail(badEvent(subscriptions.allowEvents));
  const who = authenticated(sw, request, state.subscriber.domain);
  if (!who.ok) return who;
  if (who.value.user !== state.subscriber.user) return fail({ status: 403 });
  // RFC 3261 §12.2.2: an old request that comes late would undo a newer one. Only what is authenticated counts.
  if (!isInOrder(state.dialog, request.cseq.number)) return fail({ status: 500, reason: "CSeq Out Of Order" });
  return readExpires(request.headers, pack.duration);
}

function refuse(sw: Switch, transaction: ServerTransaction, { status, reason, fields = [] }: SubscribeRefusal): void {
  const { stack } = sw.parts;
  stack.reply(transaction, status, { toTag: stack.mint.tag(), fields, ...(reason === undefined ? {} : { reason }) });
}

function domainOf(sw: Switch, uri: Uri | undefined): string | undefined {
  if (uri?.kind === "sip") return sw.parts.domains.of(uri.host, uri.port);
  return uri?.kind === "tel" ? sw.parts.domains.home : undefined;
}

/** What a URI of ours calls somebody; empty where it is none of ours or names nobody. */
function nameIn(sw: Switch, uri: Uri | undefined): string {
  if (domainOf(sw, uri) === undefined) return "";
  if (uri?.kind === "sip") return toText(unescapeUser(uri.user ?? ""));
  return uri?.kind === "tel" ? uri.number : "";
}
