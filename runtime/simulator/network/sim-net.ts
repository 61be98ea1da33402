/**
 * A datagram network on virtual time that loses, duplicates and reorders, the same way for the same seed. Its flows are
 * the engine's; what it carries is text.
 */
import type { Clock, TimerOwner } from "../../base/clock.ts";
import type { Flow } from "../../sip/transport/flow.ts";

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
  /** Told of each datagram as it is sent. */
  readonly watch?: (step: Step) => void;
  /** Somebody is called at whose address nobody is: the last moment to attach somebody. */
  readonly onStranger?: (address: string, port: number) => void;
}

interface Datagram {
  readonly text: string;
  readonly flow: Flow;
}

/** What has happened to a datagram, and when. */
export interface Step extends Datagram {
  readonly at: number;
  readonly event: "sent" | "lost" | "came";
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
  readonly #options: SimNetOptions &
    Required<Pick<SimNetOptions, "loss" | "duplication" | "minDelayMs" | "maxDelayMs">>;
  readonly #receivers = new Map<string, (text: string, flow: Flow) => void>();
  readonly #underWay = new Map<string, Datagram>();
  /** In the order in which it happened. */
  readonly steps: Step[] = [];
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
    const to = `${flow.remoteAddress}:${flow.remotePort}`;
    if (!this.#receivers.has(to)) this.#options.onStranger?.(flow.remoteAddress, flow.remotePort);
    this.#receivers.get(to)?.(text, {
      ...flow,
      localAddress: flow.remoteAddress,
      localPort: flow.remotePort,
      remoteAddress: flow.localAddress,
      remotePort: flow.localPort,
    });
  }

  /** What has happened, one line each, for the message of a test that fails. */
  ladder(): string {
    return this.steps.map((step) => this.#print(step)).join("\n");
  }

  #carry(text: string, flow: Flow): void {
    const { clock, minDelayMs, maxDelayMs } = this.#options;
    const id = String(++this.#sent);
    this.#underWay.set(id, { text, flow });
    clock.startTimer(minDelayMs + Math.floor(this.random() * (maxDelayMs - minDelayMs)), this, id);
  }

  #note(event: Step["event"], text: string, flow: Flow): void {
    const step: Step = { at: this.#options.clock.now(), event, text, flow };
    this.steps.push(step);
    if (event === "sent") this.#options.watch?.(step);
  }

  #print({ at, event, text, flow }: Step): string {
    const after = String(at - this.#start).padStart(6);
    const cseq = /^CSeq:\s*(.*)$/im.exec(text)?.[1] ?? "";
    const ends = `${flow.localAddress}:${flow.localPort} -> ${flow.remoteAddress}:${flow.remotePort}`;
    return `${after} ms ${event} ${ends}  ${text.split("\r\n", 1)[0]}  [${cseq}]`;
  }
}
