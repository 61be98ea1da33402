/**
 * A datagram network on virtual time that loses, duplicates and reorders, the same way for the same seed. Its flows are
 * the engine's; what it carries is text.
 */
import type { Clock, TimerOwner } from "../../runtime/base/clock.ts";
import type { Flow } from "../../runtime/sip/transport/flow.ts";

export interface SimNetOptions {
  readonly clock: Clock;
  readonly seed: number;
  /** Chance of a datagram to be lost, 0 to 1. */
  readonly loss?: number;
  /** Chance of a datagram to arrive twice, 0 to 1. */
  readonly duplication?: number;
  readonly minDelayMs?: number;
  /** Datagrams overtake one another where this is above `minDelayMs`. */
  readonly maxDelayMs?: number;
}

interface Datagram {
  readonly text: string;
  readonly flow: Flow;
}

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class SimNet implements TimerOwner {
  /** Chance of 0 to 1, for whoever plays along. */
  readonly random: () => number;
  readonly #options: Required<SimNetOptions>;
  readonly #receivers = new Map<string, (text: string, flow: Flow) => void>();
  readonly #underWay = new Map<string, Datagram>();
  readonly #ladder: string[] = [];
  readonly #start: number;
  #sent = 0;

  constructor(options: SimNetOptions) {
    this.#options = { loss: 0, duplication: 0, minDelayMs: 5, maxDelayMs: 5, ...options };
    this.random = seededRandom(options.seed);
    this.#start = options.clock.now();
  }

  /** What arrives at an address and port goes to `receive`, with the flow as that end sees it. */
  attach(address: string, port: number, receive: (text: string, flow: Flow) => void): void {
    this.#receivers.set(`${address}:${port}`, receive);
  }

  send(text: string, flow: Flow): void {
    const { loss, duplication } = this.#options;
    if (this.random() < loss) {
      this.#note("lost", text, flow);
      return;
    }
    this.#note("sent", text, flow);
    this.#carry(text, flow);
    if (this.random() < duplication) this.#carry(text, flow);
  }

  /** A datagram has come to its end. */
  expire(id: string): void {
    const datagram = this.#underWay.get(id);
    if (datagram === undefined) return;
    this.#underWay.delete(id);
    const { text, flow } = datagram;
    this.#note("came", text, flow);
    this.#receivers.get(`${flow.remoteAddress}:${flow.remotePort}`)?.(text, {
      ...flow,
      localAddress: flow.remoteAddress,
      localPort: flow.remotePort,
      remoteAddress: flow.localAddress,
      remotePort: flow.localPort,
    });
  }

  /** What has happened, one line each, for the message of a test that fails. */
  ladder(): string {
    return this.#ladder.join("\n");
  }

  #carry(text: string, flow: Flow): void {
    const { clock, minDelayMs, maxDelayMs } = this.#options;
    const id = String(++this.#sent);
    this.#underWay.set(id, { text, flow });
    clock.startTimer(minDelayMs + Math.floor(this.random() * (maxDelayMs - minDelayMs)), this, id);
  }

  #note(event: string, text: string, flow: Flow): void {
    const at = String(this.#options.clock.now() - this.#start).padStart(6);
    const cseq = /^CSeq:\s*(.*)$/im.exec(text)?.[1] ?? "";
    const ends = `${flow.localAddress}:${flow.localPort} -> ${flow.remoteAddress}:${flow.remotePort}`;
    this.#ladder.push(`${at} ms ${event} ${ends}  ${text.split("\r\n", 1)[0]}  [${cseq}]`);
  }
}
