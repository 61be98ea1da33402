/**
 * The schema of `strowger.yaml`: every key, its default and its bounds (documented in `config.ts` and the README). What
 * passes is the configuration that the rooms read.
 */
import { isIP } from "node:net";
import { z } from "zod";
import type { Result } from "../base/result.ts";
import { describeValue, quote } from "../contract/issue.ts";
import { mailboxDeclarationSchema } from "../contract/mailbox.ts";
import { routeSchema } from "../contract/route.ts";
import { scopeSchema } from "../contract/scope.ts";
import { displayNameSchema, extensionSchema, passwordSchema, userNameSchema } from "../contract/user.ts";
import { isHostName, parseHostPort, parseListener } from "./address.ts";
import type { Config, ConfiguredListener, ConfiguredToken, ConfiguredUser } from "./config.ts";
import { consoleSchema } from "./console.ts";
import { auditSchema, cdrsSchema, deploySchema } from "./deploy.ts";
import { dnsSchema } from "./dns.ts";
import { fetchSchema } from "./fetch.ts";
import { guardSchema } from "./guard.ts";
import { hepSchema } from "./hep.ts";
import { journalSchema } from "./journal.ts";
import { livenessSchema } from "./liveness.ts";
import { mediaSchema, voicemailSchema } from "./media.ts";
import { messagesSchema, presenceSchema } from "./messaging.ts";
import { edgesSchema, natSchema, serviceRouteSchema } from "./registrar.ts";
import { restartSchema } from "./restart.ts";
import { scriptsSchema, secretKeySchema } from "./scripts.ts";
import { sipSchema } from "./sip.ts";
import { tlsSchema, webSocketSchema } from "./tls.ts";
import { tracingSchema } from "./tracing.ts";
import { emergencySchema, trunksSchema } from "./trunks.ts";

const MAX_LISTENERS = 64;
const MAX_DOMAINS = 100;
const MAX_TOKENS = 100;
const MAX_ROUTES = 1000;

/** Text that a function turns into something; its complaint becomes the problem. */
function parsedText<Value>(parse: (text: string) => Result<Value, string>) {
  return z.string().transform((text, context): Value => {
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    context.issues.push({ code: "custom", message: parsed.problem, input: text });
    return z.NEVER;
  });
}

/** One of something, or a list of them. */
function oneOrMore<Item extends z.ZodType>(item: Item, most: number) {
  return z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(item).min(1).max(most),
  );
}

const domain = z
  .string()
  .toLowerCase()
  .refine((text) => isHostName(text) || isIP(text) === 6, {
    error: (issue) => `expected a domain such as example.com, found ${describeValue(issue.input)}`,
  });

const listener = parsedText(parseListener);

const advertise = z.string().refine((text) => parseHostPort(text) !== undefined, {
  error: (issue) => `expected a host or host:port such as 203.0.113.7, found ${describeValue(issue.input)}`,
});

const httpListen = parsedText((text) => {
  const [, scheme = "http", rest = ""] = /^(?:(https?):\/\/)?(.*)$/s.exec(text) ?? [];
  const parsed = parseHostPort(rest);
  if (parsed?.port !== undefined) {
    return { ok: true, value: { address: parsed.host, port: parsed.port, tls: scheme === "https" } };
  }
  const examples = "127.0.0.1:8080, or https://0.0.0.0:8443";
  return { ok: false, problem: `expected an address with a port such as ${examples}, found ${describeValue(text)}` };
});

const token = z.strictObject({
  token: z.string().regex(/^[\x21-\x7e]{8,256}$/, { error: "a token has 8 to 256 printable characters and no blank" }),
  name: z.string().min(1).max(128).optional(),
  scopes: z.array(scopeSchema).min(1).max(scopeSchema.options.length),
});

const tokens = z
  .array(token)
  .max(MAX_TOKENS)
  .check(unique(["token"], (item) => item.token, "token"))
  .check(unique(["name"], (item) => item.name, "name"))
  .transform((items): readonly ConfiguredToken[] =>
    items.map((item, index) => ({ ...item, name: item.name ?? `config-${index + 1}` })),
  );

const user = z.strictObject({
  password: passwordSchema,
  extension: extensionSchema.nullable().default(null),
  displayName: displayNameSchema.nullable().default(null),
  // `voicemail: false` is short for a box that is not enabled, `true` for one with all defaults.
  voicemail: z
    .preprocess((value) => (typeof value === "boolean" ? { enabled: value } : value), mailboxDeclarationSchema)
    .prefault({}),
});

const users = z
  .record(userNameSchema, user)
  .transform((byName): readonly ConfiguredUser[] => Object.entries(byName).map(([name, rest]) => ({ name, ...rest })))
  .check((context) => {
    const owners = new Map<string, string>();
    for (const { name, extension } of context.value) {
      const owner = extension === null ? undefined : owners.get(extension);
      if (owner !== undefined) {
        const message = `extension ${quote(String(extension))} is ${quote(owner)}'s already`;
        context.issues.push({ code: "custom", message, path: [name, "extension"], input: extension });
      } else if (extension !== null) owners.set(extension, name);
    }
  });

const timeZone = z.string().refine(isTimeZone, {
  error: (issue) => `expected a time zone such as Europe/Berlin, found ${describeValue(issue.input)}`,
});

