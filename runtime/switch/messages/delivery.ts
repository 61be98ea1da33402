/**
 * Delivers what waits to one device, in order and one at a time: the next message leaves when the one before has been taken
 * or refused for good. A device that cannot take it now is tried again after a while, and whenever it registers.
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { MessageContent } from "../../port/message-store.ts";
import type { BindingRow } from "../../port/store.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import type { SipStack } from "../../sip/stack.ts";
import { retryAfterMs } from "../presence/retry-after.ts";
import { reachOf } from "../reach.ts";
import type { Owner } from "../target.ts";
import type { Device, WaitingMessage } from "./box.ts";
import { isForLater } from "./outcome.ts";
import { sendOwn } from "./own-request.ts";

/** Between attempts that have failed; then the device is left alone until it registers again. */
const RETRY_MS = [30_000, 60_000, 120_000, 300_000, 600_000] as const;

/** What all deliveries share. */
export interface DeliveryHost {
  readonly clock: Clock;
  readonly stack: SipStack;
  readonly log: Log;
  next(owner: Owner, device: Device): WaitingMessage | undefined;
  /** Where the device is now; `undefined`: nowhere. */
  bindingOf(owner: Owner, device: Device): BindingRow | undefined;
  /** `undefined`: the store does not have it any more. */
  content(message: WaitingMessage): Promise<MessageContent | undefined>;
  uriOf(owner: Owner): string;
  settle(message: WaitingMessage, device: Device, result: "taken" | "refused"): Promise<void>;
  drop(message: WaitingMessage): void;
  /** Nothing is left for this device, or it is gone. */
  ended(delivery: Delivery): void;
}

/** In milliseconds; `null`: there is nothing to wait for, `undefined`: as long as it takes usually. */
type Pause = number | null | undefined;

type Attempt = "settled" | "gone" | { readonly afterMs: number | undefined };

export class Delivery implements TimerOwner {
  readonly owner: Owner;
  readonly device: Device;
  readonly #host: DeliveryHost;
  #timer: Timer | null = null;
  #isRunning = false;
  #isStopped = false;
  #failures = 0;
  /** Milliseconds since 1970. */
  #notBefore = 0;

  constructor(owner: Owner, device: Device, host: DeliveryHost) {
    this.owner = owner;
    this.device = device;
    this.#host = host;
  }

  /** The device is there, or there is something new for it; `afterMs`: it gets nothing before. */
  wake(afterMs = 0): void {
    if (this.#isRunning || this.#isStopped) return;
    const now = this.#host.clock.now();
    this.#failures = 0;
    this.#notBefore = Math.max(this.#notBefore, now + afterMs);
    this.#startTimer(this.#notBefore - now);
  }

  /** The device is gone. What is on its way is counted all the same if it is answered. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = null;
    this.#host.ended(this);
  }

  expire(): void {
    this.#timer = null;
    this.#isRunning = true;
    this.#run()
      .catch((error: unknown): Pause => {
        this.#host.log.warn("Messages could not be delivered for the moment", {
          error,
          personal: { domain: this.owner.domain, user: this.owner.user },
        });
        return undefined;
      })
      .then((retryMs) => {
        this.#isRunning = false;
        this.#wait(retryMs);
      })
      .catch((error: unknown) => this.#host.log.error("A delivery has failed", { error }));
  }

  /** Until nothing is left, or it has to wait. */
  async #run(): Promise<Pause> {
    while (!this.#isStopped) {
      const message = this.#host.next(this.owner, this.device);
      if (message === undefined) return null;
      const attempt = await this.#deliver(message);
      if (attempt === "gone") {
        this.stop();
        return null;
      }
      if (attempt !== "settled") return attempt.afterMs;
      this.#failures = 0;
    }
    return null;
  }

  #wait(retryMs: Pause): void {
    if (this.#isStopped) return;
    if (retryMs === null) {
      // Something may have come in the meantime.
      if (this.#host.next(this.owner, this.device) === undefined) this.stop();
      else this.#startTimer(0);
      return;
    }
    const pause = RETRY_MS[this.#failures++];
    if (pause === undefined) this.stop();
    else this.#startTimer(Math.max(pause, retryMs ?? 0));
  }

  #startTimer(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#host.clock.startTimer(ms, this, "delivery");
  }

  async #deliver(message: WaitingMessage): Promise<Attempt> {
    const content = await this.#host.content(message);
    if (content === undefined) {
      this.#host.drop(message);
      return "settled";
    }
    const binding = this.#host.bindingOf(this.owner, this.device);
    if (binding === undefined) return "gone";
    const response = await this.#send(binding, message, content);
    if (response === undefined) return { afterMs: undefined };
    const { status } = response;
    if (isForLater(status)) return { afterMs: retryAfterMs(response) };
    // RFC 3261 §8.2.2.2: a device that says "merged" has got the attempt before, whose answer was lost.
    const isTaken = status < 300 || status === 482;
    await this.#host.settle(message, this.device, isTaken ? "taken" : "refused");
    return "settled";
  }

  /** `undefined`: no answer. */
  async #send(
    binding: BindingRow,
    { head }: WaitingMessage,
    content: MessageContent,
  ): Promise<SipResponse | undefined> {
    const reach = reachOf(binding);
    if (reach === undefined) return undefined;
    const { uri, hop, route } = reach;
    const outcome = await sendOwn(this.#host.stack, {
      uri,
      hop,
      route,
      from: head.from,
      to: `<${this.#host.uriOf(this.owner)}>`,
      // The same for each attempt, so that a device may tell that it has got one before.
      tag: head.id,
      callId: head.id,
      fields: JSON.parse(content.fields) as HeaderField[], // Written by us, field by field.
      body: content.body,
    });
    return typeof outcome === "object" ? outcome : undefined;
  }
}
