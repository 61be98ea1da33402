/**
 * The real switch and the real SIP stack, put together on a simulated network and virtual time, with nothing of the
 * outside: who observes, what scripts are and what is heard comes from whoever makes it.
 */
import { type Log, silentLog } from "../base/log.ts";
import type { Route } from "../contract/route.ts";
import type { CallJournal } from "../port/call-journal.ts";
import type { SwitchObserver } from "../port/observer.ts";
import type { Scripts } from "../port/script.ts";
import type { Store } from "../port/store.ts";
import type { TextSender } from "../port/text-message.ts";
import { DigestClient } from "../sip/auth/answer.ts";
import { Authenticator } from "../sip/auth/verify.ts";
import type { SessionTerms } from "../sip/dialog/session-timer.ts";
import { parseMessage } from "../sip/message/parse.ts";
import { Mint } from "../sip/mint.ts";
import { ProxyCore } from "../sip/proxy/proxy.ts";
import { SipStack } from "../sip/stack.ts";
import type { Resolver } from "../sip/transport/locate.ts";
import type { Transport } from "../sip/transport/transport.ts";
import type { AudioServices } from "../switch/audio/audio-services.ts";
import { LocalDirectory } from "../switch/directory.ts";
import { Domains } from "../switch/domains.ts";
import { EmergencyNumbers } from "../switch/emergency.ts";
import { AdmissionControl, type CallLimits } from "../switch/guard/admission.ts";
import { IdentityCheck } from "../switch/identity.ts";
import { Liveness, type LivenessTerms } from "../switch/liveness/liveness.ts";
import type { Policing } from "../switch/policy/policing.ts";
import { Registrar } from "../switch/registrar/registrar.ts";
import { Routes } from "../switch/routes/routes.ts";
import { Switch } from "../switch/switch.ts";
import type { GatewayOrder } from "../switch/trunks/gateway-order.ts";
import { LiveTrunkDirectory } from "../switch/trunks/trunk-directory.ts";
import type { TrunkServices } from "../switch/trunks/trunk-services.ts";
import type { ConfiguredTrunk } from "../switch/trunks/trunks.ts";
import { Users } from "../switch/users/users.ts";
import type { Phone } from "./network/phone.ts";
import type { SimNet } from "./network/sim-net.ts";
import { SIP_PORT, SimTransport, SWITCH_ADDRESS } from "./network/sim-transport.ts";
import { requestText } from "./network/sip-text.ts";
import { answererOf, simTrunks } from "./sim-trunks.ts";
import type { VirtualClock } from "./virtual-clock.ts";

const REALM = "strowger";
const PASSWORD = "secret";
const PROXY_KEY = "0123456789abcdef";
const MANY: CallLimits = { max: 1000, perSecond: 1000 };
const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

export interface SimUser {
  readonly name: string;
  readonly extension: string | null;
  readonly displayName?: string | null;
}

export interface SimSwitchParts {
  readonly clock: VirtualClock;
  readonly net: SimNet;
  readonly domain: string;
  readonly users: readonly SimUser[];
  readonly routes: readonly Route[];
  readonly scripts: Scripts;
  readonly observer: SwitchObserver;
  /** What is heard and recorded; absent: no sound ends here. */
  readonly audio?: (directory: LocalDirectory) => AudioServices;
  readonly log?: Log;
  readonly limits?: CallLimits;
  /** Where calls are written down, and what stands between the switch and the network for that. @default nowhere */
  readonly journal?: { readonly log: CallJournal; readonly ofWire: (transport: Transport) => Transport };
  /** How long calls last without a sign of life. */
  readonly sessionTerms?: SessionTerms;
  /** How phones are found to be gone. */
  readonly liveness?: LivenessTerms;
  /** Server transactions at once. */
  readonly mostTransactions?: number;
  /** Who sends text messages. @default nobody does */
  readonly texts?: TextSender;
  /** DNS. @default knows nobody */
  readonly resolver?: Resolver;
  /** What scripts may do, over the calls of this switch. @default whatever they like */
  readonly policing?: (sw: Switch) => Policing;
  /** @default none: nothing leaves by a trunk, and nobody calls by one */
  readonly trunks?: readonly ConfiguredTrunk[];
  /** Which gateways of a trunk are tried. @default by priority, whatever has become of them */
  readonly gateways?: GatewayOrder | ((stack: SipStack) => GatewayOrder);
  /** Numbers that nothing may stop. @default none */
  readonly emergency?: readonly string[];
  /** From 0 up to 1: what tags, Call-IDs and the names of calls are made of. @default the system's randomness */
  readonly random?: () => number;
}

export class SimSwitch {
  readonly sw = new Switch();
  readonly stack: SipStack;
  readonly transport: SimTransport;
  readonly registrar: Registrar;
  readonly users: Users;
  readonly directory: LocalDirectory;
  readonly trunks: TrunkServices | undefined;
  readonly #domain: string;
  readonly #authenticator: Authenticator;

