/**
 * Text messages for users who cannot be reached: kept until a phone of theirs registers, and delivered to each device in
 * order. What the switch has said it keeps is committed before; a restart takes up where it was.
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import { KeyedBuckets } from "../../base/keyed-buckets.ts";
import type { Log } from "../../base/log.ts";
import { networkOf } from "../../base/network-of.ts";
import { toText } from "../../base/text.ts";
import { evenPace } from "../../base/token-bucket.ts";
import type { MessageHead, MessageSettled, MessageStore } from "../../port/message-store.ts";
import type { BindingRow } from "../../port/store.ts";
import { parseNameAddr } from "../../sip/message/header/name-addr.ts";
import { parseUri, unescapeUser } from "../../sip/message/uri.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { BindingChange } from "../registrar/update.ts";
import type { Directory, Owner } from "../target.ts";
import {
  type Box,
  type BoxLimits,
  deviceOf,
  hasBacklog,
  hasRoomFor,
  nextFor,
  takeOutdated,
  type WaitingMessage,
} from "./box.ts";
import { Delivery, type DeliveryHost } from "./delivery.ts";
import type { NewMessage } from "./new-message.ts";

/** From one source. */
const OF_SOURCE = evenPace(20);
/** All users together. */
const MOST_MESSAGES = 100_000;
const SWEEP_MS = 60_000;
/** A phone that has registered gets its 200 first. */
const SETTLE_MS = 500;

export interface MessageRules extends BoxLimits {
  /** Whether anything is kept at all. */
  readonly isOn: boolean;
  /** How long a message is kept that does not say it. */
  readonly keepMs: number;
}

export interface MessagesOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: SipStack;
  readonly store: MessageStore;
  readonly directory: Pick<Directory, "contactsOf">;
  readonly rules: MessageRules;
  /** Sources free of per-source limits. */
  readonly isExempt: (address: string) => boolean;
  /** The URI of a user. */
  readonly uriOf: (domain: string, user: string) => string;
}

export class Messages implements TimerOwner {
  readonly #options: MessagesOptions;
  readonly #host: DeliveryHost;
  readonly #sources: KeyedBuckets;
  readonly #boxes = new Map<string, Box>();
  readonly #deliveries = new Map<string, Delivery>();
  #rules: MessageRules;
  #size = 0;
  #ids = 0;
  #sweep: Timer | null = null;

  constructor(options: MessagesOptions) {
    this.#options = options;
    this.#rules = options.rules;
    this.#sources = new KeyedBuckets(options.clock);
    const { clock, stack, log, store, directory, uriOf } = options;
    this.#host = {
      clock,
      stack,
      log,
      next: (owner, device) => nextFor(this.#boxOf(owner), device, clock.now()),
      bindingOf: ({ domain, user }, { key }) =>
        directory.contactsOf(domain, user).find((binding) => deviceOf(binding).key === key),
      content: ({ head }) => store.content(head.id),
      uriOf: ({ domain, user }) => uriOf(domain, user),
      settle: (message, device, result) =>
        this.#settle(message, { message: message.head.id, device: device.key, result, at: clock.now() }),
      drop: (message) => this.#forget(message.head),
      ended: (delivery) => void this.#deliveries.delete(deliveryKey(delivery.owner, delivery.device.key)),
    };
  }

  /** Takes over what the store holds. */
  async load(): Promise<void> {
    const { store, clock } = this.#options;
    await store.trim(clock.now());
    const byId = new Map<string, WaitingMessage>();
    for (const head of await store.heads(clock.now())) {
      const message = { head, isKept: true, deliveredAt: head.deliveredAt, settled: new Set<string>() };
      byId.set(head.id, message);
      this.#put(message);
    }
    for (const { message, device } of await store.settled()) byId.get(message)?.settled.add(device);
  }

  /** Messages that are kept, for the metrics. */
  get size(): number {
    return this.#size;
  }

  configure(rules: MessageRules): void {
    this.#rules = rules;
  }

