/**
 * The schemas of events, for whoever writes or checks them outside of a script: JSON Schema is made of them. The types are
 * the script's own (`sdk/events.ts`); an event, or a field, that one side lacks does not compile.
 */
import { z } from "zod";
import type { Leg, Party } from "../../sdk/call.ts";
import type { Attempt, Cdr } from "../../sdk/events.ts";
import type { AskedContact } from "../../sdk/register-events.ts";
import type { Registration } from "../../sdk/registrations.ts";
import type { RequestEvent } from "../../sdk/request-event.ts";
import type { ScriptEvent } from "../../sdk/script-event.ts";
import type { Fields } from "./fields.ts";

type EventOf<Type extends ScriptEvent["type"]> = Extract<ScriptEvent, { type: Type }>;

const text = z.string();
const time = z.string().meta({ format: "date-time" });
const textOrNull = text.nullable();
const seconds = z.number().min(0);
const code = z.int().min(100).max(699);
const party = z.enum(["caller", "callee"]);
const actor = z.enum(["caller", "callee", "switch", "api"]);
const texts = z.record(text, text);
const endOfPlayback = z.enum(["finished", "failed"]);

const leg = z.object({
  id: text,
  target: text,
  uri: text,
  state: z.enum(["calling", "ringing", "answered", "ended"]),
  trunk: z.exactOptional(text),
} satisfies Fields<Leg>);

const attempt = z.object({
  target: text,
  uri: textOrNull,
  code,
  reason: text,
  trunk: z.exactOptional(text),
} satisfies Fields<Attempt>);

const cdr = z.object({
  id: text,
  domain: text,
  startedAt: time,
  ringingAt: time.nullable(),
  answeredAt: time.nullable(),
  endedAt: time,
  seconds,
  direction: z.enum(["inbound", "outbound"]),
  from: text,
  to: text,
  user: textOrNull,
  trunk: textOrNull,
  script: text,
  version: z.int().min(0),
  result: z.enum(["answered", "failed", "cancelled"]),
  code,
  reason: text,
  endedBy: actor,
  legs: z.array(attempt),
  tags: texts,
} satisfies Fields<Cdr>);

const called = { leg, code, reason: text };

const address = z.object({ uri: text, user: text, host: text, name: text } satisfies Fields<Party>);

/** Of a SIP request that belongs to no call. */
const request = {
  id: text,
  from: address,
  to: address,
  user: textOrNull,
  domain: text,
  headers: texts,
  source: text,
  transport: z.enum(["udp", "tcp", "tls", "ws", "wss"]),
} satisfies Fields<RequestEvent>;

const askedContact = z.object({
  uri: text,
  expiresSeconds: seconds.nullable(),
  instance: textOrNull,
} satisfies Fields<AskedContact>);

const registration = {
  user: text,
  contact: text,
  source: text,
  transport: z.enum(["udp", "tcp", "tls", "ws", "wss"]),
  q: z.number(),
  userAgent: textOrNull,
  instance: textOrNull,
  regId: z.int().nullable(),
  path: z.array(text),
  gruu: textOrNull,
  registeredAt: time,
  expiresAt: time,
} satisfies Fields<Registration>;

/** Without their `type`, which is the name. */
const shapes = {
  invite: {},
  ringing: called,
  progress: called,
  answered: { leg },
  failed: { code, reason: text, attempts: z.array(attempt) },
  info: { by: party, package: textOrNull, contentType: textOrNull, body: text },
  reinvite: { by: party, sdp: textOrNull },
  refer: { by: party, target: text, user: textOrNull, replaces: z.boolean(), referredBy: textOrNull },
  transferred: {
    end: z.enum(["connected", "failed"]),
    who: party,
    by: actor,
    target: text,
    code,
    reason: text,
    leg: leg.nullable(),
  },
  dtmf: { by: party, digit: z.string().regex(/^[0-9*#A-D]$/) },
  played: { end: endOfPlayback, seconds, message: textOrNull },
  gathered: {
    digits: text,
    end: z.enum(["digits", "finish", "timeout", "failed"]),
    message: textOrNull,
  },
  recorded: {
    what: z.enum(["caller", "call"]),
    recording: textOrNull,
    seconds,
    end: z.enum(["finish", "silence", "limit", "hangup", "stopped", "failed"]),
    message: textOrNull,
  },
  voicemail: {
    mailbox: text,
    message: textOrNull,
    seconds,
    end: z.enum(["kept", "empty", "full", "unknown", "failed"]),
  },
  hold: { by: party },
  resume: { by: party },
  media: { by: party, state: z.enum(["lost", "resumed"]) },
  timer: { name: text },
  limit: {
    limit: z.enum([
      "destination",
      "concurrent-calls",
      "calls-per-second",
      "duration",
      "daily-calls",
      "daily-minutes",
      "trunk-calls",
      "trunk-rate",
      "trunk-budget",
      "user-budget",
    ]),
    detail: text,
  },
  cancel: { reason: textOrNull },
  bye: { by: actor, reason: textOrNull },
  ended: { cdr },
  http: {
    id: text,
    method: text,
    path: text,
    query: texts,
    search: text,
    headers: texts,
    body: text,
    source: text,
  },
  schedule: { name: text, cron: text, timeZone: text, scheduledAt: time },
  message: { ...request, contentType: text, body: text },
  subscribe: { ...request, package: text, expiresSeconds: seconds },
  publish: { ...request, package: text, expiresSeconds: seconds, body: text },
  options: request,
  register: { ...request, user: text, contacts: z.array(askedContact), userAgent: textOrNull },
  registered: { ...registration, id: text, domain: text },
  unregistered: { ...registration, id: text, domain: text, reason: z.enum(["expired", "removed", "flow"]) },
  trunk: {
    trunk: text,
    state: z.enum(["up", "down", "registered", "unregistered", "failed", "full"]),
    gateway: textOrNull,
    reason: textOrNull,
    code: code.nullable(),
  },
} satisfies { [Type in ScriptEvent["type"]]: Fields<Omit<EventOf<Type>, "type">> };

type Shapes = typeof shapes;
type Plain<Value> = Value extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Plain<Value[Key]> }
    : Value;
type Described<Type extends ScriptEvent["type"]> = Plain<z.output<z.ZodObject<Shapes[Type]>>>;

/** Events whose type has something that its schema refuses: a word more in a union of the sdk. */
type Refused = {
  [Type in ScriptEvent["type"]]: Omit<EventOf<Type>, "type"> extends Described<Type> ? never : Type;
}[ScriptEvent["type"]];
type IsNever<Type> = [Type] extends [never] ? true : false;
type Holds<Condition extends true> = Condition;
/** Does not compile where one is. */
export type EveryEventIsDescribed = Holds<IsNever<Refused>>;

/** Each event with its type, by its name. */
export const eventSchemas: ReadonlyMap<string, z.ZodObject> = new Map(
  Object.entries(shapes).map(([type, shape]) => [type, z.object({ type: z.literal(type), ...shape })]),
);
