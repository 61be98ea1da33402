/** Keys, variables and secrets of a script as the HTTP API shows and takes them. */
import { z } from "zod";
import { flagSchema, pageQuery, timeSchema } from "./page.ts";
import {
  kvKeySchema,
  MAX_SECRETS,
  MAX_TTL_SECONDS,
  secretValueSchema,
  variableNameSchema,
  variablesSchema,
} from "./script-data.ts";
import { scriptNameSchema } from "./script-name.ts";

const ttlQuery = z.coerce.number().int().min(1).max(MAX_TTL_SECONDS);

export const kvParams = z.object({ name: scriptNameSchema, key: kvKeySchema });
export const secretParams = z.object({ name: scriptNameSchema, key: variableNameSchema });

export const kvListQuery = z.strictObject({
  ...pageQuery,
  prefix: z.string().max(512).default("").meta({ description: "Only keys that begin with it." }),
});

export const kvPutQuery = z.strictObject({
  ttl: ttlQuery.optional().meta({ description: "Seconds after which the key is gone; default: never." }),
});

export const kvItemSchema = z
  .object({
    key: z.string(),
    bytes: z.int().meta({ description: "Of key and value, as they count for the room that the script has." }),
    version: z.int().meta({ description: "Another one after each write; its ETag." }),
    expiresAt: timeSchema.nullable(),
    updatedAt: timeSchema,
  })
  .meta({ id: "KvItem" });

export const kvValueSchema = z.unknown().meta({ id: "KvValue", description: "JSON of at most 128 KB." });

export const kvIncrementSchema = z
  .strictObject({
    increment: z.int().default(1).meta({ description: "What is added; below zero, taken away." }),
    ttlSeconds: ttlQuery.optional().meta({ description: "Counts from when the key is made." }),
  })
  .meta({ id: "KvIncrement" });

export const kvCountedSchema = z
  .object({ value: z.int(), version: z.int(), expiresAt: timeSchema.nullable() })
  .meta({ id: "KvCounted" });

export const kvClearedSchema = z.object({ removed: z.int() }).meta({ id: "KvCleared" });

export const secretSchema = z
  .object({
    name: z.string(),
    version: z.int().meta({ description: "Counts up with each value that a secret of the script was given." }),
    updatedAt: timeSchema,
  })
  .meta({ id: "Secret", description: "A secret without its value, which no answer ever holds." });

export const secretListSchema = z.object({ items: z.array(secretSchema) }).meta({ id: "Secrets" });

export const secretInputSchema = z.strictObject({ value: secretValueSchema }).meta({ id: "SecretInput" });

function secretsOf<Value extends z.ZodType>(value: Value) {
  return z
    .record(variableNameSchema, value)
    .refine((secrets) => Object.keys(secrets).length <= MAX_SECRETS, `a script has at most ${MAX_SECRETS} secrets`);
}

/** Goes with an upload: they are set together with the activation, or not at all. */
export const uploadedSecretsSchema = secretsOf(secretValueSchema).meta({
  description: "Secrets to set when the version goes live, by their names. Where the upload is refused, none changes.",
});

export const secretsPatchSchema = z
  .strictObject({ secrets: secretsOf(secretValueSchema.nullable()) })
  .meta({ id: "SecretsPatch", description: "By their names; null takes one away. All of it is done, or nothing." });

export const environmentSchema = z
  .object({
    variables: z.record(z.string(), z.string()),
    managed: z.array(z.string()).meta({ description: "Names of those that the configuration file declares." }),
  })
  .meta({ id: "Environment" });

export const environmentInputSchema = z
  .strictObject({ variables: variablesSchema })
  .meta({ id: "EnvironmentInput", description: "All variables but those of the configuration file, which stay." });

export const removeScriptQuery = z.strictObject({
  purge: flagSchema.meta({ description: "1: also its keys, variables and secrets, which are kept otherwise." }),
});

export type KvItemBody = z.output<typeof kvItemSchema>;
export type KvCountedBody = z.output<typeof kvCountedSchema>;
export type SecretBody = z.output<typeof secretSchema>;
export type EnvironmentBody = z.output<typeof environmentSchema>;
