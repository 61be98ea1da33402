/** The whole switch with its subscriptions on virtual time, mailboxes made of numbers, and phones with lamps. */
import type { Log } from "../../../../runtime/base/log.ts";
import { silentLog } from "../../../../runtime/base/log.ts";
import type { MailboxCounts } from "../../../../runtime/port/mailbox.ts";
import type { Store } from "../../../../runtime/port/store.ts";
import { SimNet, type SimNetOptions } from "../../../../runtime/simulator/network/sim-net.ts";
import { SimTransport } from "../../../../runtime/simulator/network/sim-transport.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { Authenticator } from "../../../../runtime/sip/auth/verify.ts";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";
import { ProxyCore } from "../../../../runtime/sip/proxy/proxy.ts";
import { SipStack } from "../../../../runtime/sip/stack.ts";
import type { Flow } from "../../../../runtime/sip/transport/flow.ts";
import { LocalDirectory } from "../../../../runtime/switch/directory.ts";
import { Domains } from "../../../../runtime/switch/domains.ts";
import { AdmissionControl } from "../../../../runtime/switch/guard/admission.ts";
import { IdentityCheck } from "../../../../runtime/switch/identity.ts";
import { MessageLamps } from "../../../../runtime/switch/presence/message-lamps.ts";
import { MESSAGE_SUMMARY, MessageSummary } from "../../../../runtime/switch/presence/message-summary.ts";
import { type SubscriptionLimits, Subscriptions } from "../../../../runtime/switch/presence/subscriptions.ts";
import { Registrar } from "../../../../runtime/switch/registrar/registrar.ts";
import { Routes } from "../../../../runtime/switch/routes/routes.ts";
import { Switch } from "../../../../runtime/switch/switch.ts";
import { Users } from "../../../../runtime/switch/users/users.ts";
import { RecordingObserver, ScriptedScripts } from "../call/scripted.ts";
import { LampPhone, registerText } from "./lamp-phone.ts";

export const DOMAIN = "example.com";
export const VOICEMAIL_NUMBER = "*97";
const REALM = "strowger";
/** Extensions 100, 101, 102; dave has no mailbox. */
const USERS = ["alice", "bob", "dave"];

export interface WorldOptions extends Partial<Omit<SimNetOptions, "clock">> {
  readonly limits?: Partial<SubscriptionLimits>;
  readonly exempt?: readonly string[];
  readonly unsolicited?: boolean;
}

/** A network that a test can change while it runs. */
export class Weather extends SimNet {
  /** How often a datagram is carried; 0 loses it. */
  copies: (text: string, flow: Flow) => number = () => 1;

  override send(text: string, flow: Flow): void {
    for (let copy = this.copies(text, flow); copy > 0; copy--) super.send(text, flow);
  }
}

/** Mailboxes as far as lamps are concerned. */
export class Boxes {
  readonly #counts = new Map<string, MailboxCounts>();
  onChange: (mailbox: string) => void = () => {};
  isBroken = false;

  has(_domain: string, mailbox: string): boolean {
    return this.#counts.has(mailbox);
  }

  counts(_domain: string, mailbox: string): MailboxCounts {
    if (this.isBroken) throw new Error("as the test asks");
    return this.#counts.get(mailbox) ?? { new: 0, saved: 0 };
  }

  /** The number of messages is another now. */
  hold(mailbox: string, fresh: number, saved = 0): void {
    this.#counts.set(mailbox, { new: fresh, saved });
    this.onChange(mailbox);
  }

  remove(mailbox: string): void {
    this.#counts.delete(mailbox);
    this.onChange(mailbox);
  }
}

export class World {
  readonly clock = new VirtualClock();
  readonly net: Weather;
  readonly sw = new Switch();
  readonly observer = new RecordingObserver();
  readonly stack: SipStack;
  readonly transport: SimTransport;
  readonly registrar: Registrar;
  readonly boxes = new Boxes();
  readonly errors: string[] = [];
  readonly subscriptions: Subscriptions;
  readonly lamps: MessageLamps;
  #phones = 0;

