/** A network around another one: everything is passed on, but what a subclass does in its own way. */
import type { SipRequest } from "../message/message.ts";
import type { Flow } from "./flow.ts";
import type { ListenAddress } from "./listen-address.ts";
import type { Destination } from "./locate.ts";
import type { Transport } from "./transport.ts";

export abstract class TransportAround implements Transport {
  protected readonly inner: Transport;

  constructor(inner: Transport) {
    this.inner = inner;
  }

  abstract send(text: string, flow: Flow): void;

  get listeners(): readonly ListenAddress[] {
    return this.inner.listeners;
  }

  listen(addresses: readonly ListenAddress[]): Promise<void> {
    return this.inner.listen(addresses);
  }

  flowTo(destination: Destination): Flow | undefined {
    return this.inner.flowTo(destination);
  }

  again(flow: Flow): Flow {
    return this.inner.again(flow);
  }

  responseFlow(request: SipRequest, flow: Flow): Flow {
    return this.inner.responseFlow(request, flow);
  }

  sentBy(flow: Flow): string {
    return this.inner.sentBy(flow);
  }

  isOurs(host: string, port: number | undefined): boolean {
    return this.inner.isOurs(host, port);
  }

  isOpen(flow: Flow): boolean {
    return this.inner.isOpen(flow);
  }

  keepAlive(flow: Flow): void {
    this.inner.keepAlive(flow);
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
