/** The whole switch on virtual time: the real stack and the real switch over a simulated network, with a scripted script. */
import type { Route } from "../../../../runtime/contract/route.ts";
import { type InviteParts, Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import { SimNet, type SimNetOptions } from "../../../../runtime/simulator/network/sim-net.ts";
import type { SimTransport } from "../../../../runtime/simulator/network/sim-transport.ts";
import type { SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { SimSwitch, type SimSwitchParts } from "../../../../runtime/simulator/switch.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import type { SessionTerms } from "../../../../runtime/sip/dialog/session-timer.ts";
import type { SipStack } from "../../../../runtime/sip/stack.ts";
import type { Resolver } from "../../../../runtime/sip/transport/locate.ts";
import type { AudioServices } from "../../../../runtime/switch/audio/audio-services.ts";
import { LiveCalls } from "../../../../runtime/switch/call-control.ts";
import type { CallLimits } from "../../../../runtime/switch/guard/admission.ts";
import type { LivenessTerms } from "../../../../runtime/switch/liveness/liveness.ts";
import { ScriptBounds } from "../../../../runtime/switch/originate/script-bounds.ts";
import type { Policing } from "../../../../runtime/switch/policy/policing.ts";
import type { Registrar } from "../../../../runtime/switch/registrar/registrar.ts";
import type { Switch } from "../../../../runtime/switch/switch.ts";
import type { GatewayOrder } from "../../../../runtime/switch/trunks/gateway-order.ts";
import type { TrunkServices } from "../../../../runtime/switch/trunks/trunk-services.ts";
import type { ConfiguredTrunk } from "../../../../runtime/switch/trunks/trunks.ts";
import { type Handlers, RecordingObserver, ScriptedScripts } from "./scripted.ts";

export const DOMAIN = "example.com";
const PASS_MS = 50;
/** Calls that a script may begin. */
export const MOST_ORIGINATED = { max: 20, perMinute: 30 };
const USERS = ["alice", "bob", "dave"];

export interface WorldOptions extends Partial<Omit<SimNetOptions, "clock">> {
  readonly script?: Handlers;
  readonly route?: Partial<Route>;
  readonly limits?: CallLimits;
  readonly sessionTerms?: SessionTerms;
  readonly liveness?: LivenessTerms;
  /** Server transactions at once. */
  readonly mostTransactions?: number;
  /** What is heard and recorded, on the clock of the world. */
  readonly audio?: (clock: VirtualClock) => AudioServices;
  readonly trunks?: readonly ConfiguredTrunk[];
  readonly gateways?: GatewayOrder;
  readonly emergency?: readonly string[];
  readonly resolver?: Resolver;
  readonly policing?: (clock: VirtualClock, sw: Switch) => Policing;
  /** Where calls are written down. */
  readonly journal?: (clock: VirtualClock) => NonNullable<SimSwitchParts["journal"]>;
}

export class World {
  readonly clock = new VirtualClock();
  readonly net: SimNet;
  readonly scripts: ScriptedScripts;
  readonly observer = new RecordingObserver();
  readonly sw: Switch;
  readonly stack: SipStack;
  readonly transport: SimTransport;
  readonly registrar: Registrar;
  readonly calls: LiveCalls;
  readonly trunks: TrunkServices | undefined;
  readonly #switch: SimSwitch;
  #phones = 0;
  readonly #start = this.clock.now();

  constructor(options: WorldOptions = {}) {
    const {
      script = {},
      route = {},
      limits,
      sessionTerms,
      liveness,
      mostTransactions,
      audio,
      policing,
      trunks,
      gateways,
      emergency,
      resolver,
      journal,
      ...net
    } = options;
    const { clock, observer } = this;
    this.net = new SimNet({ seed: 1, ...net, clock });
    this.scripts = new ScriptedScripts(script, clock);
    this.#switch = new SimSwitch({
      clock,
      net: this.net,
      domain: DOMAIN,
      users: USERS.map((name, index) => ({ name, extension: String(100 + index) })),
      routes: [{ name: "all", script: "main", ...route }],
      scripts: this.scripts,
      observer,
      ...(limits === undefined ? {} : { limits }),
      ...(sessionTerms === undefined ? {} : { sessionTerms }),
      ...(liveness === undefined ? {} : { liveness }),
      ...(mostTransactions === undefined ? {} : { mostTransactions }),
      ...(audio === undefined ? {} : { audio: () => audio(clock) }),
      ...(trunks === undefined ? {} : { trunks }),
      ...(gateways === undefined ? {} : { gateways }),
      ...(emergency === undefined ? {} : { emergency }),
      ...(resolver === undefined ? {} : { resolver }),
      ...(journal === undefined ? {} : { journal: journal(clock) }),
      ...(policing === undefined ? {} : { policing: (sw: Switch) => policing(clock, sw) }),
    });
    this.sw = this.#switch.sw;
    this.stack = this.#switch.stack;
    this.transport = this.#switch.transport;
    this.registrar = this.#switch.registrar;
    this.trunks = this.#switch.trunks;
    this.calls = new LiveCalls(this.sw, new ScriptBounds(MOST_ORIGINATED, clock));
  }

  get now(): number {
    return this.clock.now() - this.#start;
  }

  run(ms: number): void {
    this.clock.advance(ms);
  }

  /** Lets time pass, and what was promised in it come true. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= PASS_MS) {
      this.clock.advance(Math.min(left, PASS_MS));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  phone(name: string): Phone {
    return new Phone(this.net, name, `203.0.113.${++this.#phones}`);
  }

  /** A phone that is registered for a user. */
  registered(user: string, q = 1, phone = this.phone(user)): Phone {
    this.#switch.register(user, phone, q);
    return phone;
  }

  /** Proxy-Authorization of a user's INVITE. */
  credentials(user: string, uri: string, body = ""): string {
    return this.#switch.credentials(user, { method: "INVITE", uri, body });
  }

  /** Lets everything run down, and returns what is still there afterwards. */
  leftovers(ms = 10 * 60_000): { calls: number; client: number; server: number; timers: number } {
    for (const user of USERS) void this.registrar.remove(DOMAIN, user);
    this.run(ms);
    const { client, server } = this.stack.transactions.size;
    return { calls: this.sw.index.size, client, server, timers: this.clock.pending };
  }
}

export interface Talk {
  readonly invite: SipText;
  readonly offered: SipText;
  readonly answered: SipText;
  readonly caller: Side;
  readonly callee: Side;
}

/** A call that is up: rung, answered, acknowledged. */
export function connect(world: World, caller: Phone, callee: Phone, parts: InviteParts = {}): Talk {
  const invite = caller.invite(`sip:100@${DOMAIN}`, parts);
  world.run(50);
  const offered = callee.take("INVITE");
  callee.answer(offered, 180);
  world.run(50);
  callee.answer(offered, 200, parts.body === undefined ? {} : { body: "v=0\r\no=callee" });
  world.run(50);
  const answered = caller.take("200 INVITE");
  const side = Side.ofCaller(caller, invite, answered);
  side.ack(invite);
  world.run(50);
  return { invite, offered, answered, caller: side, callee: Side.ofCallee(callee, offered) };
}
