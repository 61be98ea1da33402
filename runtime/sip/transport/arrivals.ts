/**
 * Peers that have connected and are not understood yet: a TLS handshake or the HTTP request of a WebSocket is under way.
 * Bounded in number, for each source, and in time, however slowly their octets drip.
 */
import type { Socket } from "node:net";
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { TransportCounters } from "./counters.ts";
import { SourceCounts } from "./source-counts.ts";

/** For all of the handshake. A phone on a slow network takes one or two seconds. */
export const ARRIVAL_TIMEOUT_MS = 10_000;
export const MAX_ARRIVALS = 1000;
export const MAX_ARRIVALS_PER_SOURCE = 100;

export class Arrivals {
  readonly #clock: Clock;
  readonly #counters: TransportCounters;
  readonly #sources: SourceCounts;
  readonly #underWay = new Map<string, Arrival>();

  constructor(options: {
    readonly clock: Clock;
    readonly counters: TransportCounters;
    readonly isExempt: (address: string) => boolean;
  }) {
    this.#clock = options.clock;
    this.#counters = options.counters;
    this.#sources = new SourceCounts(MAX_ARRIVALS_PER_SOURCE, options.isExempt);
  }

  /** Whether this peer may begin. One that may not is cut off. */
  begin(socket: Socket): boolean {
    const { remoteAddress = "" } = socket;
    if (this.#underWay.size >= MAX_ARRIVALS || !this.#sources.add(remoteAddress)) {
      this.#counters.connectionsRefused++;
      socket.destroy();
      return false;
    }
    const key = keyOf(socket);
    const arrival = new Arrival(socket, this.#clock);
    this.#underWay.set(key, arrival);
    socket.on("close", () => {
      if (this.#end(key, arrival, remoteAddress)) this.#counters.handshakesFailed++;
    });
    return true;
  }

  /** This peer has arrived. What it speaks through may be another socket on the same two ends. */
  end(socket: Socket): void {
    const key = keyOf(socket);
    const arrival = this.#underWay.get(key);
    if (arrival !== undefined) this.#end(key, arrival, socket.remoteAddress ?? "");
  }

  close(): void {
    for (const { socket } of this.#underWay.values()) socket.destroy();
  }

  /** False: it was told before. */
  #end(key: string, arrival: Arrival, source: string): boolean {
    if (this.#underWay.get(key) !== arrival) return false;
    this.#underWay.delete(key);
    this.#sources.remove(source);
    arrival.timer.cancel();
    return true;
  }
}

class Arrival implements TimerOwner {
  readonly socket: Socket;
  readonly timer: Timer;

  constructor(socket: Socket, clock: Clock) {
    this.socket = socket;
    this.timer = clock.startTimer(ARRIVAL_TIMEOUT_MS, this, "arrival");
  }

  expire(): void {
    this.socket.destroy();
  }
}

function keyOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
}
