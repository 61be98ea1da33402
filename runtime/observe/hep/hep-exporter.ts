/**
 * Sends a copy of each SIP message to a collector, without passwords and keys. Nothing waits for the collector: what the
 * network does not take at once is counted and gone, and a collector that is away costs its copies alone.
 */
import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { isIP, isIPv6 } from "node:net";
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { Outage } from "../../base/outage.ts";
import type { MessagePeer } from "../../port/journal.ts";
import type { End } from "../capture/ip-packet.ts";
import { withOwnLength } from "../capture/own-length.ts";
import { withoutCredentials } from "../journal/mask.ts";
import { hepPacket } from "./hep-packet.ts";

/** Packets that the system has not taken yet. */
const MOST_WAITING = 2_000;
/** The name of a collector is looked up again as often. */
const LOOK_UP_MS = 60_000;

const OUTAGE = {
  failing: "Copies of SIP messages cannot be sent to the HEP collector",
  again: "Copies of SIP messages reach the HEP collector again",
};

export interface Collector {
  readonly to: { readonly host: string; readonly port: number };
  readonly captureId: number;
  readonly password: string | null;
}

export class HepExporter implements TimerOwner {
  readonly counts = { sent: 0, dropped: 0, failed: 0 };
  readonly #collector: Collector;
  readonly #clock: Clock;
  readonly #outage: Outage;
  #socket: Socket | null = null;
  #address: string | null = null;
  #waiting = 0;
  #timer: Timer | null = null;
  #isStopped = false;

  constructor(collector: Collector, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#collector = collector;
    this.#clock = clock;
    this.#outage = new Outage(log, OUTAGE);
    void this.#find();
  }

  received(text: string, _callId: string, _isInvite: boolean, peer: MessagePeer): void {
    this.#copy(text, peer, remoteOf(peer), localOf(peer));
  }

  handled(): void {}

  sent(text: string, peer: MessagePeer): void {
    this.#copy(text, peer, localOf(peer), remoteOf(peer));
  }

  expire(): void {
    void this.#find();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#socket?.close();
    this.#socket = null;
  }

  #copy(text: string, { transport }: MessagePeer, from: End, to: End): void {
    if (this.#socket === null || this.#address === null || this.#waiting >= MOST_WAITING) {
      this.counts.dropped++;
      return;
    }
    const { captureId, password } = this.#collector;
    const masked = withoutCredentials(text);
    const payload = Buffer.from(masked === text ? text : withOwnLength(masked), "latin1");
    const isDatagram = transport === "udp";
    const packet = hepPacket({ from, to, isDatagram, at: this.#clock.now(), payload, captureId, password });
    if (packet === undefined) {
      this.counts.dropped++;
      return;
    }
    this.#waiting++;
    this.#socket.send(packet, this.#collector.to.port, this.#address, (error) => {
      this.#waiting--;
      if (error === null) this.counts.sent++;
      else this.counts.failed++;
      this.#tell(error?.message ?? null);
    });
  }

  async #find(): Promise<void> {
    const { host } = this.#collector.to;
    try {
      this.#use(isIP(host) !== 0 ? host : (await lookup(host)).address);
      if (isIP(host) !== 0) return;
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
    }
    if (!this.#isStopped) this.#timer = this.#clock.startTimer(LOOK_UP_MS, this, "look-up");
  }

  #use(address: string): void {
    if (this.#isStopped || this.#address === address) return;
    const before = this.#socket;
    const socket = createSocket({
      type: isIPv6(address) ? "udp6" : "udp4",
      // It is an address already.
      lookup: (name, _options, callback) => callback(null, name, 0),
    });
    socket.on("error", (error) => this.#tell(error.message));
    // Nothing keeps a process alive for it.
    socket.unref();
    this.#socket = socket;
    this.#address = address;
    before?.close();
  }

  #tell(problem: string | null): void {
    if (problem === null) this.#outage.worked();
    else this.#outage.failed({ ...this.#collector.to, problem });
  }
}

function localOf({ localAddress: address, localPort: port }: MessagePeer): End {
  return { address, port };
}

function remoteOf({ remoteAddress: address, remotePort: port }: MessagePeer): End {
  return { address, port };
}