const routes = z
  .array(routeSchema)
  .max(MAX_ROUTES)
  .check(unique(["name"], (route) => route.name, "route"));

const limits = z.strictObject({
  script: z
    .strictObject({
      eventMs: z.int().min(1).max(10_000).default(50),
      cpuMs: z.int().min(1).max(60_000).default(200),
      handlerMs: z.int().min(1).max(600_000).default(10_000),
      memoryMB: z.int().min(8).max(1024).default(32),
    })
    .prefault({}),
  calls: z
    .strictObject({
      max: z.int().min(1).max(1_000_000).default(10_000),
      perSecond: z.int().min(1).max(100_000).default(500),
    })
    .prefault({}),
  connections: z
    .strictObject({
      max: z.int().min(1).max(1_000_000).default(20_000),
      perSource: z.int().min(1).max(1_000_000).default(500),
    })
    .prefault({}),
  originate: z
    .strictObject({
      max: z.int().min(0).max(1_000_000).default(100),
      perMinute: z.int().min(0).max(1_000_000).default(120),
    })
    .prefault({}),
});

/** In the order of preference (RFC 8760 §2.3). */
const digest = oneOrMore(z.enum(["SHA-256", "MD5"]), 2).check(unique([], (algorithm) => algorithm, "algorithm"));

export const configSchema = z
  .strictObject({
    domain: oneOrMore(domain, MAX_DOMAINS).optional(),
    listen: oneOrMore(listener, MAX_LISTENERS)
      .check(unique([], listenerKey, "listener"))
      .optional(),
    advertise: advertise.nullable().default(null),
    tls: tlsSchema.prefault({}),
    websocket: webSocketSchema.prefault({}),
    http: z.strictObject({ listen: httpListen.prefault("127.0.0.1:8080"), tokens: tokens.prefault([]) }).prefault({}),
    console: consoleSchema.prefault({}),
    timeZone: timeZone.default("UTC"),
    data: z.string().min(1).max(4096).default("./data"),
    storage: z
      .literal("sqlite", {
        error: (issue) => `${describeValue(issue.input)} is not supported in this version; only "sqlite" is`,
      })
      .default("sqlite"),
    media: mediaSchema.prefault({}),
    voicemail: voicemailSchema.prefault({}),
    presence: presenceSchema.prefault({}),
    messages: messagesSchema.prefault({}),
    digest: digest.prefault("MD5"),
    users: users.prefault({}),
    trunks: trunksSchema.prefault({}),
    routes: routes.default([]),
    emergency: emergencySchema.default([]),
    scripts: scriptsSchema.prefault({}),
    secretKey: secretKeySchema.default(null),
    fetch: fetchSchema.prefault({}),
    dns: dnsSchema.prefault({}),
    limits: limits.prefault({}),
    sip: sipSchema.prefault({}),
    liveness: livenessSchema.prefault({}),
    deploy: deploySchema.prefault({}),
    audit: auditSchema.prefault({}),
    cdrs: cdrsSchema.prefault({}),
    journal: journalSchema.default(journalSchema.parse("on")),
    hep: hepSchema,
    tracing: tracingSchema.prefault({}),
    restart: restartSchema.prefault({}),
    nat: natSchema.prefault({}),
    edges: edgesSchema.default([]),
    serviceRoute: serviceRouteSchema.default(false),
    guard: guardSchema,
  })
  .transform(
    ({ domain: domains, listen, ...rest }): Omit<Config, "file"> => ({
      domains: domains ?? [],
      listen: listen ?? [
        { transport: "udp", address: "0.0.0.0", port: 5060 },
        { transport: "tcp", address: "0.0.0.0", port: 5060 },
      ],
      ...rest,
    }),
  )
  .check(({ value, issues }) => {
    if (value.http.listen.tls && value.tls.identity === null) {
      const message = "https:// needs a certificate: tls: { cert: FILE, key: FILE }";
      issues.push({ code: "custom", path: ["http", "listen"], message, input: value.http.listen });
    }
    const index = value.listen.findIndex(({ transport }) => transport === "tls" || transport === "wss");
    if (index < 0 || value.tls.identity !== null) return;
    const message = `${value.listen[index]?.transport}:// needs a certificate: tls: { cert: FILE, key: FILE }`;
    issues.push({ code: "custom", path: ["listen", index], message, input: value.listen });
  });

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).format(0) !== "";
  } catch {
    return false;
  }
}

/** Listeners on port 0 get a free port each. */
function listenerKey({ transport, address, port }: ConfiguredListener): string | undefined {
  return port === 0 ? undefined : `${transport} ${address} ${port}`;
}

/** No two items of a list may have the same of something; those without it are passed over. */
function unique<Item>(
  field: readonly string[],
  of: (item: Item) => string | undefined,
  what: string,
): z.core.CheckFn<Item[]> {
  return (context) => {
    const seen = new Set<string>();
    for (const [index, item] of context.value.entries()) {
      const value = of(item);
      if (value === undefined) continue;
      // A token is a secret, so the value is not repeated in the message.
      if (seen.has(value)) {
        context.issues.push({
          code: "custom",
          message: `this ${what} stands twice`,
          path: [index, ...field],
          input: value,
        });
      }
      seen.add(value);
    }
  };
}
