/** What the globals `fetch` and `crypto.subtle` of a script ask of the switch: one schema per operation. */
import { z } from "zod";
import { argsParser } from "./operation-args.ts";

const DEFAULT_SECONDS = 5;
const MOST_SECONDS = 10;
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** `URL`, `Headers` and `Request` have looked at it before; the fetcher looks again. */
const fetch = z.strictObject({
  url: z.string(),
  method: z.enum(METHODS),
  headers: z.array(z.tuple([z.string(), z.string()])),
  text: z.exactOptional(z.string()),
  base64: z.exactOptional(z.base64()),
  redirect: z.enum(["follow", "manual", "error"]),
  timeoutSeconds: z.number().positive().max(MOST_SECONDS).default(DEFAULT_SECONDS),
});

export const webArgs = {
  fetch: argsParser(fetch),
  digest: argsParser(
    z.strictObject({ algorithm: z.enum(["SHA-1", "SHA-256", "SHA-384", "SHA-512"]), base64: z.base64() }),
  ),
};
