/** What the configuration says about scripts: a section for each, by name. */
import { z } from "zod";
import { policySchema } from "../contract/policy.ts";
import { schedulesSchema } from "../contract/schedule.ts";
import { variablesSchema } from "../contract/script-data.ts";
import { isScriptName, SCRIPT_NAME_RULE } from "../contract/script-name.ts";
import { parseSecretKey } from "../contract/secret-key.ts";
import type { ConfiguredScript } from "./config.ts";

/** Requests to `/x/{script}/…`. */
const http = z.strictObject({
  token: z
    .string()
    .regex(/^[\x21-\x7e]{8,256}$/, { error: "a token has 8 to 256 printable characters and no blank" })
    .nullable()
    .default(null),
  perSecond: z.int().min(1).max(10_000).default(100),
});

const script = z.strictObject({
  env: variablesSchema.default({}),
  http: http.prefault({}),
  policy: policySchema.nullable().default(null),
  schedules: schedulesSchema.default([]),
});

const name = z.string().refine(isScriptName, { error: `a script is called by ${SCRIPT_NAME_RULE}` });

export const scriptsSchema = z
  .record(name, script)
  .transform((byName): readonly ConfiguredScript[] =>
    Object.entries(byName).map(([name, rest]) => ({ name, ...rest })),
  );

/** The value is a secret, so a complaint does not repeat it. */
export const secretKeySchema = z
  .string()
  .refine((text) => parseSecretKey(text) !== undefined, {
    error: "expected 32 bytes in base64 or as 64 hex digits, such as `openssl rand -base64 32` prints",
  })
  .nullable();
