/** The schema of a route, as the configuration file and the API give it: what to match, which script, what else. */
import { z } from "zod";
import type { Decision } from "../../sdk/decisions.ts";
import { planSchema } from "./decision.ts";
import { describeValue } from "./issue.ts";
import { parseNetwork } from "./network.ts";
import { parseNumberPattern } from "./number-pattern.ts";
import { scriptNameSchema } from "./script-name.ts";

/** Which requests a route takes, and what is done with them. What is absent matches everything. */
export interface Route {
  readonly name: string;
  /** The SIP method. */
  readonly method?: string;
  /** Number pattern on the user part of the Request-URI. */
  readonly to?: string;
  /** Number pattern on the user part of From. */
  readonly from?: string;
  /** The host of the Request-URI. */
  readonly domain?: string;
  /** The trunk that the request came from. */
  readonly trunk?: string;
  /** Network that the request came from, in CIDR notation. */
  readonly source?: string;
  /** The script that gets the events. */
  readonly script: string;
  /** Done when the script fails. Must be safe for any caller. @default [reject(500)] */
  readonly fallback?: readonly Decision[];
  /** Whether callers who are not ours may leave by a trunk or to a foreign address. @default false */
  readonly public?: boolean;
}

const METHODS = [
  "INVITE",
  "ACK",
  "BYE",
  "CANCEL",
  "OPTIONS",
  "REGISTER",
  "PRACK",
  "SUBSCRIBE",
  "NOTIFY",
  "PUBLISH",
  "INFO",
  "REFER",
  "MESSAGE",
  "UPDATE",
] as const;

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
  error: (issue) => `expected a name of 1 to 64 letters, digits, dots and dashes, found ${describeValue(issue.input)}`,
});

const numberPattern = z.string().check((context) => {
  const pattern = parseNumberPattern(context.value);
  if (!pattern.ok) context.issues.push({ code: "custom", message: pattern.problem, input: context.value });
});

const network = z.string().refine((text) => parseNetwork(text) !== undefined, {
  error: (issue) => `expected an address or a network such as 192.0.2.0/24, found ${describeValue(issue.input)}`,
});

const host = z.string().regex(/^[A-Za-z0-9.:_-]{1,255}$/, {
  error: (issue) => `expected a domain such as example.com, found ${describeValue(issue.input)}`,
});

type Fields<Type> = { readonly [Key in keyof Type]-?: z.ZodType<Type[Key]> };

const fields = {
  name,
  method: z.exactOptional(z.enum(METHODS)),
  to: z.exactOptional(numberPattern),
  from: z.exactOptional(numberPattern),
  domain: z.exactOptional(host),
  trunk: z.exactOptional(name),
  source: z.exactOptional(network),
  script: scriptNameSchema,
  fallback: z.exactOptional(planSchema),
  public: z.exactOptional(z.boolean()),
} satisfies Fields<Route>;

/** A route. */
export const routeSchema = z.strictObject(fields) satisfies z.ZodType<Route>;
