/** The configuration a test gives its switch. JSON is YAML, so the file is written without a YAML library. */
export interface TestUser {
  readonly password: string;
  readonly extension?: string;
}

export interface TestConfig {
  /** @default "example.test" */
  readonly domain?: string;
  /** Listeners beside UDP and TCP on 127.0.0.1. @default none */
  readonly listen?: readonly string[];
  /** `host[:port]` that phones are told. @default none */
  readonly advertise?: string;
  readonly tls?: Readonly<Record<string, unknown>>;
  readonly websocket?: Readonly<Record<string, unknown>>;
  /** Users of the console, and how long they stay signed in. @default the switch's own default */
  readonly console?: Readonly<Record<string, unknown>>;
  /** @default alice (100) and bob (101), password `pw-NAME` */
  readonly users?: Readonly<Record<string, TestUser>>;
  /** @default every call goes to the script `main`, which may call any URI */
  readonly routes?: readonly Readonly<Record<string, unknown>>[];
  /** @default none */
  readonly trunks?: Readonly<Record<string, unknown>>;
  /** @default none */
  readonly emergency?: readonly string[];
  /** What keeps ways through NATs open. @default the switch's own default */
  readonly nat?: Readonly<Record<string, unknown>>;
  /** Whether phones are told to send their requests by way of the switch. @default false */
  readonly serviceRoute?: boolean;
  /** @default 127.0.0.0/8 is exempt from the limits of each source */
  readonly guard?: Readonly<Record<string, unknown>>;
  readonly limits?: Readonly<Record<string, unknown>>;
  /** Versions that are kept, and when the switch goes back by itself. @default the switch's own default */
  readonly deploy?: Readonly<Record<string, unknown>>;
  /** Session timers. @default the switch's own default */
  readonly sip?: Readonly<Record<string, unknown>>;
  /** How phones are found to be gone. @default the switch's own default */
  readonly liveness?: Readonly<Record<string, unknown>>;
  /** What is kept for those who are away. @default the switch's own default */
  readonly messages?: Readonly<Record<string, unknown>>;
  /** Algorithms of the challenges. @default the switch's own default */
  readonly digest?: readonly string[];
  /** Variables of scripts. @default none */
  readonly scripts?: Readonly<Record<string, unknown>>;
  /** Ports of RTP, sounds, codecs. @default the switch's own default */
  readonly media?: Readonly<Record<string, unknown>>;
  /** Whom the switch asks for addresses. @default the switch's own default */
  readonly dns?: Readonly<Record<string, unknown>>;
  /** Whom scripts may fetch from. @default the switch's own default */
  readonly fetch?: Readonly<Record<string, unknown>>;
  /** Where a copy of each SIP message goes. @default nowhere */
  readonly hep?: Readonly<Record<string, unknown>>;
  /** What is recorded of calls. @default the switch's own default */
  readonly journal?: Readonly<Record<string, unknown>> | "off";
  /** What becomes of calls that are up. @default the switch's own default */
  readonly restart?: Readonly<Record<string, unknown>>;
}

export const testUsers: Readonly<Record<string, TestUser>> = {
  alice: { password: "pw-alice", extension: "100" },
  bob: { password: "pw-bob", extension: "101" },
};

export interface Ports {
  readonly sip: number;
  readonly http: number;
}

export function configText(config: TestConfig, ports: Ports): string {
  const { domain = "example.test", users = testUsers, limits, digest, scripts, media, deploy, journal } = config;
  const routes = config.routes ?? [{ name: "all", script: "main", public: true }];
  const plain = ["udp", "tcp"].map((transport) => `${transport}://127.0.0.1:${ports.sip}`);
  const listen = [...plain, ...(config.listen ?? [])];
  const file = {
    domain,
    listen,
    http: { listen: `127.0.0.1:${ports.http}` },
    data: "./data",
    users,
    routes,
    guard: config.guard ?? { exempt: ["127.0.0.0/8"] },
    ...(config.advertise === undefined ? {} : { advertise: config.advertise }),
    ...(config.tls === undefined ? {} : { tls: config.tls }),
    ...(config.websocket === undefined ? {} : { websocket: config.websocket }),
    ...(config.console === undefined ? {} : { console: config.console }),
    ...(config.trunks === undefined ? {} : { trunks: config.trunks }),
    ...(config.emergency === undefined ? {} : { emergency: config.emergency }),
    ...(config.nat === undefined ? {} : { nat: config.nat }),
    ...(config.serviceRoute === undefined ? {} : { serviceRoute: config.serviceRoute }),
    ...(limits === undefined ? {} : { limits }),
    ...(config.sip === undefined ? {} : { sip: config.sip }),
    ...(config.liveness === undefined ? {} : { liveness: config.liveness }),
    ...(config.restart === undefined ? {} : { restart: config.restart }),
    ...(config.messages === undefined ? {} : { messages: config.messages }),
    ...(digest === undefined ? {} : { digest }),
    ...(scripts === undefined ? {} : { scripts }),
    ...(media === undefined ? {} : { media }),
    ...(deploy === undefined ? {} : { deploy }),
    ...(config.dns === undefined ? {} : { dns: config.dns }),
    ...(config.fetch === undefined ? {} : { fetch: config.fetch }),
    ...(config.hep === undefined ? {} : { hep: config.hep }),
    ...(journal === undefined ? {} : { journal }),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}