  stop(): void {
    this.#sweep?.cancel();
    for (const delivery of [...this.#deliveries.values()]) delivery.stop();
  }

  /** Whether one more message may come from this source now. */
  admits(address: string): boolean {
    return this.#options.isExempt(address) || this.#sources.take(networkOf(address), OF_SOURCE) === 0;
  }

  /** Whether messages wait for a user that no device has taken: what comes now has to wait behind them. */
  hasBacklog(owner: Owner): boolean {
    const box = this.#size === 0 ? undefined : this.#boxes.get(keyOf(owner));
    return box !== undefined && hasBacklog(box, this.#options.clock.now());
  }

  /** Those that no device has taken, in order. */
  waiting(owner: Owner): readonly MessageHead[] {
    return this.#boxOf(owner).messages.flatMap(({ head, deliveredAt }) => (deliveredAt === null ? [head] : []));
  }

  /**
   * Keeps a message, and delivers it to the devices that are there after `afterMs`. `full`: there is no room; `off`: nothing
   * is kept here. Rejects where the store cannot commit it.
   */
  async keep(owner: Owner, message: NewMessage, afterMs = 0): Promise<{ readonly id: string } | "full" | "off"> {
    const { store, clock } = this.#options;
    const now = clock.now();
    if (!this.#rules.isOn || message.keptSeconds === 0) return "off";
    const { from, sender, contentType, fields, body, keptSeconds } = message;
    const bytes = body.length + fields.length;
    if (this.#size >= MOST_MESSAGES || !hasRoomFor(this.#boxOf(owner), bytes, this.#rules)) return "full";
    const keepMs = Math.min(this.#rules.keepMs, (keptSeconds ?? Number.POSITIVE_INFINITY) * 1000);
    const id = this.#nextId(now);
    const times = { createdAt: now, expiresAt: now + keepMs, deliveredAt: null };
    const head: MessageHead = { id, ...owner, from, sender, contentType, bytes, ...times };
    const waiting: WaitingMessage = { head, isKept: false, deliveredAt: null, settled: new Set() };
    this.#put(waiting);
    try {
      await store.add({ ...head, fields, body });
    } catch (error) {
      this.#takeOut(waiting);
      throw error;
    }
    waiting.isKept = true;
    this.wake(owner, afterMs);
    return { id };
  }

  /** A device has taken a message that is kept by another way: it does not get it again. */
  async taken(id: string, binding: BindingRow): Promise<void> {
    const message = this.#boxOf(binding).messages.find(({ head }) => head.id === id);
    const device = deviceOf(binding);
    if (message === undefined || message.settled.has(device.key)) return;
    await this.#host.settle(message, device, "taken");
  }

  /** Delivers what waits to the devices of a user that are there. */
  wake(owner: Owner, afterMs = 0): void {
    for (const binding of this.#options.directory.contactsOf(owner.domain, owner.user)) {
      this.#deliveryTo(owner, binding).wake(afterMs);
    }
  }

  /** For the registrar's `onChange`. */
  bindingChanged({ what, binding }: BindingChange): void {
    if (this.#size === 0) return;
    const owner = { domain: binding.domain, user: binding.user };
    const device = deviceOf(binding);
    if (what === "unregistered") {
      // Another flow of the same device may be left.
      if (this.#host.bindingOf(owner, device) === undefined) {
        this.#deliveries.get(deliveryKey(owner, device.key))?.stop();
      }
      return;
    }
    const box = this.#boxes.get(keyOf(owner));
    if (box === undefined || nextFor(box, device, this.#options.clock.now()) === undefined) return;
    this.#deliveryTo(owner, binding).wake(SETTLE_MS);
  }

  /** Takes away all that waits for a user; gives their number. */
  async clear(owner: Owner): Promise<number> {
    const messages = [...this.#boxOf(owner).messages];
    const waiting = messages.filter(({ deliveredAt }) => deliveredAt === null).length;
    await this.#options.store.remove(messages.map(({ head }) => head.id));
    for (const message of messages) this.#takeOut(message);
    return waiting;
  }

  /** Takes away all that somebody has sent, or was to get; gives their number. */
  async forgetOf(domain: string, name: string): Promise<number> {
    const all = [...this.#boxes.values()].flatMap(({ messages }) => messages);
    const isHis = ({ head }: WaitingMessage): boolean =>
      head.domain === domain && [head.user, head.sender, senderOf(head)].includes(name);
    const his = all.filter(isHis);
    await this.#options.store.remove(his.map(({ head }) => head.id));
    for (const message of his) this.#takeOut(message);
    return his.length;
  }

  /** Clears away what has expired. */
  expire(): void {
    this.#sweep = null;
    const now = this.#options.clock.now();
    const outdated: string[] = [];
    for (const [key, box] of this.#boxes) {
      const gone = takeOutdated(box, now);
      this.#size -= gone.length;
      for (const { head } of gone) outdated.push(head.id);
      if (box.messages.length === 0) this.#boxes.delete(key);
    }
    if (outdated.length > 0) {
      this.#options.store.remove(outdated).catch((error: unknown) => {
        this.#options.log.warn("Messages that have expired could not be removed", { error, messages: outdated.length });
      });
    }
    this.#startSweep();
  }

  async #settle(message: WaitingMessage, settled: MessageSettled): Promise<void> {
    // In memory first: whatever becomes of the store, the device does not get it again.
    message.settled.add(settled.device);
    if (settled.result === "taken") message.deliveredAt ??= settled.at;
    else {
      const { domain, user, id } = message.head;
      this.#options.log.info("A device has refused a message for good", { message: id, personal: { domain, user } });
    }
    await this.#options.store.settle(settled);
  }

  #forget({ domain, user, id }: MessageHead): void {
    const message = this.#boxOf({ domain, user }).messages.find(({ head }) => head.id === id);
    if (message !== undefined) this.#takeOut(message);
  }

  #put(message: WaitingMessage): void {
    const key = keyOf(message.head);
    const box = this.#boxes.get(key);
    if (box === undefined) this.#boxes.set(key, { messages: [message] });
    else box.messages.push(message);
    this.#size++;
    this.#startSweep();
  }

  #takeOut(message: WaitingMessage): void {
    const key = keyOf(message.head);
    const box = this.#boxes.get(key);
    const index = box?.messages.indexOf(message) ?? -1;
    if (box === undefined || index < 0) return;
    box.messages.splice(index, 1);
    this.#size--;
    if (box.messages.length === 0) this.#boxes.delete(key);
  }

  #boxOf(owner: Owner): Box {
    return this.#boxes.get(keyOf(owner)) ?? NOTHING;
  }

  #deliveryTo(owner: Owner, binding: Parameters<typeof deviceOf>[0]): Delivery {
    const device = deviceOf(binding);
    const key = deliveryKey(owner, device.key);
    const known = this.#deliveries.get(key);
    if (known !== undefined) return known;
    const delivery = new Delivery(owner, device, this.#host);
    this.#deliveries.set(key, delivery);
    return delivery;
  }

  #startSweep(): void {
    if (this.#sweep !== null || this.#size === 0) return;
    this.#sweep = this.#options.clock.startTimer(SWEEP_MS, this, "sweep");
  }

  /** Sorted like the times at which they came, also within a millisecond. */
  #nextId(now: number): string {
    this.#ids = (this.#ids + 1) % 46_656;
    const order = `${now.toString(36).padStart(9, "0")}${this.#ids.toString(36).padStart(3, "0")}`;
    return `m${order}${this.#options.stack.mint.tag()}`;
  }
}

const NOTHING: Box = { messages: [] };

/** The user part of its From. */
function senderOf({ from }: MessageHead): string | null {
  const uri = parseUri(parseNameAddr(from)?.uri ?? "");
  if (uri?.kind === "sip") return toText(unescapeUser(uri.user ?? ""));
  return uri?.kind === "tel" ? uri.number : null;
}

/** Neither the name of a domain nor one of a user holds a blank. */
function keyOf({ domain, user }: Owner): string {
  return `${domain} ${user}`;
}

function deliveryKey(owner: Owner, device: string): string {
  return `${keyOf(owner)} ${device}`;
}
