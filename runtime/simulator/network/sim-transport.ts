/** The switch's end of a simulated network: datagrams over `SimNet`, and streams that open, refuse or never come up. */
import type { Clock, TimerOwner } from "../../base/clock.ts";
import { parseMessage } from "../../sip/message/parse.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { ListenAddress } from "../../sip/transport/listen-address.ts";
import type { Destination } from "../../sip/transport/locate.ts";
import { responsePort, stampSource } from "../../sip/transport/response-route.ts";
import type { Transport } from "../../sip/transport/transport.ts";
import type { TransportUser } from "../../sip/transport/transport-layer.ts";
import type { SimNet } from "./sim-net.ts";

export const SWITCH_ADDRESS = "192.0.2.1";
export const SIP_PORT = 5060;
const STREAM_DELAY_MS = 5;

/** How a peer takes a connection. */
export interface StreamPeer {
  readonly takes: "at once" | "late" | "never" | "refused";
  receive(text: string, flow: Flow): void;
}

interface Connection {
  readonly flow: Flow;
  readonly peer: StreamPeer | undefined;
  isOpen: boolean;
  readonly waiting: string[];
}

const CONNECT_MS = { "at once": 10, late: 1500, never: Number.POSITIVE_INFINITY, refused: 10 } as const;

export class SimTransport implements Transport {
  readonly listeners: readonly ListenAddress[] = [
    { transport: "udp", address: SWITCH_ADDRESS, port: SIP_PORT },
    { transport: "tcp", address: SWITCH_ADDRESS, port: SIP_PORT },
  ];
  /** What the switch threw at a message or a failure. */
  readonly errors: unknown[] = [];
  /** Every text that the switch has sent. */
  readonly sent: { readonly at: number; readonly text: string; readonly flow: Flow }[] = [];
  /** Flows that were kept alive, once for each time. */
  readonly keptAlive: Flow[] = [];
  readonly #net: SimNet;
  readonly #clock: Clock;
  readonly #user: TransportUser;
  readonly #peers = new Map<string, StreamPeer>();
  readonly #connections = new Map<number, Connection>();

  constructor(net: SimNet, clock: Clock, user: TransportUser) {
    this.#net = net;
    this.#clock = clock;
    this.#user = user;
    net.attach(SWITCH_ADDRESS, SIP_PORT, (text, flow) => this.receive(text, flow));
  }

  async listen(): Promise<void> {}
  async close(): Promise<void> {}

  acceptStreams(address: string, peer: StreamPeer): void {
    this.#peers.set(`${address}:${SIP_PORT}`, peer);
  }

  send(text: string, flow: Flow): void {
    this.sent.push({ at: this.#clock.now(), text, flow });
    if (flow.transport === "udp") {
      this.#net.send(text, flow);
      return;
    }
    const connection = this.#connections.get(flow.connection);
    if (connection === undefined) this.#later(0, () => this.#fail(flow));
    else if (connection.isOpen) this.#carry(connection, text);
    else connection.waiting.push(text);
  }

  flowTo({ transport, address, port }: Destination): Flow | undefined {
    const ends = { localAddress: SWITCH_ADDRESS, localPort: SIP_PORT, remoteAddress: address, remotePort: port };
    if (transport === "udp") return { transport, ...ends, connection: 0 };
    for (const { flow } of this.#connections.values()) {
      if (flow.remoteAddress === address && flow.remotePort === port) return flow;
    }
    const flow: Flow = { transport, ...ends, connection: this.#connections.size + 1 };
    const peer = this.#peers.get(`${address}:${port}`);
    const connection: Connection = { flow, peer, isOpen: false, waiting: [] };
    this.#connections.set(flow.connection, connection);
    const takes = peer?.takes ?? "refused";
    if (takes !== "never") this.#later(CONNECT_MS[takes], () => this.#connected(connection, takes !== "refused"));
    return flow;
  }

  again(flow: Flow): Flow {
    return flow;
  }

  responseFlow(request: Parameters<Transport["responseFlow"]>[0], flow: Flow): Flow {
    return { ...flow, remotePort: responsePort(request.topVia, flow) };
  }

  sentBy(): string {
    return `${SWITCH_ADDRESS}:${SIP_PORT}`;
  }

  isOurs(host: string, port: number | undefined): boolean {
    return host === SWITCH_ADDRESS && (port ?? SIP_PORT) === SIP_PORT;
  }

  isOpen(flow: Flow): boolean {
    return flow.transport === "udp" || this.#connections.get(flow.connection)?.isOpen === true;
  }

  keepAlive(flow: Flow): void {
    this.keptAlive.push(flow);
  }

  /** A message has come from a peer. What the switch throws costs the message alone, as with real sockets. */
  receive(text: string, flow: Flow): void {
    const outcome = parseMessage(text, "datagram");
    if (outcome.type !== "message") throw new Error(`the network carries what is no message: ${text}`);
    const { message } = outcome;
    try {
      if (message.type === "response") {
        this.#user.onResponse(message, flow);
      } else {
        stampSource(message, flow);
        this.#user.onRequest(message, flow);
      }
    } catch (error) {
      this.errors.push(error);
    }
  }

  #connected(connection: Connection, isOpen: boolean): void {
    if (!isOpen) {
      this.#connections.delete(connection.flow.connection);
      this.#fail(connection.flow);
      return;
    }
    connection.isOpen = true;
    for (const text of connection.waiting.splice(0)) this.#carry(connection, text);
  }

  #carry({ peer, flow }: Connection, text: string): void {
    this.#later(STREAM_DELAY_MS, () => peer?.receive(text, flow));
  }

  #fail(flow: Flow): void {
    this.#user.onFlowFailed(flow, { code: "refused", message: "Nobody listens there." });
  }

  #later(ms: number, work: () => void): void {
    const owner: TimerOwner = { expire: work };
    this.#clock.startTimer(ms, owner, "stream");
  }
}
