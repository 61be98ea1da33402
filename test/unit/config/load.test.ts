// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables in the configuration look like this.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError } from "../../../runtime/base/errors.ts";
import { formatDiagnostics, loadConfig, parseConfig } from "../../../runtime/config/load.ts";

const FILE = "/etc/strowger/strowger.yaml";

function parse(text: string, env: Record<string, string> = {}) {
  const parsed = parseConfig(text, FILE, env);
  if (!parsed.ok) throw new Error(formatDiagnostics(parsed.problem));
  return parsed.value;
}

/** `line:column message` of each problem. */
function problems(text: string, env: Record<string, string> = {}): string[] {
  const parsed = parseConfig(text, FILE, env);
  return parsed.ok ? [] : parsed.problem.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const DEFAULTS = {
  file: FILE,
  domains: [],
  listen: [
    { transport: "udp", address: "0.0.0.0", port: 5060 },
    { transport: "tcp", address: "0.0.0.0", port: 5060 },
  ],
  advertise: null,
  tls: {
    identity: null,
    servers: [],
    clientCertificates: "none",
    ca: null,
    minVersion: "TLSv1.2",
    verify: true,
  },
  websocket: { origins: null },
  http: { listen: { address: "127.0.0.1", port: 8080, tls: false }, tokens: [] },
  console: { enabled: true, idleMs: 3_600_000, longestMs: 43_200_000, users: [] },
  timeZone: "UTC",
  data: "/etc/strowger/data",
  storage: "sqlite",
  media: {
    ports: { first: 16_384, last: 32_767 },
    country: "us",
    workers: null,
    codecs: ["PCMU", "PCMA", "G722", "opus"],
    inbandDigits: false,
    webrtc: { ports: { first: 61_000, last: 65_535 }, address: null, iceServers: [] },
    recordingDays: null,
    language: "en",
    sounds: "/etc/strowger/sounds",
    prompts: null,
    musicOnHold: null,
    speech: { command: null, voice: null },
  },
  voicemail: { smtp: null, transcribe: null, maxMessages: 100, maxSeconds: 180, retentionDays: null },
  presence: { watch: "domain", watchers: [] },
  messages: { store: true, maxPerUser: 100, maxKilobytesPerUser: 256, keepHours: 168 },
  digest: ["MD5"],
  users: [],
  trunks: [],
  routes: [],
  emergency: [],
  scripts: [],
  secretKey: null,
  sip: { sessionExpires: 1800, minSE: 90 },
  liveness: { pingSeconds: 900, silenceSeconds: 300 },
  limits: {
    script: { eventMs: 50, cpuMs: 200, handlerMs: 10_000, memoryMB: 32 },
    calls: { max: 10_000, perSecond: 500 },
    connections: { max: 20_000, perSource: 500 },
    originate: { max: 100, perMinute: 120 },
  },
  deploy: { keepVersions: 100, autoRollback: { withinMs: 600_000, minSample: 20, marginPercent: 5 } },
  audit: { days: 365, rows: 100_000 },
  cdrs: { days: 400, rows: 5_000_000 },
  hep: null,
  tracing: { personal: false, fetch: true },
  journal: { megabytes: 64, hours: 24, callsPerSecond: 100 },
  restart: { keepCallsSeconds: 30 },
  nat: { keepAliveSeconds: 30 },
  edges: [],
  serviceRoute: false,
  guard: {
    exempt: [],
    allow: [],
    deny: [],
    perSource: { perSecond: 100, burst: 300 },
    perUser: { perSecond: 20, burst: 100 },
    ban: { firstMs: 600_000, longestMs: 86_400_000 },
    scanners: expect.arrayContaining(["friendly-scanner", "sipvicious"]),
    budgets: { user: null, users: new Map(), trunks: new Map() },
  },
  fetch: { hosts: null, allowPrivate: [] },
  dns: { servers: null, timeoutMs: 2000 },
};

const UNDECLARED = {
  enabled: true,
  pin: null,
  email: null,
  maxMessages: null,
  maxSeconds: null,
  retentionDays: null,
};

describe("the configuration", () => {
  it.each([
    ["an empty file", ""],
    ["a file of comments", "# nothing yet\n\n"],
    ["keys without values", "users:\nroutes:\nlimits:\n  calls:\nhttp:\n"],
    ["an empty object", "{}"],
  ])("of %s is all defaults", (_, text) => {
    expect(parse(text)).toEqual(DEFAULTS);
  });

  it("may say that the switch never goes back by itself", () => {
    expect(parse("deploy: { autoRollback: false }")).toMatchObject({ deploy: { autoRollback: null } });
    expect(parse("deploy: { autoRollback: true }")).toMatchObject({ deploy: { autoRollback: { minSample: 20 } } });
  });

  it("takes every key", () => {
    const text = `
domain: [Example.COM, example.net]
listen: [udp://127.0.0.1:5070, "tcp://[::1]", TCP://192.0.2.1:0, "tls://[::1]", ws://192.0.2.1, wss://192.0.2.1]
tls: { cert: a.pem, key: /k/a.key, servers: [{ name: "*.Example.com", cert: b.pem, key: b.key }], clientCertificates: require, ca: ca.pem, minVersion: TLSv1.3, verify: false }
websocket: { origins: ["https://Phone.example.com", "http://localhost:3000"] }
advertise: 203.0.113.7:5062
http: { listen: "https://[::1]:9090", tokens: [{ token: "\${TOKEN}", scopes: [admin] }, { token: abcdefgh2, name: ci, scopes: [deploy, "scripts:write"] }] }
console: { enabled: false, idleMinutes: 10, sessionHours: 1, users: { anna@example.com: { role: operator, passwordHash: "$scrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB" } } }
timeZone: Europe/Berlin
data: /var/lib/strowger
storage: sqlite
digest: [SHA-256, MD5]
users:
  alice: { password: "secret", extension: "100", displayName: "Alice Ä" }
  bob: { password: "\${BOB}", voicemail: { pin: "1234", email: b@example.com, maxSeconds: 60 } }
  carol: { password: "secret", voicemail: false }
media: { ports: 20000-20099, country: de, workers: 2, sounds: snd, prompts: /p, language: de-AT, recordingDays: 30, speech: { command: [speak, -v] } }
presence: { watch: self, watchers: [alice] }
messages: { store: false, maxPerUser: 5, maxKilobytesPerUser: 64, keepHours: 24 }
voicemail:
  smtp: { host: mail.example.com, user: pbx, password: "p w", from: pbx@example.com }
  transcribe: { command: [whisper, --quiet], timeoutSeconds: 30 }
  retentionDays: 90
trunks:
  carrier: { uri: "sip:gw.example.net", username: me, password: "\${TOKEN}", register: { expiresSeconds: 600 }, from: [192.0.2.0/24], country: de }
emergency: ["112"]
routes:
  - { name: front, method: INVITE, to: "1XX", source: 192.0.2.0/24, script: front-desk, fallback: [{ type: reject, code: 480 }] }
  - { name: rest, script: default, public: true }
limits: { script: { eventMs: 20, memoryMB: 64 }, calls: { max: 5 }, connections: { max: 100 }, originate: { perMinute: 7 } }
deploy: { keepVersions: 20, autoRollback: { withinMinutes: 2, marginPercent: 1.5 } }
audit: { days: 30 }
cdrs: { days: 0, rows: 1000 }
hep: { to: "udp://homer.example.com", captureId: 7, password: pw }
tracing: { personal: true, fetch: false }
journal: { megabytes: 8 }
restart: { keepCallsSeconds: 120 }
nat: { keepAliveSeconds: 0 }
edges: [192.0.2.128/25]
serviceRoute: true
guard:
  exempt: [127.0.0.0/8, "::1"]
  allow: [198.51.100.7]
  deny: [198.51.100.0/24]
  perSource: { perSecond: 10, burst: 30 }
  perUser: { perSecond: 2, burst: 10 }
  ban: { minutes: 1, maxMinutes: 60 }
  scanners: [Port-Knocker]
  budgets:
    user: { calls: 2, callsPerMinute: 6, callsPerDay: 100, minutesPerDay: 120, countries: [de] }
    users: { alice: { prefixes: ["+4930"], night: { from: "20:00", to: "06:00", calls: 0 } } }
    trunks: { carrier: { minutesPerDay: 6000, denyPrefixes: ["+49900"] } }
fetch: { hosts: ["*.example.com"], allowPrivate: [10.1.0.0/16] }
dns: { servers: ["192.0.2.53"], timeoutSeconds: 1 }
scripts: { front-desk: { env: { RING: "20" } } }
secretKey: ${"ab".repeat(32)}
sip: { sessionExpires: 600, minSE: 100 }
liveness: { pingSeconds: 60, silenceSeconds: 0 }
`;
    expect(parse(text, { TOKEN: "0123456789", BOB: "$ecret: [1" })).toEqual({
      file: FILE,
      domains: ["example.com", "example.net"],
      listen: [
        { transport: "udp", address: "127.0.0.1", port: 5070 },
        { transport: "tcp", address: "::1", port: 5060 },
        { transport: "tcp", address: "192.0.2.1", port: 0 },
        { transport: "tls", address: "::1", port: 5061 },
        { transport: "ws", address: "192.0.2.1", port: 80 },
        { transport: "wss", address: "192.0.2.1", port: 443 },
      ],
      advertise: "203.0.113.7:5062",
      tls: {
        identity: { cert: "/etc/strowger/a.pem", key: "/k/a.key" },
        servers: [{ name: "*.example.com", cert: "/etc/strowger/b.pem", key: "/etc/strowger/b.key" }],
        clientCertificates: "require",
        ca: "/etc/strowger/ca.pem",
        minVersion: "TLSv1.3",
        verify: false,
      },
      websocket: { origins: ["https://phone.example.com", "http://localhost:3000"] },
      http: {
        listen: { address: "::1", port: 9090, tls: true },
        tokens: [
          { token: "0123456789", name: "config-1", scopes: ["admin"] },
          { token: "abcdefgh2", name: "ci", scopes: ["deploy", "scripts:write"] },
        ],
      },
      console: {
        enabled: false,
        idleMs: 600_000,
        longestMs: 3_600_000,
        users: [
          {
            name: "anna@example.com",
            role: "operator",
            passwordHash: "$scrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
          },
        ],
      },
      timeZone: "Europe/Berlin",
      data: "/var/lib/strowger",
      storage: "sqlite",
      digest: ["SHA-256", "MD5"],
      users: [
        { name: "alice", password: "secret", extension: "100", displayName: "Alice Ä", voicemail: UNDECLARED },
        {
          name: "bob",
          password: "$ecret: [1",
          extension: null,
          displayName: null,
          voicemail: { ...UNDECLARED, pin: "1234", email: "b@example.com", maxSeconds: 60 },
        },
        {
          name: "carol",
          password: "secret",
          extension: null,
          displayName: null,
          voicemail: { ...UNDECLARED, enabled: false },
        },
      ],
      media: {
        ...DEFAULTS.media,
        ports: { first: 20_000, last: 20_099 },
        country: "de",
        workers: 2,
        sounds: "/etc/strowger/snd",
        prompts: "/p",
        language: "de-AT",
        recordingDays: 30,
        speech: { command: ["speak", "-v"], voice: null },
      },
      presence: { watch: "self", watchers: ["alice"] },
      messages: { store: false, maxPerUser: 5, maxKilobytesPerUser: 64, keepHours: 24 },
      voicemail: {
        smtp: {
          host: "mail.example.com",
          port: 587,
          tls: "required",
          user: "pbx",
          password: "p w",
          from: "pbx@example.com",
        },
        transcribe: { type: "command", command: ["whisper", "--quiet"], timeoutMs: 30_000 },
        maxMessages: 100,
        maxSeconds: 180,
        retentionDays: 90,
      },
      routes: [
        {
          name: "front",
          method: "INVITE",
          to: "1XX",
          source: "192.0.2.0/24",
          script: "front-desk",
          fallback: [{ type: "reject", code: 480 }],
        },
        { name: "rest", script: "default", public: true },
      ],
      trunks: [
        {
          name: "carrier",
          trunk: {
            uri: "sip:gw.example.net",
            username: "me",
            password: expect.any(String),
            register: { expiresSeconds: 600 },
            from: ["192.0.2.0/24"],
            country: "DE",
          },
        },
      ],
      emergency: ["112"],
      scripts: [expect.objectContaining({ name: "front-desk", env: { RING: "20" } })],
      secretKey: "ab".repeat(32),
      sip: { sessionExpires: 600, minSE: 100 },
      liveness: { pingSeconds: 60, silenceSeconds: 0 },
      limits: {
        script: { eventMs: 20, cpuMs: 200, handlerMs: 10_000, memoryMB: 64 },
        calls: { max: 5, perSecond: 500 },
        connections: { max: 100, perSource: 500 },
        originate: { max: 100, perMinute: 7 },
      },
      deploy: { keepVersions: 20, autoRollback: { withinMs: 120_000, minSample: 20, marginPercent: 1.5 } },
      audit: { days: 30, rows: 100_000 },
      cdrs: { days: null, rows: 1_000 },
      hep: { to: { host: "homer.example.com", port: 9060 }, captureId: 7, password: "pw" },
      tracing: { personal: true, fetch: false },
      journal: { megabytes: 8, hours: 24, callsPerSecond: 100 },
      restart: { keepCallsSeconds: 120 },
      dns: { servers: ["192.0.2.53:53"], timeoutMs: 1000 },
      fetch: {
        hosts: [{ host: "example.com", below: true, port: null }],
        allowPrivate: [{ address: "10.1.0.0", prefix: 16, family: "ipv4" }],
      },
      nat: { keepAliveSeconds: 0 },
      edges: [{ address: "192.0.2.128", prefix: 25, family: "ipv4" }],
      serviceRoute: true,
      guard: {
        exempt: [
          { address: "127.0.0.0", prefix: 8, family: "ipv4" },
          { address: "::1", prefix: 128, family: "ipv6" },
        ],
        allow: [{ address: "198.51.100.7", prefix: 32, family: "ipv4" }],
        deny: [{ address: "198.51.100.0", prefix: 24, family: "ipv4" }],
        perSource: { perSecond: 10, burst: 30 },
        perUser: { perSecond: 2, burst: 10 },
        ban: { firstMs: 60_000, longestMs: 3_600_000 },
        scanners: ["port-knocker"],
        budgets: {
          user: { calls: 2, callsPerMinute: 6, callsPerDay: 100, minutesPerDay: 120, countries: ["DE"] },
          users: new Map([["alice", { prefixes: ["+4930"], night: { from: "20:00", to: "06:00", calls: 0 } }]]),
          trunks: new Map([["carrier", { minutesPerDay: 6000, denyPrefixes: ["+49900"] }]]),
        },
      },
    });
  });

  it.each([
    ["smtp://mail.example.com", { port: 587, tls: "optional", user: null }],
    ["smtps://me:p%40ss@mail.example.com", { port: 465, tls: "implicit", user: "me", password: "p@ss" }],
    ["smtp://me:pass@mail.example.com:2525", { port: 2525, tls: "required" }],
    ["smtp://127.0.0.1:25", { host: "127.0.0.1", port: 25, tls: "never" }],
    ["smtp://[2001:db8::1]", { host: "2001:db8::1", port: 587, tls: "optional" }],
  ])("takes the mail server of %s", (url, server) => {
    const text = `voicemail: { smtp: { url: "${url}", from: a@b.c } }`;
    expect(parse(text).voicemail.smtp).toMatchObject({ ...server, from: "a@b.c" });
  });

  it("takes one domain and one listener without a list", () => {
    expect(parse("domain: example.com\nlisten: udp://0.0.0.0\n")).toMatchObject({
      domains: ["example.com"],
      listen: [{ transport: "udp", address: "0.0.0.0", port: 5060 }],
    });
  });
});

describe("problems of the configuration", () => {
  it("are told all at once, each with line and column", () => {
    const text = `domain: example.com
lisen: [udp://0.0.0.0:5060]
limits:
  calls: { max: many, perSecond: 0 }
users:
  alice: { password: 12345, extension: 100 }
  "b b": { password: x }
routes:
  - name: front
    to: "1*2"
    scrpt: x
    fallback: [{ type: reject, code: 200 }]
`;
    expect(problems(text)).toEqual([
      '2:1 lisen: unknown field "lisen", did you mean "listen"?',
      '4:17 limits.calls.max: expected a number, found text "many"',
      "4:34 limits.calls.perSecond: expected at least 1, found the number 0",
      "6:22 users.alice.password: expected text, found the number 12345; write it in quotes",
      "6:40 users.alice.extension: expected text, found the number 100; write it in quotes",
      `7:3 users["b b"]: a user's name has 1 to 64 letters, digits and . _ + -, found text "b b"`,
      "9:5 routes[0].script: expected text, found nothing",
      '10:9 routes[0].to: "*" stands for the rest and must be last; write "\\*" for the key',
      '11:5 routes[0].scrpt: unknown field "scrpt", did you mean "script"?',
      "12:38 routes[0].fallback[0].code: expected at least 400, found the number 200",
    ]);
  });

  it.each([
    [
      "trunks: { a: { uri: gw.example.net } }",
      '1:21 trunks.a.uri: expected a SIP URI such as sip:gw.example.net, found text "gw.example.net"',
    ],
    [
      "trunks: { a: { numbers: [] } }",
      "1:14 trunks.a: a trunk needs a uri or gateways to call out by, or from to be called from",
    ],
    ["trunks: { a: { uri: sip:gw.example.net, register: true } }", "1:51 trunks.a.register: register needs a username"],
    [
      "trunks: { a: { uri: sip:gw.example.net, trusted: true } }",
      '1:41 trunks.a.trusted: unknown field "trusted", did you mean "trust"?',
    ],
    [
      "trunks: { a: { uri: sip:gw.example.net, outgoing: { number: national } } }",
      "1:61 trunks.a.outgoing.number: national needs the country of the trunk",
    ],
    [
      "trunks: { a: { uri: sip:gw.example.net, numbers: ['+*1'] } }",
      expect.stringMatching(/^1:51 trunks.a.numbers\[0\]: "\*" stands for the rest/),
    ],
    [
      "trunks: { a/b: { uri: sip:gw.example.net } }",
      expect.stringMatching(/^1:11 trunks\["a\/b"\]: a trunk's name has/),
    ],
    ["media: { ports: 1-2 }", "1:17 media.ports: ports are 1024 to 65535, found 1-2"],
    ["media: { ports: 2000-2001 }", expect.stringMatching(/at least 10 ports, the lower end first/)],
    ["media: { ports: 3000-2000 }", expect.stringMatching(/the lower end first, found 3000-2000/)],
    ["media: { country: Germany }", expect.stringMatching(/1:19 media.country: expected the two letters of a country/)],
    [
      "users: { a: { password: x, voicemail: { pin: 1234 } } }",
      "1:46 users.a.voicemail.pin: expected text, found the number 1234; write it in quotes",
    ],
    ['users: { a: { password: x, voicemail: { pin: "12" } } }', "1:46 users.a.voicemail.pin: a PIN has 4 to 10 digits"],
    [
      'users: { a: { password: x, voicemail: { email: "a@b, c@d" } } }',
      expect.stringMatching(/expected an e-mail address such as alice@example.com, found text "a@b, c@d"/),
    ],
    [
      "voicemail: { smtp: { host: a.example, url: smtp://b.example, from: a@b.c } }",
      expect.stringMatching(/^1:20 voicemail.smtp: name the mail server once/),
    ],
    [
      "voicemail: { smtp: { url: http://b.example, from: a@b.c } }",
      expect.stringMatching(/expected a URL such as smtp:/),
    ],
    ["voicemail: { smtp: { host: a.example, user: a, from: a@b.c } }", expect.stringMatching(/go together/)],
    ["voicemail: { transcribe: {} }", expect.stringMatching(/^1:26 voicemail.transcribe: name one transcriber/)],
    ["emergency: [112]", "1:13 emergency[0]: expected text, found the number 112; write it in quotes"],
    ['emergency: ["+49"]', expect.stringMatching(/^1:13 emergency\[0\]: expected a short number such as "112"/)],
    [
      "storage: postgres://db/strowger",
      '1:10 storage: text "postgres://db/strowger" is not supported in this version; only "sqlite" is',
    ],
    ["listen: [tls://0.0.0.0:5061]", "1:10 listen[0]: tls:// needs a certificate: tls: { cert: FILE, key: FILE }"],
    ["listen: wss://0.0.0.0", "1:9 listen[0]: wss:// needs a certificate: tls: { cert: FILE, key: FILE }"],
    [
      "listen: 0.0.0.0:5060",
      '1:9 listen[0]: expected a URL such as udp://0.0.0.0:5060, tcp://[::]:5060, tls://, ws:// or wss://, found text "0.0.0.0:5060"',
    ],
    ["tls: { cert: a.pem }", "1:6 tls: a cert goes with a key"],
    ["tls: { clientCertificates: require }", expect.stringMatching(/^1:6 tls.ca: names the authority/)],
    [
      "tls: { servers: [{ name: a.example, cert: a, key: b }, { name: A.example, cert: a, key: b }] }",
      "1:64 tls.servers[1].name: this name stands twice",
    ],
    [
      "websocket: { origins: [https://phone.example/path] }",
      '1:24 websocket.origins[0]: expected an origin such as https://phone.example.com, found text "https://phone.example/path"',
    ],
    [
      "listen: [udp://sip.example.com:5060]",
      '1:10 listen[0]: expected an IP address, or one with a port, after udp://, found text "sip.example.com:5060"',
    ],
    [
      "listen: [udp://0.0.0.0:65536]",
      '1:10 listen[0]: expected an IP address, or one with a port, after udp://, found text "0.0.0.0:65536"',
    ],
    ["listen: []", "1:9 listen: expected at least 1 item(s), found 0"],
    ["listen: [udp://0.0.0.0, udp://0.0.0.0:5060]", "1:25 listen[1]: this listener stands twice"],
    ["domain: not a domain", '1:9 domain[0]: expected a domain such as example.com, found text "not a domain"'],
    ["advertise: a b", '1:12 advertise: expected a host or host:port such as 203.0.113.7, found text "a b"'],
    [
      "http: { listen: localhost }",
      '1:17 http.listen: expected an address with a port such as 127.0.0.1:8080, or https://0.0.0.0:8443, found text "localhost"',
    ],
    [
      "http: { tokens: [{ token: short, scopes: [admin] }] }",
      "1:27 http.tokens[0].token: a token has 8 to 256 printable characters and no blank",
    ],
    [
      'http: { listen: "https://0.0.0.0:8443" }',
      "1:17 http.listen: https:// needs a certificate: tls: { cert: FILE, key: FILE }",
    ],
    [
      "console: { users: { anna: { role: admin, passwordHash: my password } } }",
      '1:56 console.users.anna.passwordHash: expected a hash as "strowger console-user hash" prints it: "$scrypt$ln=15,r=8,p=3$…", in quotes',
    ],
    ["nat: { keepAliveSeconds: 2 }", "1:26 nat.keepAliveSeconds: expected at least 5, found the number 2"],
    [
      "edges: [edge.example.com]",
      '1:9 edges[0]: expected an address or a network such as 192.0.2.0/24, found text "edge.example.com"',
    ],
    [
      "guard: { exempt: [127.0.0.0/40] }",
      '1:19 guard.exempt[0]: expected an address or a network such as 192.0.2.0/24, found text "127.0.0.0/40"',
    ],
    ["[1, 2]", "1:1 expected an object, found a list"],
    ["just text", '1:1 expected an object, found text "just text"'],
  ])("in %j name the key", (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it("include names, tokens and extensions that stand twice", () => {
    expect(problems("routes:\n  - { name: a, script: x }\n  - { name: a, script: y }\n")).toEqual([
      "3:13 routes[1].name: this route stands twice",
    ]);
    expect(
      problems('users:\n  a: { password: x, extension: "100" }\n  b: { password: x, extension: "100" }\n'),
    ).toEqual(['3:32 users.b.extension: extension "100" is "a"\'s already']);
    const tokens =
      "http:\n  tokens:\n    - { token: 12345678x, scopes: [admin] }\n    - { token: 12345678x, scopes: [admin] }\n";
    expect(problems(tokens)).toEqual(["4:16 http.tokens[1].token: this token stands twice"]);
  });

  it("include every key that stands twice", () => {
    expect(problems("data: a\ndata: b\nlimits:\n  calls: { max: 1, max: 2 }\n")).toEqual([
      '2:1 "data" stands here again; first in line 1',
      '4:20 "max" stands here again; first in line 4',
    ]);
  });

  it("are told where a key or a value that was left empty would be", () => {
    expect(problems("limits:\n  : 1\n  : 2\n")).toContain('2:3 "" stands here again; first in line 2');
    expect(problems("routes:\n  -\n  - x\n")[0]).toMatch(/^2:3 routes\[0\]: /);
  });

  it.each([
    ["a: [1\n", "2:1 not readable as YAML: deficient indentation"],
    ["a: b: c\n", "1:5 not readable as YAML: bad indentation of a mapping entry"],
    ["a: *nothing\n", expect.stringMatching(/^1:\d+ not readable as YAML: /)],
    ["a: 1\n---\nb: 2\n", expect.stringMatching(/not readable as YAML: /)],
  ])("in the YAML of %j are told with their place", (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it("include aliases that contain themselves and those that would blow up", () => {
    expect(problems("users: &u { a: *u }\n")).toEqual(["1:16 users.a: an alias may not contain itself"]);
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x,x]"];
    for (let level = 1; level < 12; level++) {
      const name = String.fromCharCode(97 + level);
      const inner = String.fromCharCode(96 + level);
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${inner}`).join(",")}]`);
    }
    expect(problems(bomb.join("\n"))[0]).toMatch(/not readable as YAML/);
  });

  it("include few aliases that unfold to millions of values, told once", () => {
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (const [inner, name] of ["ab", "bc", "cd", "de", "ef", "fg", "gh"]) {
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${inner}`).join(",")}]`);
    }
    const told = problems(bomb.join("\n")).filter((problem) => problem.includes("more than 100000 values"));
    expect(told).toHaveLength(1);
  });

  it("include __proto__, which is no name", () => {
    expect(problems("users:\n  __proto__: { password: x }\n")).toEqual([
      '2:14 users.__proto__: "__proto__" is no name',
    ]);
  });
});

describe("variables of the environment", () => {
  it("are put into texts, keeping what they hold as text", () => {
    const text = 'data: "${HOME}/a/${HOME}"\nusers: { a: { password: "$${x} ${PW}" } }\n';
    expect(parse(text, { HOME: "/h", PW: "${HOME}" })).toMatchObject({
      data: "/h/a/h",
      users: [{ name: "a", password: "${x} ${HOME}" }],
    });
  });

  it("that are missing are told with their place, all of them, and nothing that follows from it", () => {
    const text = 'domain: ${DOMAIN}\nhttp:\n  listen: "${LISTEN}"\nadvertise: "${no-name}"\n';
    expect(problems(text)).toEqual([
      "1:9 domain: the environment has no variable DOMAIN",
      "3:11 http.listen: the environment has no variable LISTEN",
      '4:12 advertise: "${no-name}" names no environment variable; write "$${" for a plain "${"',
    ]);
  });
});

describe("loading the file", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "strowger-config-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("resolves the data folder from the file's own", async () => {
    await writeFile(join(folder, "my.yaml"), "data: var\n");
    expect(await loadConfig(join(folder, "my.yaml"))).toMatchObject({
      file: join(folder, "my.yaml"),
      data: join(folder, "var"),
    });
  });

  it("gives defaults where the file may be missing and is", async () => {
    const config = await loadConfig(join(folder, "none.yaml"), { optional: true });
    const media = { ...DEFAULTS.media, sounds: join(folder, "sounds") };
    expect(config).toEqual({ ...DEFAULTS, file: null, data: join(folder, "data"), media });
  });

  it("fails where the file that was asked for is missing", async () => {
    const file = join(folder, "none.yaml");
    await expect(loadConfig(file)).rejects.toMatchObject({
      code: "config-invalid",
      message: `cannot read the configuration file ${file}: there is no such file`,
    });
  });

  it.each([
    ["is no text", Buffer.from([0xff, 0xfe]), "it is not UTF-8 text"],
    ["is too large", Buffer.alloc(1024 * 1024 + 1, "#"), "it is larger than 1048576 bytes"],
  ])("fails where the file %s", async (_, bytes, why) => {
    await writeFile(join(folder, "bad.yaml"), bytes);
    await expect(loadConfig(join(folder, "bad.yaml"))).rejects.toThrow(why);
  });

  it("throws one error that lists every problem as file, line and column", async () => {
    const file = join(folder, "bad.yaml");
    await writeFile(file, "dta: x\nlimits: { calls: { max: -1 } }\n");
    const error = await loadConfig(file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({
      message:
        `${file}:1:1: dta: unknown field "dta", did you mean "data"?\n` +
        `${file}:2:25: limits.calls.max: expected at least 1, found the number -1`,
      diagnostics: [
        { file, line: 1, column: 1, severity: "error" },
        { file, line: 2, column: 25, severity: "error" },
      ],
    });
  });
});
