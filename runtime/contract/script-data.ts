/** What a script may keep on the switch, and how it is named: the same rules for scripts, the API and the configuration. */
import { z } from "zod";

/** Of a value as JSON, in UTF-8. */
export const MAX_KV_VALUE_BYTES = 128 * 1024;
export const MAX_KV_KEY_BYTES = 512;
/** Ten years. */
export const MAX_TTL_SECONDS = 315_360_000;

const MAX_VARIABLES = 100;
const MAX_VARIABLE_CHARACTERS = 8 * 1024;
const MAX_VARIABLES_CHARACTERS = 64 * 1024;

/** A shorter one could not be told from other text where it is masked. */
const MIN_SECRET_CHARACTERS = 4;
const MAX_SECRET_BYTES = 16 * 1024;
export const MAX_SECRETS = 100;

/** A URL cannot hold the two that stand for folders. */
export const kvKeySchema = z.string().refine(isKey, {
  error: `expected a key: 1 to ${MAX_KV_KEY_BYTES} bytes without control characters, and neither "." nor ".."`,
});

export const ttlSchema = z.int().min(1).max(MAX_TTL_SECONDS);

/** What a variable or a secret is called: as in the environment of a process. */
export const variableNameSchema = z
  .string()
  .refine((text) => /^[A-Za-z_]\w{0,63}$/.test(text) && text !== "__proto__", {
    error: "expected a name: a letter or _, then at most 63 letters, digits and _",
  });

export const variablesSchema = z
  .record(variableNameSchema, z.string().max(MAX_VARIABLE_CHARACTERS))
  .refine((variables) => Object.keys(variables).length <= MAX_VARIABLES, `expected at most ${MAX_VARIABLES} variables`)
  .refine(
    (variables) => Object.values(variables).join("").length <= MAX_VARIABLES_CHARACTERS,
    `expected at most ${MAX_VARIABLES_CHARACTERS} characters of all variables together`,
  );

/** A complaint never repeats the value. */
export const secretValueSchema = z.string().refine(isSecret, {
  error: `a secret is text of at least ${MIN_SECRET_CHARACTERS} characters and at most ${MAX_SECRET_BYTES / 1024} KB`,
});

function isKey(text: string): boolean {
  const isPrintable = text.isWellFormed() && !/[\x00-\x1f\x7f]/.test(text) && text !== "." && text !== "..";
  return text !== "" && isPrintable && Buffer.byteLength(text) <= MAX_KV_KEY_BYTES;
}

function isSecret(text: string): boolean {
  return text.length >= MIN_SECRET_CHARACTERS && text.isWellFormed() && Buffer.byteLength(text) <= MAX_SECRET_BYTES;
}
