/** `media` and `voicemail` of `strowger.yaml`: ports of RTP, defaults of boxes, the way to a mail server, a transcriber. */
import { isIP } from "node:net";
import { z } from "zod";
import { fail, ok, type Result } from "../base/result.ts";
import { describeValue } from "../contract/issue.ts";
import { emailSchema, maxMessagesSchema, maxSecondsSchema, retentionDaysSchema } from "../contract/mailbox.ts";
import { isHostName } from "./address.ts";
import type { ConfiguredPorts, ConfiguredSmtp, ConfiguredTranscriber } from "./config.ts";
import { iceServerSchema, MAX_ICE_SERVERS } from "./ice-servers.ts";

const MAX_WORKERS = 64;
const MAX_PORT = 65_535;
/** Below these only a privileged process may listen. */
const MIN_PORT = 1024;
/** A session takes a pair: RTP on the even port, RTCP on the odd one above it (RFC 3550 §11). */
const MIN_PORTS = 10;
const SUBMISSION_PORT = 587;
const SMTPS_PORT = 465;
const MAX_ARGUMENTS = 64;
const MAX_TEXT = 1024;

/** `16384-32767`, both ends included. */
export function parsePortRange(text: string): Result<ConfiguredPorts, string> {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  if (match === null) return fail(`expected a range of ports such as 16384-32767, found ${describeValue(text)}`);
  const [first, last] = [Number(match[1]), Number(match[2])];
  if (first < MIN_PORT || last > MAX_PORT) return fail(`ports are ${MIN_PORT} to ${MAX_PORT}, found ${text}`);
  if (last - first + 1 < MIN_PORTS) {
    return fail(`expected a range of at least ${MIN_PORTS} ports, the lower end first, found ${text}`);
  }
  return ok({ first, last });
}

const portRange = (standard: string) =>
  z
    .string()
    .default(standard)
    .transform((text, context): ConfiguredPorts => {
      const parsed = parsePortRange(text);
      if (parsed.ok) return parsed.value;
      context.issues.push({ code: "custom", message: parsed.problem, input: text });
      return z.NEVER;
    });
const ports = portRange("16384-32767");

/** Of a folder or a file; where it is not absolute, it is relative to the configuration file. */
const folder = z.string().min(1).max(MAX_TEXT);

export const mediaSchema = z.strictObject({
  ports,
  country: z
    .string()
    .regex(/^[a-z]{2}$/, {
      error: (issue) => `expected the two letters of a country such as us or de, found ${describeValue(issue.input)}`,
    })
    .default("us"),
  workers: z.int().min(1).max(MAX_WORKERS).nullable().default(null),
  codecs: z
    .array(z.enum(["PCMU", "PCMA", "G722", "opus"]))
    .min(1)
    .max(4)
    .default(["PCMU", "PCMA", "G722", "opus"]),
  inbandDigits: z.boolean().default(false),
  webrtc: z
    .strictObject({
      ports: portRange("61000-65535"),
      address: z
        .string()
        .refine((text) => isIP(text) !== 0, {
          error: (issue) => `expected an IP address of this machine, found ${describeValue(issue.input)}`,
        })
        .nullable()
        .default(null),
      iceServers: z.array(iceServerSchema).max(MAX_ICE_SERVERS).default([]),
    })
    .prefault({}),
  recordingDays: z.int().min(1).max(36_500).nullable().default(null),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$/, {
      error: (issue) => `expected a language such as en or de-AT, found ${describeValue(issue.input)}`,
    })
    .default("en"),
  sounds: folder.default("./sounds"),
  prompts: folder.nullable().default(null),
  musicOnHold: folder.nullable().default(null),
  speech: z
    .strictObject({
      command: z.array(z.string().min(1).max(MAX_TEXT)).min(1).max(MAX_ARGUMENTS).nullable().default(null),
      voice: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$/, { error: "expected the name of a voice" })
        .nullable()
        .default(null),
    })
    .prefault({}),
});