  constructor(parts: SimSwitchParts) {
    const { clock, net, domain, scripts, observer, log = silentLog, limits = MANY, random } = parts;
    const { sw } = this;
    this.#domain = domain;
    let transport: SimTransport | undefined;
    this.stack = new SipStack({
      clock,
      user: sw,
      ...(parts.mostTransactions === undefined ? {} : { mostTransactions: parts.mostTransactions }),
      ...(random === undefined
        ? {}
        : {
            mint: new Mint(
              () => clock.now(),
              0,
              (length) => textOf(random, length),
            ),
          }),
      resolver: parts.resolver ?? nobody,
      findAnswerer: answererOf(() => this.trunks),
      connect: (user) => {
        transport = new SimTransport(net, clock, user);
        return parts.journal?.ofWire(transport) ?? transport;
      },
    });
    if (transport === undefined) throw new Error("the stack has made no transport");
    this.transport = transport;
    this.registrar = new Registrar({ store: noBindings, clock, log });
    const domains = new Domains([domain], (host, port) => this.transport.isOurs(host, port));
    const users = usersOf(parts, this.registrar);
    this.users = users;
    this.directory = new LocalDirectory(users, this.registrar, domains);
    this.#authenticator = new Authenticator({ clock, realm: REALM, key: "0123456789abcdef", algorithms: ["MD5"] });
    this.trunks =
      parts.trunks === undefined ? undefined : trunksOf({ ...parts, trunks: parts.trunks, log }, sw, this.stack);
    if (this.trunks !== undefined) this.directory.trunks = new LiveTrunkDirectory(this.trunks);
    sw.connect({
      clock,
      log,
      stack: this.stack,
      scripts,
      observer,
      directory: this.directory,
      domains,
      identity: new IdentityCheck(this.#authenticator, domains, (of, user) => users.byName(of, user)),
      registrar: this.registrar,
      routes: routesOf(parts, log),
      ...(parts.audio === undefined ? {} : { audio: parts.audio(this.directory) }),
      ...(this.trunks === undefined ? {} : { trunks: this.trunks }),
      ...(parts.journal === undefined ? {} : { journal: parts.journal.log }),
      emergency: new EmergencyNumbers(parts.emergency ?? []),
      ...(parts.texts === undefined ? {} : { texts: parts.texts }),
      ...(parts.policing === undefined ? {} : { policing: parts.policing(sw) }),
      ...(parts.sessionTerms === undefined ? {} : { sessionTerms: parts.sessionTerms }),
      ...(parts.liveness === undefined ? {} : { liveness: new Liveness(parts.liveness, clock) }),
      admission: new AdmissionControl(limits, clock),
      proxy: new ProxyCore({ stack: this.stack, clock, log, key: PROXY_KEY }),
    });
  }

  /** Binds a phone to a user, as a REGISTER with the right password would. */
  register(user: string, phone: Phone, q = 1): void {
    const text = requestText({
      method: "REGISTER",
      uri: `sip:${this.#domain}`,
      fields: [
        ["Via", phone.via(phone.branch())],
        ["From", `<sip:${user}@${this.#domain}>;tag=r`],
        ["To", `<sip:${user}@${this.#domain}>`],
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
    void this.registrar.register(outcome.message, { domain: this.#domain, user }, flow);
  }

  /** The value of Proxy-Authorization with which a user may send this request. */
  credentials(user: string, request: { method: string; uri: string; body: string }): string {
    const client = new DigestClient({ username: user, password: PASSWORD, cnonce: () => "0123456789" });
    return client.answer(this.#authenticator.challenge(), request) ?? "";
  }
}

function trunksOf(
  { clock, log, domain, trunks, gateways }: SimSwitchParts & { trunks: readonly ConfiguredTrunk[]; log: Log },
  sw: Switch,
  stack: SipStack,
): TrunkServices {
  const order = typeof gateways === "function" ? gateways(stack) : gateways;
  return simTrunks({ clock, log, domain, sw, declared: trunks, ...(order === undefined ? {} : { gateways: order }) });
}

function usersOf({ domain, users }: SimSwitchParts, registrar: Registrar): Users {
  return new Users(
    {
      store: noUsers,
      domain,
      realm: REALM,
      configured: users.map(({ displayName = null, ...user }) => ({ ...user, displayName, password: PASSWORD })),
      isRegistered: (of, user) => registrar.lookup(of, user).length > 0,
    },
    [],
  );
}

function routesOf({ domain, routes }: SimSwitchParts, log: Log): Routes {
  return new Routes({ store: noRoutes, log, domain, configured: routes, scriptWithoutRoutes: () => undefined }, []);
}

function textOf(random: () => number, length: number): string {
  let text = "";
  for (let index = 0; index < length; index++) text += LETTERS[Math.floor(random() * LETTERS.length)];
  return text;
}

const nobody: Resolver = { naptr: async () => [], srv: async () => [], a: async () => [], aaaa: async () => [] };
const noBindings: Store["bindings"] = { all: async () => [], replace: async () => {} };
const noUsers: Store["users"] = { all: async () => [], put: async () => {}, remove: async () => false };
const noRoutes: Store["routes"] = { all: async () => [], put: async () => {}, remove: async () => false };
