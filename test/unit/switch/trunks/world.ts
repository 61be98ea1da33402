/** Trunks that are watched by the real stack on a simulated network, and carriers made of text. */
import type { Log, LogFields } from "../../../../runtime/base/log.ts";
import { silentLog } from "../../../../runtime/base/log.ts";
import type { TrunkDeclaration } from "../../../../runtime/contract/trunk.ts";
import type { TrunkNews } from "../../../../runtime/port/trunk-news.ts";
import { SimNet, type SimNetOptions } from "../../../../runtime/simulator/network/sim-net.ts";
import { SIP_PORT, SimTransport, type StreamPeer } from "../../../../runtime/simulator/network/sim-transport.ts";
import { answerText, type Field, SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { SipStack } from "../../../../runtime/sip/stack.ts";
import type { Flow } from "../../../../runtime/sip/transport/flow.ts";
import { type Trunk, toTrunk } from "../../../../runtime/switch/trunks/trunk.ts";
import { WatchedTrunks } from "../../../../runtime/switch/trunks/watched-trunks.ts";

const NAMES: Readonly<Record<string, string>> = { "gw.example.net": "198.51.100.1", "gw2.example.net": "198.51.100.2" };

export interface Reply {
  readonly status: number;
  readonly reason?: string;
  readonly fields?: readonly Field[];
}

/** What a carrier does with a request; `undefined`: nothing. */
export type Manner = (request: SipText, carrier: Carrier) => Reply | undefined;

export class Carrier {
  readonly requests: SipText[] = [];
  readonly address: string;
  readonly #net: SimNet;
  manner: Manner;

  constructor(net: SimNet, address: string, manner: Manner) {
    this.#net = net;
    this.address = address;
    this.manner = manner;
    net.attach(address, SIP_PORT, (text, flow) => this.#receive(text, flow));
  }

  /** How often it was asked, counting no request twice. */
  count(method: string): number {
    return new Set(this.requests.filter((one) => one.method === method).map((one) => one.param("Via", "branch"))).size;
  }

  last(method: string): SipText {
    const found = this.requests.findLast((request) => request.method === method);
    if (found === undefined) throw new Error(`${this.address} has got no ${method}`);
    return found;
  }

  #receive(text: string, flow: Flow): void {
    const request = new SipText(text);
    this.requests.push(request);
    const reply = this.manner(request, this);
    if (reply !== undefined) this.#net.send(answerText(request, reply.status, { toTag: "c", ...reply }), flow);
  }
}

/** Takes every registration as it is asked for, and answers OPTIONS. */
export const friendly: Manner = (request) => {
  if (request.method !== "REGISTER") return { status: 200 };
  const expires = request.header("Expires");
  return { status: 200, fields: [["Contact", `${request.header("Contact")};expires=${expires}`]] };
};

export const silent: Manner = () => undefined;

export class World {
  readonly clock = new VirtualClock();
  readonly net: SimNet;
  readonly transport: SimTransport;
  readonly trunks: WatchedTrunks;
  readonly news: TrunkNews[] = [];
  readonly errors: { readonly text: string; readonly fields: LogFields | undefined }[] = [];
  readonly #stack: SipStack;

  constructor(weather: Partial<Omit<SimNetOptions, "clock">> = {}) {
    const { clock } = this;
    const net = new SimNet({ seed: 1, ...weather, clock });
    this.net = net;
    let transport: SimTransport | undefined;
    this.#stack = new SipStack({
      clock,
      user: {
        admit: () => undefined,
        onRequest() {},
        onCancel() {},
        onAck() {},
        onStrayResponse() {},
      },
      resolver: {
        naptr: async () => [],
        srv: async () => [],
        aaaa: async () => [],
        a: async (name) => (NAMES[name] === undefined ? [] : [NAMES[name]]),
      },
      connect: (user) => {
        transport = new SimTransport(net, clock, user);
        return transport;
      },
    });
    if (transport === undefined) throw new Error("the stack has made no transport");
    this.transport = transport;
    const log: Log = { ...silentLog, error: (text, fields) => this.errors.push({ text, fields }) };
    this.trunks = new WatchedTrunks({
      clock,
      stack: this.#stack,
      log,
      random: () => 0,
      witness: { trunkChanged: (news) => this.news.push(news) },
    });
  }

  carrier(manner: Manner = friendly, address = "198.51.100.1"): Carrier {
    return new Carrier(this.net, address, manner);
  }

  /** A carrier behind TCP. */
  stream(manner: Manner, address = "198.51.100.1") {
    const requests: SipText[] = [];
    const peer: StreamPeer = {
      takes: "at once",
      receive: (text, flow) => {
        const request = new SipText(text);
        requests.push(request);
        const reply = manner(request, undefined as never);
        if (reply !== undefined) {
          this.transport.receive(answerText(request, reply.status, { toTag: "c", ...reply }), flow);
        }
      },
    };
    this.transport.acceptStreams(address, peer);
    return requests;
  }

  declare(declaration: TrunkDeclaration, name = "carrier"): Trunk {
    const trunk = toTrunk(name, declaration, { home: "example.com", managed: true });
    this.trunks.declare(trunk);
    return trunk;
  }

  /** Seconds pass. */
  pass(seconds: number): void {
    this.clock.advance(seconds * 1000);
  }

  /** DNS answers. */
  async looksUp(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.pass(0.1);
  }

  /** What was told, in short. */
  get told(): string[] {
    return this.news.map(({ state, gateway }) => (gateway === null ? state : `${state} ${gateway}`));
  }

  /** What is left of it all, half a minute after the end. */
  async leftovers() {
    const stopped = this.trunks.stop();
    this.pass(3);
    await stopped;
    this.pass(40);
    return { client: this.#stack.transactions.size.client, timers: this.clock.pending, thrown: this.transport.errors };
  }
}

export const NOTHING_LEFT = { client: 0, timers: 0, thrown: [] };