const smtpShape = z.strictObject({
  url: z.string().max(MAX_TEXT).optional(),
  host: z
    .string()
    .refine((text) => isHostName(text) || isIP(text) === 6, {
      error: (issue) => `expected a host such as mail.example.com, found ${describeValue(issue.input)}`,
    })
    .optional(),
  port: z.int().min(1).max(MAX_PORT).optional(),
  tls: z.enum(["implicit", "required", "optional", "never"]).optional(),
  user: z.string().min(1).max(MAX_TEXT).optional(),
  password: z.string().min(1).max(MAX_TEXT).optional(),
  from: emailSchema,
});

const smtp = smtpShape.transform((input, context): ConfiguredSmtp => {
  const parsed = toSmtp(input);
  if (parsed.ok) return parsed.value;
  // A URL may hold a password, so no value is repeated in the message.
  context.issues.push({ code: "custom", message: parsed.problem, input });
  return z.NEVER;
});

function toSmtp(input: z.output<typeof smtpShape>): Result<ConfiguredSmtp, string> {
  const { url, from } = input;
  if ((url === undefined) === (input.host === undefined)) {
    return fail('name the mail server once: by "url" (smtp://user:password@mail.example.com:587) or by "host"');
  }
  const parsed = url === undefined ? ok({ host: input.host ?? "", user: null, password: null }) : parseSmtpUrl(url);
  if (!parsed.ok) return parsed;
  const server: UrlParts = parsed.value;
  const user = input.user ?? server.user;
  const password = input.password ?? server.password;
  if ((user === null) !== (password === null)) return fail("a user and a password go together");
  const tls = input.tls ?? server.tls ?? defaultTls(server.host, user);
  const port = input.port ?? server.port ?? (tls === "implicit" ? SMTPS_PORT : SUBMISSION_PORT);
  return ok({ host: server.host, port, tls, user, password, from });
}

interface UrlParts {
  readonly host: string;
  readonly port?: number;
  readonly tls?: "implicit";
  readonly user: string | null;
  readonly password: string | null;
}

function parseSmtpUrl(text: string): Result<UrlParts, string> {
  const problem = fail("expected a URL such as smtp://mail.example.com:587 or smtps://user:password@mail.example.com");
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "smtp:" && url.protocol !== "smtps:") || url.hostname === "")
    return problem;
  if (url.search !== "" || url.hash !== "" || !["", "/"].includes(url.pathname)) return problem;
  const [user, password] = [decode(url.username), decode(url.password)];
  if (user === undefined || password === undefined) return problem;
  return ok({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    ...(url.protocol === "smtps:" ? { tls: "implicit" as const } : {}),
    user: user === "" ? null : user,
    password: password === "" ? null : password,
  });
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A password never travels in the clear by default; on the loopback nobody listens, and certificates there are of no name. */
function defaultTls(host: string, user: string | null): ConfiguredSmtp["tls"] {
  if (host === "localhost" || host === "::1" || host.startsWith("127.")) return "never";
  return user === null ? "optional" : "required";
}

const transcriber = z
  .strictObject({
    command: z.array(z.string().min(1).max(MAX_TEXT)).min(1).max(MAX_ARGUMENTS).optional(),
    url: z
      .string()
      .max(MAX_TEXT)
      .refine((text) => /^https?:\/\//.test(text) && URL.canParse(text), {
        error: (issue) => `expected a URL such as http://127.0.0.1:9000/asr, found ${describeValue(issue.input)}`,
      })
      .optional(),
    timeoutSeconds: z.int().min(1).max(600).default(60),
  })
  .transform(({ command, url, timeoutSeconds }, context): ConfiguredTranscriber => {
    const timeoutMs = timeoutSeconds * 1000;
    if (command !== undefined && url === undefined) return { type: "command", command, timeoutMs };
    if (url !== undefined && command === undefined) return { type: "url", url, timeoutMs };
    const message = 'name one transcriber: a "command" (a list: the program and its arguments) or a "url"';
    context.issues.push({ code: "custom", message, input: { command, url } });
    return z.NEVER;
  });

export const voicemailSchema = z.strictObject({
  smtp: smtp.nullable().default(null),
  transcribe: transcriber.nullable().default(null),
  maxMessages: maxMessagesSchema.default(100),
  maxSeconds: maxSecondsSchema.default(180),
  retentionDays: retentionDaysSchema.nullable().default(null),
});
