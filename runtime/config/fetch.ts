/** What the configuration says about `fetch`: which hosts scripts may reach. */
import { z } from "zod";
import { fail, type Result } from "../base/result.ts";
import { type HostRule, parseHostRule } from "../contract/host-rule.ts";
import { describeValue } from "../contract/issue.ts";
import { type Network, parseNetwork } from "../contract/network.ts";

const MAX_HOSTS = 1000;
const MAX_NETWORKS = 1000;

const host = z.string().transform((text, context): HostRule => taken(parseHostRule(text), text, context));
const network = z.string().transform((text, context): Network => {
  const parsed = parseNetwork(text);
  const problem = `expected an address or a network such as 10.1.0.0/16, found ${describeValue(text)}`;
  return taken(parsed === undefined ? fail(problem) : { ok: true, value: parsed }, text, context);
});

/** Of scripts whose policy names no hosts of its own (`fetchHosts`). */
export const fetchSchema = z.strictObject({
  hosts: z.array(host).max(MAX_HOSTS).nullable().default(null),
  allowPrivate: z.array(network).max(MAX_NETWORKS).default([]),
});

function taken<Value>(parsed: Result<Value, string>, input: string, context: z.core.$RefinementCtx): Value {
  if (parsed.ok) return parsed.value;
  context.issues.push({ code: "custom", message: parsed.problem, input });
  return z.NEVER;
}
