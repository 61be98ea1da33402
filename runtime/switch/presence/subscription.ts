/**
 * A subscription as plain data, so that it can be stored and taken over, and the pure functions over it: made and refreshed by
 * a SUBSCRIBE, turned into a NOTIFY (RFC 6665 §4.2).
 */
import type { OutgoingRequest } from "../../sip/client-request.ts";
import { type Dialog, dialogOfRequest, requestWithin } from "../../sip/dialog/dialog.ts";
import type { HeaderField, SipRequest } from "../../sip/message/message.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import { type EventName, formatEvent } from "./event-header.ts";
import type { Resource, StateBody, Subscriber } from "./event-package.ts";
import { newPace, type Pace } from "./pace.ts";
import { hasTarget } from "./subscribe-request.ts";

/** Why there is nothing more to come (RFC 6665 §4.2.2). */
export type EndReason = "timeout" | "noresource" | "rejected";

export interface Subscription {
  /** Also the user part of our Contact. */
  readonly id: string;
  readonly event: EventName;
  /** Media type of the bodies. */
  readonly type: string;
  readonly subscriber: Subscriber;
  readonly resource: Resource;
  /** Where the first SUBSCRIBE came from, for the limits. */
  readonly source: string;
  dialog: Dialog;
  /** Milliseconds since 1970. */
  expiresAt: number;
  /** Of the next body. */
  version: number;
  /** The last NOTIFY is due. */
  ending: EndReason | null;
  readonly pace: Pace;
}

export type SubscriptionParts = Omit<Subscription, "version" | "ending" | "pace">;

export function newSubscription(parts: SubscriptionParts): Subscription {
  const { event, subscriber, dialog } = parts;
  return {
    ...parts,
    event: { name: copyOf(event.name), id: event.id === null ? null : copyOf(event.id) },
    subscriber: { domain: subscriber.domain, user: copyOf(subscriber.user) },
    dialog: detach(dialog),
    version: 0,
    ending: null,
    pace: newPace(),
  };
}

/**
 * The dialog after a refresh: the Contact may have moved (RFC 6665 §4.4.1), and whoever has lost a connection comes by another
 * one. The route set stays (RFC 3261 §12.2).
 */
export function refreshedDialog(dialog: Dialog, request: SipRequest, flow: Flow): Dialog {
  if (!hasTarget(request.headers)) return dialog;
  const { remoteTarget, pinned } = dialogOfRequest(request, dialog.localTag, flow);
  return detach({ ...dialog, remoteTarget, pinned, flow });
}

/** The next NOTIFY; `body` is absent where there is no state to be told. Counts up. */
export function notifyOf(subscription: Subscription, now: number, body: StateBody | undefined): OutgoingRequest {
  const { dialog, event, id } = subscription;
  const request = requestWithin(dialog, "NOTIFY", ++dialog.localCseq);
  const fields: HeaderField[] = [
    ...request.fields,
    ["Max-Forwards", "70"],
    ["Event", formatEvent(event)],
    ["Subscription-State", stateOf(subscription, now)],
  ];
  if (body === undefined) return { ...request, method: "NOTIFY", fields, contactUser: id };
  subscription.version++;
  fields.push(["Content-Type", body.type]);
  return { ...request, method: "NOTIFY", fields, contactUser: id, body: body.text };
}

/** Characters of what is kept of a peer's for as long as the subscription lives. */
export function sizeOf({ callId, remoteTag, localParty, remoteParty, remoteTarget, routeSet }: Dialog): number {
  const texts = [callId, remoteTag, localParty, remoteParty, remoteTarget, ...routeSet];
  return texts.reduce((sum, { length }) => sum + length, 0);
}

/** RFC 6665 §8.2.3. */
function stateOf({ ending, expiresAt }: Subscription, now: number): string {
  if (ending !== null) return `terminated;reason=${ending}`;
  return `active;expires=${Math.max(0, Math.ceil((expiresAt - now) / 1000))}`;
}

/** Copies of their own: parts of a received message keep all of it in memory, and a subscription lives for an hour. */
function detach(dialog: Dialog): Dialog {
  return {
    ...dialog,
    callId: copyOf(dialog.callId),
    remoteTag: copyOf(dialog.remoteTag),
    localParty: copyOf(dialog.localParty),
    remoteParty: copyOf(dialog.remoteParty),
    remoteTarget: copyOf(dialog.remoteTarget),
    routeSet: dialog.routeSet.map(copyOf),
  };
}

function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
