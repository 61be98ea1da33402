/** The switch with its subscriptions on a real socket, and mailboxes made of numbers that a test can change. */
import { silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import type { MailboxCounts } from "../../../runtime/port/mailbox.ts";
import { Authenticator } from "../../../runtime/sip/auth/verify.ts";
import { ProxyCore } from "../../../runtime/sip/proxy/proxy.ts";
import { SipStack } from "../../../runtime/sip/stack.ts";
import { createTransportCounters } from "../../../runtime/sip/transport/counters.ts";
import { TransportLayer } from "../../../runtime/sip/transport/transport-layer.ts";
import { LocalDirectory } from "../../../runtime/switch/directory.ts";
import { Domains } from "../../../runtime/switch/domains.ts";
import { AdmissionControl } from "../../../runtime/switch/guard/admission.ts";
import { IdentityCheck } from "../../../runtime/switch/identity.ts";
import { MessageLamps } from "../../../runtime/switch/presence/message-lamps.ts";
import { MessageSummary } from "../../../runtime/switch/presence/message-summary.ts";
import { Subscriptions } from "../../../runtime/switch/presence/subscriptions.ts";
import { Registrar } from "../../../runtime/switch/registrar/registrar.ts";
import { createRoutes } from "../../../runtime/switch/routes/routes.ts";
import { Switch } from "../../../runtime/switch/switch.ts";
import { createUsers } from "../../../runtime/switch/users/users.ts";
import { freePort } from "../../helpers/free-port.ts";
import { testUsers } from "../../helpers/switch-config.ts";
import { RecordingObserver, ScriptedScripts } from "../../unit/switch/call/scripted.ts";

const DOMAIN = "example.test";
/** In place of seconds. */
const PAUSE_MS = 200;

export interface SwitchWithLamps {
  readonly sipPort: number;
  readonly subscriptions: Subscriptions;
  /** The box of a user holds so many messages from now on. */
  hold(user: string, counts: MailboxCounts): void;
  stop(): Promise<void>;
}

export async function startSwitchWithLamps(): Promise<SwitchWithLamps> {
  const clock = new TimerWheel();
  const log = silentLog;
  const sw = new Switch();
  const stack = new SipStack({
    clock,
    user: sw,
    resolver: { naptr: async () => [], srv: async () => [], a: async () => [], aaaa: async () => [] },
    connect: (user) => new TransportLayer({ clock, log, user, counters: createTransportCounters() }),
  });
  const counts = new Map<string, MailboxCounts>(Object.keys(testUsers).map((user) => [user, { new: 0, saved: 0 }]));
  const mailboxes = {
    has: (_: string, mailbox: string) => counts.has(mailbox),
    counts: (_: string, mailbox: string) => counts.get(mailbox) ?? { new: 0, saved: 0 },
  };
  const domains = new Domains([DOMAIN], (host, port) => stack.transport.isOurs(host, port));
  const bindings = { all: async () => [], replace: async () => {} };
  const registrar = new Registrar({ store: bindings, clock, log, onChange: (change) => lamps.bindingChanged(change) });
  const empty = { all: async () => [], put: async () => {}, remove: async () => false };
  const configured = Object.entries(testUsers).map(([name, { password, extension = null }]) => {
    return { name, password, extension, displayName: null };
  });
  const users = await createUsers({
    store: empty,
    domain: DOMAIN,
    realm: DOMAIN,
    configured,
    isRegistered: () => true,
  });
  const directory = new LocalDirectory(users, registrar, domains);
  const summary = new MessageSummary({ mailboxes, directory, pauseMs: PAUSE_MS });
  const subscriptions = new Subscriptions({ clock, stack, log, packages: [summary] });
  const lamps = new MessageLamps({
    clock,
    stack,
    log,
    mailboxes,
    directory,
    subscriptions,
    summary,
    settleMs: PAUSE_MS,
  });
  const authenticator = new Authenticator({ clock, realm: DOMAIN, key: "0123456789abcdef", algorithms: ["MD5"] });
  sw.connect({
    clock,
    log,
    stack,
    scripts: new ScriptedScripts({}, clock),
    observer: new RecordingObserver(),
    directory,
    domains,
    identity: new IdentityCheck(authenticator, domains, (domain, user) => users.byName(domain, user)),
    registrar,
    routes: await createRoutes({
      store: empty,
      log,
      domain: DOMAIN,
      configured: [],
      scriptWithoutRoutes: () => undefined,
    }),
    admission: new AdmissionControl({ max: 10, perSecond: 10 }, clock),
    proxy: new ProxyCore({ stack, clock, log: silentLog, key: "0123456789abcdef" }),
    subscriptions,
  });
  const sipPort = await freePort();
  await stack.listen(["udp", "tcp"].map((transport) => listenOn(transport === "udp" ? "udp" : "tcp", sipPort)));
  return {
    sipPort,
    subscriptions,
    hold(user, next) {
      counts.set(user, next);
      lamps.mailboxChanged(DOMAIN, user);
    },
    async stop() {
      for (const user of counts.keys()) lamps.userRemoved(DOMAIN, user);
      await stack.close();
    },
  };
}

function listenOn(transport: "udp" | "tcp", port: number) {
  return { transport, address: "127.0.0.1", port };
}
