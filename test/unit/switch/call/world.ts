/** The whole switch on virtual time: the real stack and the real switch over a simulated network, with a scripted script. */
import { silentLog } from "../../../../runtime/base/log.ts";
import type { Route } from "../../../../runtime/contract/route.ts";
import type { Store } from "../../../../runtime/port/store.ts";
import { Authenticator } from "../../../../runtime/sip/auth/verify.ts";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";
import { SipStack } from "../../../../runtime/sip/stack.ts";
import type { AudioServices } from "../../../../runtime/switch/audio/audio-services.ts";
import { LiveCalls } from "../../../../runtime/switch/call-control.ts";
import { LocalDirectory } from "../../../../runtime/switch/directory.ts";
import { Domains } from "../../../../runtime/switch/domains.ts";
import { AdmissionControl, type CallLimits } from "../../../../runtime/switch/guard/admission.ts";
import { IdentityCheck } from "../../../../runtime/switch/identity.ts";
import { Registrar } from "../../../../runtime/switch/registrar/registrar.ts";
import { Routes } from "../../../../runtime/switch/routes/routes.ts";
import { Switch } from "../../../../runtime/switch/switch.ts";
import { Users } from "../../../../runtime/switch/users/users.ts";
import { FakeClock } from "../../../helpers/fake-clock.ts";
import { SimNet, type SimNetOptions } from "../../../helpers/sim-net.ts";
import { requestText, type SipText } from "../../../helpers/sip-text.ts";
import { type InviteParts, Phone, Side } from "./phone.ts";
import { type Handlers, RecordingObserver, ScriptedScripts } from "./scripted.ts";
import { SIP_PORT, SimTransport, SWITCH_ADDRESS } from "./sim-transport.ts";

export const DOMAIN = "example.com";
const REALM = "strowger";
const PASS_MS = 50;
const USERS = ["alice", "bob", "dave"];

export interface WorldOptions extends Partial<Omit<SimNetOptions, "clock">> {
  readonly script?: Handlers;
  readonly route?: Partial<Route>;
  readonly limits?: CallLimits;
  /** Server transactions at once. */
  readonly mostTransactions?: number;
  /** What is heard and recorded, on the clock of the world. */
  readonly audio?: (clock: FakeClock) => AudioServices;
}

export class World {
  readonly clock = new FakeClock();
  readonly net: SimNet;
  readonly scripts: ScriptedScripts;
  readonly observer = new RecordingObserver();
  readonly sw = new Switch();
  readonly stack: SipStack;
  readonly transport: SimTransport;
  readonly registrar: Registrar;
  readonly calls = new LiveCalls(this.sw);
  #phones = 0;
  readonly #start = this.clock.now();

  constructor(options: WorldOptions = {}) {
    const {
      script = {},
      route = {},
      limits = { max: 1000, perSecond: 1000 },
      mostTransactions,
      audio,
      ...net
    } = options;
    const { clock, sw } = this;
    this.net = new SimNet({ seed: 1, ...net, clock });
    this.scripts = new ScriptedScripts(script, clock);
    let transport: SimTransport | undefined;
    this.stack = new SipStack({
      clock,
      user: sw,
      ...(mostTransactions === undefined ? {} : { mostTransactions }),
      resolver: { srv: async () => [], a: async () => [], aaaa: async () => [] },
      connect: (user) => {
        transport = new SimTransport(this.net, clock, user);
        return transport;
      },
    });
    if (transport === undefined) throw new Error("the stack has made no transport");
    this.transport = transport;
    this.registrar = new Registrar({ store: noBindings, clock, log: silentLog });
    this.#connect(route, limits, audio?.(clock));
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
    const text = requestText({
      method: "REGISTER",
      uri: `sip:${DOMAIN}`,
      fields: [
        ["Via", phone.via(phone.branch())],
        ["From", `<sip:${user}@${DOMAIN}>;tag=r`],
        ["To", `<sip:${user}@${DOMAIN}>`],
        ["Call-ID", `register-${phone.address}`],
        ["CSeq", "1 REGISTER"],
        ["Contact", `${phone.contact};q=${q}`],
        ["Expires", "3600"],
      ],
    });
    const outcome = parseMessage(text, "datagram");
    if (outcome.type !== "message" || outcome.message.type !== "request") throw new Error("not a REGISTER");
    const flow = {
      ...phone.flow,
      localAddress: SWITCH_ADDRESS,
      localPort: SIP_PORT,
      remoteAddress: phone.address,
      remotePort: SIP_PORT,
    };
    void this.registrar.register(outcome.message, { domain: DOMAIN, user }, flow);
    return phone;
  }

  /** Lets everything run down, and returns what is still there afterwards. */
  leftovers(ms = 10 * 60_000): { calls: number; client: number; server: number; timers: number } {
    for (const user of USERS) void this.registrar.remove(DOMAIN, user);
    this.run(ms);
    const { client, server } = this.stack.transactions.size;
    return { calls: this.sw.index.size, client, server, timers: this.clock.pending };
  }

  #connect(route: Partial<Route>, limits: CallLimits, audio: AudioServices | undefined): void {
    const { clock, sw, stack, scripts, observer, registrar, transport } = this;
    const domains = new Domains([DOMAIN], (host, port) => transport.isOurs(host, port));
    const configured = USERS.map((name, index) => ({
      name,
      password: "secret",
      extension: String(100 + index),
      displayName: null,
    }));
    const users = new Users({ store: noUsers, domain: DOMAIN, realm: REALM, configured, isRegistered: () => true }, []);
    const routes = new Routes(
      {
        store: noRoutes,
        log: silentLog,
        domain: DOMAIN,
        configured: [{ name: "all", script: "main", ...route }],
        scriptWithoutRoutes: () => undefined,
      },
      [],
    );
    const authenticator = new Authenticator({ clock, realm: REALM, key: "0123456789abcdef" });
    sw.connect({
      clock,
      log: silentLog,
      stack,
      scripts,
      observer,
      directory: new LocalDirectory(users, registrar, domains),
      domains,
      identity: new IdentityCheck(authenticator, domains, (domain, user) => users.byName(domain, user)),
      registrar,
      routes,
      ...(audio === undefined ? {} : { audio }),
      admission: new AdmissionControl(limits, clock),
    });
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

const noBindings: Store["bindings"] = { all: async () => [], replace: async () => {} };
const noUsers: Store["users"] = { all: async () => [], put: async () => {}, remove: async () => false };
const noRoutes: Store["routes"] = { all: async () => [], put: async () => {}, remove: async () => false };
