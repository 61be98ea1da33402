/**
 * The notifier (RFC 6665 §4.2): all live subscriptions, the packages that there are, and how many subscriptions the switch
 * keeps. Who may subscribe is asked in `methods/subscribe.ts`.
 */
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { CallJournal, StoredEntry } from "../../port/call-journal.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import type { SipStack } from "../../sip/stack.ts";
import { isSameEvent } from "./event-header.ts";
import type { EventPackage, Resource } from "./event-package.ts";
import { Notifier, type NotifierHost } from "./notifier.ts";
import { restoredSubscription } from "./stored-subscription.ts";
import type { Subscription } from "./subscription.ts";
import { SubscriptionIndex } from "./subscription-index.ts";

export interface SubscriptionLimits {
  /** All that the switch keeps: 2 KB each. @default 50000 */
  readonly total: number;
  /** A receptionist has a hundred lamps on each of two phones. @default 256 */
  readonly perUser: number;
  /** From one address, behind which there may be a whole office. @default 5000 */
  readonly perSource: number;
}

/** How many subscribers of an earlier process are told in one go, and how soon the next are. */
const TOLD_AT_ONCE = 20;
const TELL_EVERY_MS = 50;

export const SUBSCRIPTION_LIMITS: SubscriptionLimits = { total: 50_000, perUser: 256, perSource: 5_000 };

export interface SubscriptionsOptions {
  readonly clock: Clock;
  readonly stack: SipStack;
  readonly log: Log;
  readonly packages: readonly EventPackage[];
  readonly limits?: Partial<SubscriptionLimits>;
  /** Sources free of the limit per source. @default none */
  readonly isExempt?: (address: string) => boolean;
  /** Where subscriptions are written down. @default nowhere: none outlives the process */
  readonly journal?: CallJournal | undefined;
}

export class Subscriptions {
  /** The value of Allow-Events (RFC 6665 §8.2.2). */
  readonly allowEvents: string;
  readonly #packages: ReadonlyMap<string, EventPackage>;
  readonly #limits: SubscriptionLimits;
  readonly #isExempt: (address: string) => boolean;
  readonly #host: NotifierHost;
  readonly #index = new SubscriptionIndex();

  constructor(options: SubscriptionsOptions) {
    const { clock, stack, log, packages, journal } = options;
    this.allowEvents = packages.map(({ name }) => name).join(", ");
    this.#packages = new Map(packages.map((pack) => [pack.name, pack]));
    this.#limits = { ...SUBSCRIPTION_LIMITS, ...options.limits };
    this.#isExempt = options.isExempt ?? (() => false);
    this.#host = { clock, stack, log, journal, remove: (notifier) => this.#index.remove(notifier) };
  }

  get size(): number {
    return this.#index.size;
  }

  get isFull(): boolean {
    return this.size >= this.#limits.total;
  }

  /** All that are live, as plain data. */
  list(): readonly Subscription[] {
    return this.#index.all;
  }

  packageOf(event: string): EventPackage | undefined {
    return this.#packages.get(event);
  }

  byDialog(request: SipRequest): Notifier | undefined {
    return this.#index.byDialog(request);
  }

  /** Whether a SUBSCRIBE outside a dialog has been seen before: it has come a second time by another way. */
  isMerged(request: SipRequest): boolean {
    const known = this.#index.byOrigin(request);
    return known !== undefined && request.cseq.number <= known.state.dialog.remoteCseq;
  }

  hasSubscriber(event: string, resource: Resource): boolean {
    return this.#index.ofResource(event, resource).size > 0;
  }

  /** Whether there is room for this one, in place of what the same phone has left behind. */
  hasRoomFor(subscription: Subscription): boolean {
    const { subscriber, source } = subscription;
    const replaced = this.#leftBehind(subscription);
    const fromSource = replaced.filter(({ state }) => state.source === source).length;
    return (
      this.#index.ofSubscriber(subscriber).size - replaced.length < this.#limits.perUser &&
      (this.#isExempt(source) || this.#index.ofSource(source) - fromSource < this.#limits.perSource)
    );
  }

  /** Begins a subscription whose SUBSCRIBE has been answered. */
  begin(subscription: Subscription): void {
    const pack = this.#packOf(subscription);
    for (const notifier of this.#leftBehind(subscription)) notifier.drop();
    const notifier = new Notifier(subscription, pack, this.#host);
    this.#index.add(notifier);
    notifier.begin();
  }

  /**
   * Goes on with subscriptions of an earlier process, once the switch listens: each subscriber is told the state anew, a few
   * at a time. Returns how many there are.
   */
  takeOver(entries: readonly StoredEntry[]): number {
    const { clock } = this.#host;
    const known = entries.flatMap((entry) => restoredSubscription(entry, clock.now()) ?? []);
    const live = known.filter(({ event }) => this.#packages.has(event.name)).slice(0, this.#limits.total);
    for (const [index, subscription] of live.entries()) {
      const notifier = new Notifier(subscription, this.#packOf(subscription), this.#host);
      this.#index.add(notifier);
      notifier.resume(Math.floor(index / TOLD_AT_ONCE) * TELL_EVERY_MS);
    }
    return live.length;
  }

  /** Tells the state once (RFC 6665 §4.4.3): nothing of the subscription is kept. */
  fetch(subscription: Subscription): void {
    new Notifier(subscription, this.#packOf(subscription), this.#host).end("timeout");
  }

  /** The state of a resource has changed. */
  resourceChanged(event: string, resource: Resource): void {
    for (const notifier of [...this.#index.ofResource(event, resource)]) notifier.changed();
  }

  /** A user is gone, and with it what it has subscribed to and what others have of it, by its name. */
  userRemoved(domain: string, user: string): void {
    for (const event of this.#packages.keys()) {
      for (const notifier of [...this.#index.ofResource(event, { domain, name: user })]) notifier.end("noresource");
    }
    for (const notifier of [...this.#index.ofSubscriber({ domain, user })]) notifier.end("rejected");
  }

  #packOf({ event }: Subscription): EventPackage {
    const pack = this.#packages.get(event.name);
    if (pack === undefined) throw new Error(`A subscription to ${event.name}, which is no package`);
    return pack;
  }

  /**
   * What a phone has forgotten and this subscription takes the place of: it has started anew and comes from the same address
   * and port with the same Contact, or it asks again outside its dialog.
   */
  #leftBehind({ event, subscriber, resource, dialog }: Subscription): readonly Notifier[] {
    const { callId, remoteTag, remoteTarget, flow } = dialog;
    return [...this.#index.ofSubscriber(subscriber)].filter(({ state }) => {
      if (!isSameEvent(state.event, event) || !isSame(state.resource, resource)) return false;
      const other = state.dialog;
      if (other.callId === callId && other.remoteTag === remoteTag) return true;
      const isSameSource =
        other.flow.transport === flow.transport &&
        other.flow.remoteAddress === flow.remoteAddress &&
        other.flow.remotePort === flow.remotePort;
      return isSameSource && other.remoteTarget === remoteTarget;
    });
  }
}

function isSame(a: Resource, b: Resource): boolean {
  return a.domain === b.domain && a.name === b.name;
}
