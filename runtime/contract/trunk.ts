/**
 * The schema of a trunk: how the switch reaches the telephone network, and who calls from there. The configuration file and
 * the API give it by these rules; what is left out gets its default in `runtime/switch/trunks/trunk.ts`.
 */
import { z } from "zod";
import { describeValue } from "./issue.ts";
import { parseNetwork } from "./network.ts";
import { parseNumberPattern } from "./number-pattern.ts";

const MAX_GATEWAYS = 32;
const MAX_NETWORKS = 256;
const MAX_PATTERNS = 256;
const MAX_RULES = 64;
const MAX_URI_CHARACTERS = 512;
const MAX_CREDENTIAL_CHARACTERS = 128;
const MAX_CALLS = 1_000_000;
const MAX_PER_SECOND = 10_000;
const MIN_PER_SECOND = 0.001;
const LARGEST_PRIORITY = 65_535;
const TWO_LETTERS = /^[A-Z]{2}$/;

const regions = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });

/** Names a trunk in routes, decisions, the API, and in the Contact that it is registered with. */
export const trunkNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
  error: (issue) => `a trunk's name has 1 to 64 letters, digits, dots and dashes, found ${describeValue(issue.input)}`,
});

const gatewayUri = z
  .string()
  .max(MAX_URI_CHARACTERS)
  .regex(/^sips?:[^\x00-\x20\x7f<>"]+$/i, {
    error: (issue) => `expected a SIP URI such as sip:gw.example.net, found ${describeValue(issue.input)}`,
  });

const gateway = z.strictObject({
  uri: gatewayUri,
  weight: z.exactOptional(z.int().min(0).max(LARGEST_PRIORITY)).meta({
    description: "Its share of the calls among gateways of the same priority. Default: 1.",
  }),
  priority: z.exactOptional(z.int().min(0).max(LARGEST_PRIORITY)).meta({
    description: "Lower ones are tried first, as in DNS SRV. Default: 0.",
  }),
});

const pattern = z.string().check((context) => {
  const parsed = parseNumberPattern(context.value);
  if (!parsed.ok) context.issues.push({ code: "custom", message: parsed.problem, input: context.value });
});

const dialled = z.string().regex(/^[0-9A-Da-d+*#]{0,32}$/, {
  error: (issue) => `expected up to 32 characters of a number, found ${describeValue(issue.input)}`,
});

const rule = z.strictObject({
  match: z.exactOptional(pattern).meta({ description: "Which numbers it is for. Default: any." }),
  strip: z.exactOptional(z.int().min(0).max(32)).meta({ description: "Characters taken from the front. Default: 0." }),
  prefix: z.exactOptional(dialled).meta({ description: "Put before what is left. Default: nothing." }),
});

/**
 * How a number is written: `e164` is +4930123456, `digits` the same without the +, `national` as it is dialled in the
 * trunk's country (030123456, 0033123456789); or rules, of which the first that matches is done.
 */
const numberForm = z.union([z.enum(["e164", "digits", "national"]), z.array(rule).max(MAX_RULES)], {
  error: (issue) => `expected e164, digits, national or a list of rules, found ${describeValue(issue.input)}`,
});

const host = z.string().regex(/^[A-Za-z0-9.:_[\]-]{1,255}$/, {
  error: (issue) => `expected a host such as sip.example.net, found ${describeValue(issue.input)}`,
});

