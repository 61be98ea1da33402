/** What a script gives to the operations of `kv` and `secrets` (`sdk/kv.ts`, `sdk/secrets.ts`). */
import { z } from "zod";
import type { Json } from "../../sdk/call.ts";
import type { KvExpected } from "../../sdk/kv.ts";
import { argsParser } from "./operation-args.ts";
import { kvKeySchema, ttlSchema, variableNameSchema } from "./script-data.ts";

const DEFAULT_ENTRIES = 50;
const MOST_ENTRIES = 100;
const MAX_CURSOR_CHARACTERS = 1024;

/** What comes from a script has been JSON text: only its absence is to be told from a value. */
const value = z.custom<Json>((given) => given !== undefined, "expected a value that is JSON, found nothing");
const key = { key: kvKeySchema };
const expiry = { ttlSeconds: z.exactOptional(ttlSchema) };
const expected = z.union([z.strictObject({ version: z.int() }), z.strictObject({ value })], {
  error: "expected { value } or { version }",
}) satisfies z.ZodType<KvExpected>;

export const kvArgs = {
  get: argsParser(z.strictObject(key)),
  set: argsParser(z.strictObject({ ...key, ...expiry, value, ifAbsent: z.boolean().default(false) })),
  delete: argsParser(z.strictObject(key)),
  increment: argsParser(z.strictObject({ ...key, ...expiry, by: z.int() })),
  compareAndSet: argsParser(z.strictObject({ ...key, ...expiry, expected, value })),
  list: argsParser(
    z.strictObject({
      prefix: z.string().max(MAX_CURSOR_CHARACTERS).default(""),
      limit: z.int().min(1).max(MOST_ENTRIES).default(DEFAULT_ENTRIES),
      cursor: z.exactOptional(z.string().max(MAX_CURSOR_CHARACTERS)),
    }),
  ),
};

export const secretArgs = {
  get: argsParser(z.strictObject({ name: variableNameSchema })),
};
