/** What the configuration says about DNS: whom the switch asks for the addresses of other switches. */
import { isIP } from "node:net";
import { z } from "zod";
import { describeValue } from "../contract/issue.ts";
import { parseHostPort } from "./address.ts";
import type { Config } from "./config.ts";

const MAX_SERVERS = 4;
const DNS_PORT = 53;
const DEFAULT_TIMEOUT_SECONDS = 2;

/** As the resolver takes it: IPv6 in brackets. */
const server = z.string().transform((text, context): string => {
  const parsed = parseHostPort(text);
  const family = parsed === undefined ? 0 : isIP(parsed.host);
  const port = parsed?.port ?? DNS_PORT;
  if (parsed !== undefined && family !== 0 && port > 0)
    return family === 6 ? `[${parsed.host}]:${port}` : `${parsed.host}:${port}`;
  const message = `expected the address of a DNS server such as 192.0.2.53 or 192.0.2.53:5353, found ${describeValue(text)}`;
  context.issues.push({ code: "custom", message, input: text });
  return z.NEVER;
});

export const dnsSchema = z
  .strictObject({
    servers: z.array(server).min(1).max(MAX_SERVERS).nullable().default(null),
    timeoutSeconds: z.number().min(0.1).max(10).default(DEFAULT_TIMEOUT_SECONDS),
  })
  .transform(({ servers, timeoutSeconds }): Config["dns"] => ({ servers, timeoutMs: timeoutSeconds * 1000 }));