const callerId = z
  .string()
  .min(1)
  .max(MAX_CREDENTIAL_CHARACTERS)
  .regex(/^[^\x00-\x20\x7f<>"\\]+$/, { error: "a caller id may have no blank, control character, quote or bracket" });

const outgoing = z.strictObject({
  number: z.exactOptional(numberForm).meta({ description: "How the called number is written. Default: e164." }),
  callerId: z
    .exactOptional(
      z.strictObject({
        allow: z.exactOptional(z.array(pattern).max(MAX_PATTERNS)).meta({
          description: "Caller ids that the carrier takes, in E.164. Default: numbers with +.",
        }),
        default: z.exactOptional(callerId).meta({
          description: "Shown in place of one that is not allowed. Without it such a caller is shown as he is.",
        }),
        form: z.exactOptional(numberForm).meta({
          description: "How a caller id is written. Default: as the called number.",
        }),
      }),
    )
    .meta({ description: "Whom the called side sees." }),
  from: z.exactOptional(z.enum(["caller", "account"])).meta({
    description:
      "Whom the From header names: the caller, or the account (`username`), for carriers that know their customer by it; " +
      "the caller then stands in P-Preferred-Identity. Default: caller.",
  }),
  host: z.exactOptional(host).meta({ description: "Host of From. Default: that of the gateway." }),
});

const incoming = z.strictObject({
  number: z.exactOptional(numberForm).meta({
    description:
      "How the carrier writes the called number, which becomes E.164. Default: national with `country`, else e164.",
  }),
  callerId: z.exactOptional(numberForm).meta({
    description: "How the carrier writes the caller's number. Default: as the called one.",
  }),
});

const network = z.string().refine((text) => parseNetwork(text) !== undefined, {
  error: (issue) => `expected an address or a network such as 192.0.2.0/24, found ${describeValue(issue.input)}`,
});

const registration = z.strictObject({
  registrar: z.exactOptional(gatewayUri).meta({ description: "Where to register. Default: each gateway." }),
  expiresSeconds: z.exactOptional(z.int().min(60).max(86_400)).meta({
    description: "How long a registration is asked for. Default: 3600.",
  }),
});

const fields = {
  uri: z
    .exactOptional(gatewayUri)
    .meta({ description: "The one gateway: sip:gw.example.net. In place of `gateways`." }),
  gateways: z.exactOptional(z.array(gateway).min(1).max(MAX_GATEWAYS)).meta({
    description: "Several, tried by priority, those of the same priority by weight.",
  }),
  username: z.exactOptional(z.string().min(1).max(MAX_CREDENTIAL_CHARACTERS)).meta({
    description: "The account with the carrier, who may ask for it by digest.",
  }),
  password: z.exactOptional(z.string().min(1).max(MAX_CREDENTIAL_CHARACTERS)).meta({
    description: "Kept sealed and never shown. Absent on an update over the API: the old one stays.",
  }),
  realm: z.exactOptional(z.string().min(1).max(MAX_CREDENTIAL_CHARACTERS)).meta({
    description: "The one realm that the password is used for. Default: any that the carrier names.",
  }),
  register: z.exactOptional(z.union([z.boolean(), registration])).meta({
    description: "Whether the switch registers with the carrier, so that calls come in. Default: false.",
  }),
  from: z.exactOptional(z.array(network).max(MAX_NETWORKS)).meta({
    description: "Networks that calls of this trunk come from. Default: the gateways that are written as addresses.",
  }),
  numbers: z.exactOptional(z.array(pattern).max(MAX_PATTERNS)).meta({
    description: 'Patterns of the numbers that leave by this trunk. Default: ["+*"], every number in E.164.',
    example: ["+49*"],
  }),
  country: z
    .exactOptional(
      z
        .string()
        .toUpperCase()
        .refine((text) => TWO_LETTERS.test(text) && regions.of(text) !== undefined, {
          error: ({ input }) => `expected the two letters of a country such as DE or US, found ${describeValue(input)}`,
        }),
    )
    .meta({ description: "Whose numbering plan `national` is (ISO 3166)." }),
  outgoing: z.exactOptional(outgoing),
  incoming: z.exactOptional(incoming),
  trust: z.exactOptional(z.boolean()).meta({
    description:
      "Whether it belongs to our trust domain (RFC 3325): P-Asserted-Identity is believed from it and sent to it, and its " +
      "calls may name users of ours in From. Default: false.",
  }),
  messages: z.exactOptional(z.boolean()).meta({
    description:
      "Whether text messages of our own users and scripts to its numbers leave by it (RFC 3428). Default: false.",
  }),
  codecs: z
    .exactOptional(
      z
        .array(z.enum(["PCMU", "PCMA", "G722", "opus"]))
        .min(1)
        .max(4),
    )
    .meta({
      description: "Codecs that are spoken with it, best first. Default: `media.codecs`.",
    }),
  limits: z
    .exactOptional(
      z.strictObject({
        calls: z.exactOptional(z.int().min(0).max(MAX_CALLS)).meta({ description: "Calls at once, in and out." }),
        perSecond: z.exactOptional(z.number().min(MIN_PER_SECOND).max(MAX_PER_SECOND)).meta({
          description: "New calls that go out.",
        }),
      }),
    )
    .meta({ description: "What the carrier takes. Default: no limit." }),
  failoverSeconds: z.exactOptional(z.number().min(0.5).max(30)).meta({
    description: "How long a gateway may say nothing at all before the next one is tried. Default: 5.",
  }),
  probe: z.exactOptional(z.union([z.literal(false), z.strictObject({ seconds: z.int().min(5).max(3600) })])).meta({
    description: "How often each gateway is asked by OPTIONS whether it is there; false: never. Default: 30 seconds.",
  }),
  domain: z
    .exactOptional(host)
    .meta({ description: "The SIP domain of ours that its calls belong to. Default: the first." }),
};

/** A trunk, without its name. */
export const trunkSchema = z.strictObject(fields).check((context) => {
  const { uri, gateways, username, password, register, from, country, outgoing, incoming } = context.value;
  const complain = (message: string, ...path: string[]) =>
    context.issues.push({ code: "custom", message, path, input: context.value });
  if (uri !== undefined && gateways !== undefined) complain("uri and gateways exclude each other", "uri");
  if (uri === undefined && gateways === undefined && from === undefined) {
    complain("a trunk needs a uri or gateways to call out by, or from to be called from");
  }
  if (uri === undefined && gateways === undefined && register !== undefined && register !== false) {
    complain("there is no uri to register with", "register");
  }
  if (register !== undefined && register !== false && username === undefined) {
    complain("register needs a username", "register");
  }
  if (outgoing?.from === "account" && username === undefined) complain("account needs a username", "outgoing", "from");
  if (password !== undefined && username === undefined) complain("a password needs a username", "password");
  if (outgoing?.callerId?.allow !== undefined && outgoing.callerId.default === undefined) {
    complain("allow needs a default, shown in place of what is not allowed", "outgoing", "callerId", "allow");
  }
  if (country !== undefined) return;
  const forms = [
    ["outgoing", "number", outgoing?.number],
    ["incoming", "number", incoming?.number],
    ["incoming", "callerId", incoming?.callerId],
  ] as const;
  for (const [side, field, form] of forms) {
    if (form === "national") complain("national needs the country of the trunk", side, field);
  }
  if (outgoing?.callerId?.form === "national") {
    complain("national needs the country of the trunk", "outgoing", "callerId", "form");
  }
});

/** A trunk as it was declared: what is absent has its default. */
export type TrunkDeclaration = z.output<typeof trunkSchema>;
export type NumberForm = z.output<typeof numberForm>;
export type TrunkCodec = NonNullable<TrunkDeclaration["codecs"]>[number];
