/**
 * Holds back what is sent in a turn until what has happened in it is written down: nobody is to hear of anything that a
 * crash could make us forget. What waits leaves in the order in which it was sent.
 */
import type { SipRequest } from "../message/message.ts";
import type { Flow } from "./flow.ts";
import type { ListenAddress } from "./listen-address.ts";
import type { Destination } from "./locate.ts";
import type { Transport } from "./transport.ts";

export class HeldTransport implements Transport {
  readonly #transport: Transport;
  #isHeld = false;
  #texts: string[] = [];
  #flows: Flow[] = [];

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** From now on what is sent waits. */
  hold(): void {
    this.#isHeld = true;
  }

  /** What has waited leaves. */
  release(): void {
    this.#isHeld = false;
    if (this.#texts.length === 0) return;
    const [texts, flows] = [this.#texts, this.#flows];
    this.#texts = [];
    this.#flows = [];
    for (const [index, flow] of flows.entries()) this.#transport.send(texts[index] ?? "", flow);
  }

  send(text: string, flow: Flow): void {
    if (!this.#isHeld) {
      this.#transport.send(text, flow);
      return;
    }
    this.#texts.push(text);
    this.#flows.push(flow);
  }

  get listeners(): readonly ListenAddress[] {
    return this.#transport.listeners;
  }

  listen(addresses: readonly ListenAddress[]): Promise<void> {
    return this.#transport.listen(addresses);
  }

  flowTo(destination: Destination): Flow | undefined {
    return this.#transport.flowTo(destination);
  }

  again(flow: Flow): Flow {
    return this.#transport.again(flow);
  }

  responseFlow(request: SipRequest, flow: Flow): Flow {
    return this.#transport.responseFlow(request, flow);
  }

  sentBy(flow: Flow): string {
    return this.#transport.sentBy(flow);
  }

  isOurs(host: string, port: number | undefined): boolean {
    return this.#transport.isOurs(host, port);
  }

  isOpen(flow: Flow): boolean {
    return this.#transport.isOpen(flow);
  }

  keepAlive(flow: Flow): void {
    this.#transport.keepAlive(flow);
  }

  /** What still waits leaves before. */
  close(): Promise<void> {
    this.release();
    return this.#transport.close();
  }
}
