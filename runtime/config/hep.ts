/** `hep`: where a copy of each SIP message goes, for a collector such as Homer. */
import { isIP } from "node:net";
import { z } from "zod";
import { describeValue } from "../contract/issue.ts";
import { isHostName, parseHostPort } from "./address.ts";
import type { ConfiguredHep } from "./config.ts";

const HEP_PORT = 9060;
const MAX_PASSWORD = 128;
const MAX_CAPTURE_ID = 0xffff_ffff;
const SCHEME = "udp://";

const collector = z.string().transform((text, context): ConfiguredHep["to"] => {
  const parsed = text.startsWith(SCHEME) ? parseHostPort(text.slice(SCHEME.length)) : undefined;
  const isHost = parsed !== undefined && (isIP(parsed.host) !== 0 || isHostName(parsed.host));
  if (isHost && parsed.port !== 0) return { host: parsed.host, port: parsed.port ?? HEP_PORT };
  const message = `expected a collector such as udp://homer.example.com:${HEP_PORT}, found ${describeValue(text)}`;
  context.issues.push({ code: "custom", message, input: text });
  return z.NEVER;
});

export const hepSchema = z
  .strictObject({
    to: collector,
    captureId: z.int().min(0).max(MAX_CAPTURE_ID).default(1),
    password: z.string().min(1).max(MAX_PASSWORD).nullable().default(null),
  })
  .nullable()
  .default(null);
