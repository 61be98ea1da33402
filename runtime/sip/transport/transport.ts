/** What the stack needs of the network: real sockets (`transport-layer.ts`), or a simulated one. */
import type { SipRequest } from "../message/message.ts";
import type { Flow } from "./flow.ts";
import type { ListenAddress } from "./listen-address.ts";
import type { Destination } from "./locate.ts";

export interface Transport {
  /** With real ports where 0 was asked for. */
  readonly listeners: readonly ListenAddress[];
  /** Opens all of these or none; throws `ConfigError` for the first that cannot be opened. */
  listen(addresses: readonly ListenAddress[]): Promise<void>;
  /** What cannot be sent is told by the user's `onFlowFailed`, never before this returns. */
  send(text: string, flow: Flow): void;
  /** A flow to a numeric destination; `undefined`: no listener of that transport and address family. */
  flowTo(destination: Destination): Flow | undefined;
  /** A flow that can be used: another one to the same destination where it was a connection of ours that is lost. */
  again(flow: Flow): Flow;
  /** Where the response to a request goes (RFC 3261 §18.2.2, RFC 3581). */
  responseFlow(request: SipRequest, flow: Flow): Flow;
  /** `host:port` for Via and Contact of what leaves over this flow. */
  sentBy(flow: Flow): string;
  /** Whether host and port are an address of ours. */
  isOurs(host: string, port: number | undefined): boolean;
  isOpen(flow: Flow): boolean;
  /** Sends what keeps a flow alive on its way through NATs (RFC 5626 §3.5): an empty message, which nobody answers over UDP. */
  keepAlive(flow: Flow): void;
  close(): Promise<void>;
}
