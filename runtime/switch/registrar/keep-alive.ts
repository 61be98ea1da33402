/**
 * Keeps the way to phones behind NATs open: each phone over UDP whose Contact is not where it is gets an OPTIONS every half
 * minute, since its answer is what a NAT takes as a sign of life (RFC 4787 §4.3). Without transactions: one datagram, sent
 * once, spread evenly over time by one timer. A flow of an outbound registration (RFC 5626 §4.2.2) that stays silent too
 * long is told to have failed.
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { BindingRow } from "../../port/store.ts";
import type { SipResponse } from "../../sip/message/message.ts";
import { parseUri, toRequestUri } from "../../sip/message/uri.ts";
import type { SipStack } from "../../sip/stack.ts";
import { flowOf } from "../reach.ts";
import type { BindingChange } from "./update.ts";

/** How often the timer runs: each time a share of the phones is asked. */
const TICK_MS = 250;
/** Datagrams of one tick; with more phones than that each is asked less often. */
const MOST_AT_ONCE = 500;
/** A phone is taken for gone after so many questions without an answer. */
const MOST_SILENCES = 4;
const CALL_ID_PREFIX = "keepalive-";

export interface KeepAliveOptions {
  readonly clock: Clock;
  readonly stack: Pick<SipStack, "write" | "branch" | "mint" | "transport">;
  /** How often each phone is asked. */
  readonly everyMs: number;
  /** An outbound flow has been silent for too long. */
  readonly onFailed: (binding: BindingRow) => void;
}

interface Watched {
  binding: BindingRow;
  readonly slot: number;
  silences: number;
}

export class KeepAlive implements TimerOwner {
  readonly #options: KeepAliveOptions;
  /** Those of one tick together, by the name of their Call-ID. */
  readonly #slots: readonly Map<string, Watched>[];
  readonly #byContact = new Map<string, string>();
  readonly #byName = new Map<string, Watched>();
  /** What a tick was too short for. */
  #late: string[] = [];
  #tick = 0;
  #lastName = 0;
  #cseq = 0;
  #timer: Timer | null = null;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
    const slots = Math.max(1, Math.round(options.everyMs / TICK_MS));
    this.#slots = Array.from({ length: slots }, () => new Map<string, Watched>());
  }

  /** How many phones are asked. */
  get size(): number {
    return this.#byName.size;
  }

  bindingChanged({ what, binding }: BindingChange): void {
    const key = keyOf(binding);
    const name = this.#byContact.get(key);
    if (what === "unregistered" || !isBehindNat(binding)) {
      if (name !== undefined) this.#forget(key, name);
      return;
    }
    const known = name === undefined ? undefined : this.#byName.get(name);
    if (known === undefined) this.#add(key, binding);
    else {
      known.binding = binding;
      known.silences = 0;
    }
  }

  /** A response that belongs to no transaction: maybe to a question of ours. Whatever it says, the phone is there. */
  onResponse({ callId }: SipResponse): void {
    if (!callId.startsWith(CALL_ID_PREFIX)) return;
    const watched = this.#byName.get(callId);
    if (watched !== undefined) watched.silences = 0;
  }

  expire(): void {
    this.#timer = null;
    const slot = this.#slots[this.#tick++ % this.#slots.length];
    const due = [...this.#late, ...(slot?.keys() ?? [])];
    for (const name of due.slice(0, MOST_AT_ONCE)) this.#ask(name);
    this.#late = due.slice(MOST_AT_ONCE, 2 * MOST_AT_ONCE);
    this.#startTimer();
  }

  #add(key: string, binding: BindingRow): void {
    const name = `${CALL_ID_PREFIX}${++this.#lastName}-${this.#options.stack.mint.tag()}`;
    // One after the other, so that phones that come back together are not asked together.
    const slot = this.#lastName % this.#slots.length;
    const watched: Watched = { binding, slot, silences: 0 };
    this.#byContact.set(key, name);
    this.#byName.set(name, watched);
    this.#slots[slot]?.set(name, watched);
    this.#startTimer();
  }

  #forget(key: string, name: string): void {
    const slot = this.#byName.get(name)?.slot ?? 0;
    this.#slots[slot]?.delete(name);
    this.#byName.delete(name);
    this.#byContact.delete(key);
  }

  #ask(name: string): void {
    const watched = this.#byName.get(name);
    if (watched === undefined) return;
    const { binding } = watched;
    if (watched.silences >= MOST_SILENCES && binding.regId !== null) {
      this.#options.onFailed(binding);
      return;
    }
    watched.silences++;
    const { stack } = this.#options;
    const flow = flowOf(binding);
    const own = `<sip:${stack.transport.sentBy(flow)}>`;
    const fields = [
      ["From", `${own};tag=${stack.mint.tag()}`],
      ["To", `<${toRequestUri(binding.contact)}>`],
      ["Call-ID", name],
      ["CSeq", `${++this.#cseq} OPTIONS`],
      ["Max-Forwards", "70"],
      ["Accept", "application/sdp"],
    ] as const;
    const uri = toRequestUri(binding.contact);
    const text = stack.write({ method: "OPTIONS", uri, hop: { type: "flow", flow }, fields }, flow, stack.branch());
    stack.transport.send(text, flow);
  }

  #startTimer(): void {
    if (this.#timer === null && this.#byName.size > 0)
      this.#timer = this.#options.clock.startTimer(TICK_MS, this, "keep-alive");
  }
}

/** Over UDP, not through a proxy, and with a Contact that is not where the phone's messages come from. */
function isBehindNat({ transport, path, contact, remoteAddress, remotePort }: BindingRow): boolean {
  if (transport !== "udp" || path.length > 0) return false;
  const uri = parseUri(contact);
  return uri?.kind === "sip" && (uri.host !== remoteAddress || (uri.port ?? 5060) !== remotePort);
}

/** A URI holds no blank, nor does the name of a domain or a user. */
function keyOf({ domain, user, contact, instance, regId }: BindingRow): string {
  return `${domain} ${user} ${contact} ${regId === null ? "" : `${instance} ${regId}`}`;
}
