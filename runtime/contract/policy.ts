/** The policy of a script, as the configuration declares it and the HTTP API takes and shows it. */
import { z } from "zod";
import { parseHostRule } from "./host-rule.ts";
import { describeValue } from "./issue.ts";
import { timeSchema } from "./page.ts";
import { trunkNameSchema } from "./trunk.ts";

const MAX_LIST = 1000;
const MAX_CALLS = 1_000_000;
const MAX_MINUTES = 10_000_000;
const MAX_SECONDS = 86_400;
const MAX_PER_SECOND = 10_000;
/** One call in a quarter of an hour. */
const MIN_PER_SECOND = 0.001;

const TWO_LETTERS = /^[A-Z]{2}$/;
const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });

export const countrySchema = z
  .string()
  .toUpperCase()
  .refine((text) => TWO_LETTERS.test(text) && names.of(text) !== undefined, {
    error: ({ input }) => `expected the two letters of a country such as DE or US, found ${describeValue(input)}`,
  })
  // UK is written by many for what ISO 3166 calls GB.
  .overwrite((text) => (TWO_LETTERS.test(text) ? (new Intl.Locale(`und-${text}`).region ?? text) : text));

export const prefixSchema = z.string().regex(/^\+?\d{1,15}$/, {
  error: ({ input }) => `expected the beginning of a number such as +4930, found ${describeValue(input)}`,
});

const host = z.string().check((context) => {
  const parsed = parseHostRule(context.value);
  if (!parsed.ok) context.issues.push({ code: "custom", message: parsed.problem, input: context.value });
});

const calls = z.int().min(0).max(MAX_CALLS);

const destinations = z.strictObject({
  users: z.exactOptional(z.boolean()).meta({ description: "Whether users of the switch are called. Default: true." }),
  countries: z.exactOptional(z.array(countrySchema).max(MAX_LIST)).meta({
    description: "Countries (ISO 3166) whose numbers are called: written with + and the country code.",
    example: ["DE", "AT"],
  }),
  prefixes: z.exactOptional(z.array(prefixSchema).max(MAX_LIST)).meta({
    description: "Numbers that are called besides: +4930 with its country code, or 20 as it is dialled.",
  }),
  denyPrefixes: z.exactOptional(z.array(prefixSchema).max(MAX_LIST)).meta({
    description: "Numbers that are never called, whatever else is allowed.",
  }),
  hosts: z.exactOptional(z.array(host).max(MAX_LIST)).meta({
    description: "Hosts of SIP URIs that are called: sip.example.net, *.example.net, sip.example.net:5080.",
  }),
  trunks: z.exactOptional(z.array(trunkNameSchema).max(MAX_LIST)).meta({
    description: "Trunks by which numbers may leave; `hosts` does not bind those then.",
  }),
});

export const policySchema = z
  .strictObject({
    destinations: z.exactOptional(destinations),
    maxConcurrentCalls: z.exactOptional(calls).meta({ description: "Calls that are up at once." }),
    callsPerSecond: z
      .exactOptional(z.number().min(MIN_PER_SECOND).max(MAX_PER_SECOND))
      .meta({ description: "New calls; 0.5 is one in two seconds." }),
    maxSeconds: z
      .exactOptional(z.number().min(1).max(MAX_SECONDS))
      .meta({ description: "How long a call may last from its answer on." }),
    dailyBudget: z
      .exactOptional(
        z.strictObject({
          calls: z.exactOptional(calls),
          minutes: z.exactOptional(z.number().min(0).max(MAX_MINUTES)),
        }),
      )
      .meta({ description: "Calls, and minutes of answered calls, in a day of the switch's time zone." }),
    originate: z
      .exactOptional(z.strictObject({ max: z.exactOptional(calls), perMinute: z.exactOptional(calls) }))
      .meta({ description: "Calls that it begins by itself, in place of `limits.originate`." }),
    fetchHosts: z.exactOptional(z.array(host).max(MAX_LIST)).meta({
      description: "Hosts that `fetch` reaches, in place of `fetch.hosts`: api.example.com, *.example.com, * for any.",
    }),
  })
  .meta({ id: "Policy", description: "What a script may do. What is left out is not bounded by it." });

export const policyInputSchema = z.strictObject({ policy: policySchema }).meta({ id: "PolicyInput" });

export const policyViewSchema = z
  .object({
    policy: policySchema,
    managed: z.boolean().meta({ description: "Declared in the configuration file: not changed here." }),
  })
  .meta({ id: "PolicyView" });

const count = z.int();

export const policyUsageSchema = z
  .object({
    day: z.string().meta({ example: "2026-01-31" }),
    timeZone: z.string(),
    resetsAt: timeSchema.meta({ description: "When the day ends." }),
    concurrentCalls: count,
    calls: count,
    minutes: z.number().meta({ description: "Of answered calls, those that are up among them." }),
    reached: z
      .object({
        destination: count,
        "concurrent-calls": count,
        "calls-per-second": count,
        duration: count,
        "daily-calls": count,
        "daily-minutes": count,
      })
      .meta({ description: "How often each limit was reached today, since the switch was started." }),
  })
  .meta({ id: "PolicyUsage", description: "What the script uses now, and has used today." });

export type PolicyInput = z.input<typeof policyInputSchema>;
export type PolicyBody = z.output<typeof policyViewSchema>;
export type PolicyUsageBody = z.output<typeof policyUsageSchema>;