  constructor(options: WorldOptions = {}) {
    const { limits = {}, exempt = [], unsolicited = false, ...net } = options;
    const { clock, sw, boxes } = this;
    this.net = new Weather({ seed: 1, ...net, clock });
    let transport: SimTransport | undefined;
    this.stack = new SipStack({
      clock,
      user: sw,
      resolver: { naptr: async () => [], srv: async () => [], a: async () => [], aaaa: async () => [] },
      connect: (user) => {
        transport = new SimTransport(this.net, clock, user);
        return transport;
      },
    });
    if (transport === undefined) throw new Error("the stack has made no transport");
    this.transport = transport;
    for (const user of ["alice", "bob"]) boxes.hold(user, 0);
    this.registrar = new Registrar({
      store: noBindings,
      clock,
      log: silentLog,
      onChange: (change) => this.lamps.bindingChanged(change),
    });
    const log: Log = { ...silentLog, error: (text) => this.errors.push(text) };
    const domains = new Domains([DOMAIN], (host, port) => this.transport.isOurs(host, port));
    const users = this.#users();
    const directory = new LocalDirectory(users, this.registrar, domains);
    const summary = new MessageSummary({
      mailboxes: boxes,
      directory,
      isVoicemailNumber: (_, number) => number === VOICEMAIL_NUMBER,
    });
    const { stack } = this;
    const isExempt = (address: string) => exempt.includes(address);
    const subscriptions = new Subscriptions({ clock, stack, log, packages: [summary], limits, isExempt });
    this.subscriptions = subscriptions;
    this.lamps = new MessageLamps({
      clock,
      stack,
      log,
      mailboxes: boxes,
      directory,
      subscriptions,
      summary,
      unsolicited,
    });
    boxes.onChange = (mailbox) => this.lamps.mailboxChanged(DOMAIN, mailbox);
    const authenticator = new Authenticator({ clock, realm: REALM, key: "0123456789abcdef" });
    sw.connect({
      clock,
      log,
      stack,
      scripts: new ScriptedScripts({}, clock),
      observer: this.observer,
      directory,
      domains,
      identity: new IdentityCheck(authenticator, domains, (domain, user) => users.byName(domain, user)),
      registrar: this.registrar,
      routes: noRoutes,
      admission: new AdmissionControl({ max: 1000, perSecond: 1000 }, clock),
      proxy: new ProxyCore({ stack: this.stack, clock, log: silentLog, key: "0123456789abcdef" }),
      subscriptions,
    });
  }

  run(ms: number): void {
    this.clock.advance(ms);
  }

  /** @param address where it is, by default an address of its own */
  phone(user = "alice", address = `203.0.113.${++this.#phones}`): LampPhone {
    return new LampPhone(this, user, address);
  }

  /** Registers a phone: anew, or again within the same Call-ID. */
  register(
    phone: LampPhone,
    parts: { readonly callId?: string; readonly cseq?: number; readonly expires?: number } = {},
  ) {
    const outcome = parseMessage(registerText(phone, parts), "datagram");
    if (outcome.type !== "message" || outcome.message.type !== "request") throw new Error("not a REGISTER");
    const { localAddress, localPort, remoteAddress, remotePort } = phone.flow;
    const flow: Flow = {
      ...phone.flow,
      localAddress: remoteAddress,
      localPort: remotePort,
      remoteAddress: localAddress,
      remotePort: localPort,
    };
    void this.registrar.register(outcome.message, { domain: DOMAIN, user: phone.name }, flow);
  }

  get live(): number {
    return this.subscriptions.size;
  }

  hasSubscription(user = "alice"): boolean {
    return this.subscriptions.hasSubscriber(MESSAGE_SUMMARY, { domain: DOMAIN, name: user });
  }

  /** Lets everything run down, and returns what is still there afterwards. */
  leftovers(ms = 2 * 3600_000) {
    for (const user of USERS) void this.registrar.remove(DOMAIN, user);
    this.run(ms);
    const { client, server } = this.stack.transactions.size;
    return { live: this.live, client, server, timers: this.clock.pending, thrown: this.transport.errors };
  }

  #users(): Users {
    const configured = USERS.map((name, index) => ({
      name,
      password: `pw-${name}`,
      extension: String(100 + index),
      displayName: null,
    }));
    return new Users({ store: noUsers, domain: DOMAIN, realm: REALM, configured, isRegistered: () => true }, []);
  }
}

export const NOTHING_LEFT = { live: 0, client: 0, server: 0, timers: 0, thrown: [] };

const noBindings: Store["bindings"] = { all: async () => [], replace: async () => {} };
const noUsers: Store["users"] = { all: async () => [], put: async () => {}, remove: async () => false };
const noRoutes = new Routes(
  {
    store: { all: async () => [], put: async () => {}, remove: async () => false },
    log: silentLog,
    domain: DOMAIN,
    configured: [],
    scriptWithoutRoutes: () => undefined,
  },
  [],
);
