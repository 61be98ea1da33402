/** Finds live subscriptions: by dialog, by the SUBSCRIBE that began one, by resource, by subscriber; counts them by source. */
import type { SipRequest } from "../../sip/message/message.ts";
import type { Resource, Subscriber } from "./event-package.ts";
import type { Notifier } from "./notifier.ts";
import type { Subscription } from "./subscription.ts";

const NONE: ReadonlySet<Notifier> = new Set();

export class SubscriptionIndex {
  readonly #byTag = new Map<string, Notifier>();
  readonly #byOrigin = new Map<string, Notifier>();
  readonly #byResource = new Map<string, Set<Notifier>>();
  readonly #bySubscriber = new Map<string, Set<Notifier>>();
  readonly #bySource = new Map<string, number>();

  get size(): number {
    return this.#byTag.size;
  }

  get all(): readonly Subscription[] {
    return [...this.#byTag.values()].map(({ state }) => state);
  }

  add(notifier: Notifier): void {
    const { dialog, event, resource, subscriber, source } = notifier.state;
    this.#byTag.set(dialog.localTag, notifier);
    this.#byOrigin.set(originKey(dialog.callId, dialog.remoteTag), notifier);
    addTo(this.#byResource, resourceKey(event.name, resource), notifier);
    addTo(this.#bySubscriber, subscriberKey(subscriber), notifier);
    this.#bySource.set(source, this.ofSource(source) + 1);
  }

  remove(notifier: Notifier): void {
    const { dialog, event, resource, subscriber, source } = notifier.state;
    if (!this.#byTag.delete(dialog.localTag)) return;
    const origin = originKey(dialog.callId, dialog.remoteTag);
    if (this.#byOrigin.get(origin) === notifier) this.#byOrigin.delete(origin);
    removeFrom(this.#byResource, resourceKey(event.name, resource), notifier);
    removeFrom(this.#bySubscriber, subscriberKey(subscriber), notifier);
    const left = this.ofSource(source) - 1;
    if (left > 0) this.#bySource.set(source, left);
    else this.#bySource.delete(source);
  }

  /** The subscription whose dialog a request belongs to (RFC 3261 §12.2.2). */
  byDialog({ callId, toTag, fromTag = "" }: SipRequest): Notifier | undefined {
    const notifier = toTag === undefined ? undefined : this.#byTag.get(toTag);
    const dialog = notifier?.state.dialog;
    return dialog?.callId === callId && dialog.remoteTag === fromTag ? notifier : undefined;
  }

  /** The subscription that a SUBSCRIBE with this Call-ID and From tag has made. */
  byOrigin({ callId, fromTag = "" }: SipRequest): Notifier | undefined {
    return this.#byOrigin.get(originKey(callId, fromTag));
  }

  ofResource(event: string, resource: Resource): ReadonlySet<Notifier> {
    return this.#byResource.get(resourceKey(event, resource)) ?? NONE;
  }

  ofSubscriber(subscriber: Subscriber): ReadonlySet<Notifier> {
    return this.#bySubscriber.get(subscriberKey(subscriber)) ?? NONE;
  }

  ofSource(source: string): number {
    return this.#bySource.get(source) ?? 0;
  }
}

function addTo(map: Map<string, Set<Notifier>>, key: string, notifier: Notifier): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([notifier]));
  else known.add(notifier);
}

function removeFrom(map: Map<string, Set<Notifier>>, key: string, notifier: Notifier): void {
  const known = map.get(key);
  if (known?.delete(notifier) && known.size === 0) map.delete(key);
}

/** Neither a Call-ID nor the name of an event or a domain holds a blank. */
function originKey(callId: string, fromTag: string): string {
  return `${callId} ${fromTag}`;
}

function resourceKey(event: string, { domain, name }: Resource): string {
  return `${event} ${domain} ${name}`;
}

function subscriberKey({ domain, user }: Subscriber): string {
  return `${domain} ${user}`;
}
