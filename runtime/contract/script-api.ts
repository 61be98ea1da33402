/** Scripts, versions and deployments as the HTTP API shows and takes them. */

import { z } from "zod";
import { handlerNames } from "./handler-names.ts";
import { timeSchema } from "./page.ts";
import { diagnosticSchema } from "./problem.ts";
import { uploadedSecretsSchema } from "./script-data-api.ts";
import { scriptNameSchema } from "./script-name.ts";

/** Files of one upload. */
const MAX_FILES = 64;
const MAX_PATH_CHARACTERS = 200;
const MAX_MESSAGE_CHARACTERS = 500;
/** Versions that share the calls of a script. */
const MAX_SHARES = 8;

export const handlerSchema = z.enum(handlerNames).meta({ id: "HandlerName" });

export const scriptParams = z.object({ name: scriptNameSchema });

/** A number, a tag, `latest`, `active` or `previous`. A tag begins with a letter, so that it is never taken for a number. */
export const tagSchema = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9._-]{0,63}$/,
    "a tag begins with a letter and has at most 64 of letters, digits, '.', '_', '-'",
  )
  .refine((tag) => !["latest", "active", "previous"].includes(tag), "latest, active and previous are not tags");

export const selectorSchema = z
  .union([z.int().min(1), z.string().min(1).max(64)])
  .meta({ id: "VersionSelector", description: "A number, a tag, `latest`, `active` or `previous`." })
  .transform((selector) => (typeof selector === "string" && /^\d+$/.test(selector) ? Number(selector) : selector));

/** `?name=0`, `?name=false`, or on. */
const onSchema = z
  .enum(["1", "true", "0", "false"])
  .default("1")
  .transform((value) => value === "1" || value === "true");

const messageSchema = z.string().min(1).max(MAX_MESSAGE_CHARACTERS);

export const uploadSchema = z
  .strictObject({
    entry: z.string().min(1).max(MAX_PATH_CHARACTERS).meta({ description: "Path of the entry file, one of `files`." }),
    files: z
      .record(z.string().min(1).max(MAX_PATH_CHARACTERS), z.string())
      .refine((files) => Object.keys(files).length <= MAX_FILES, `a script has at most ${MAX_FILES} files`)
      .meta({ description: "Source text by path.", example: { "front-desk.ts": "export default { … }" } }),
    message: messageSchema.optional(),
    tag: tagSchema.optional(),
    secrets: uploadedSecretsSchema.optional(),
  })
  .refine((upload) => Object.hasOwn(upload.files, upload.entry), { path: ["entry"], message: "is not one of `files`" })
  .meta({ id: "Upload" });

/** What is tried out: a version, or a draft in place of one. */
export const codeToTry = {
  version: z.exactOptional(selectorSchema).meta({ description: "A stored version." }),
  draft: z
    .exactOptional(uploadSchema)
    .meta({ description: "Code that becomes no version, in place of one; needs scripts:write." }),
};

/** What may go with an upload that is the bare text of a script. */
export const uploadQuery = {
  message: messageSchema.optional(),
  tag: tagSchema.optional(),
  typecheck: z.enum(["off", "warn", "error"]).default("warn").meta({
    description: "What becomes of wrong types: nobody looks, they are diagnostics of the version, or it is refused.",
  }),
};

/** How an upload is made live at once. */
export const releaseQuery = {
  percent: z.coerce.number().int().min(1).max(100).default(100).meta({
    description: "Of the calls; the rest stays with the version that most calls get now.",
  }),
  autoRollback: onSchema.meta({ description: "Whether the switch goes back by itself where the version does badly." }),
};

export const scriptVersionSchema = z
  .object({
    script: z.string(),
    version: z.int(),
    sha256: z.string(),
    entry: z.string(),
    handlers: z.array(handlerSchema),
    files: z.array(z.string()),
    tag: z.string().nullable(),
    message: z.string().nullable(),
    author: z.string(),
    createdAt: timeSchema,
    diagnostics: z.array(diagnosticSchema),
  })
  .meta({ id: "ScriptVersion" });

const shareSchema = z.object({ version: z.int(), percent: z.number() }).meta({ id: "DeploymentShare" });

export const deployedSchema = z
  .object({
    name: z.string(),
    version: z.int(),
    sha256: z.string(),
    handlers: z.array(handlerSchema),
    diagnostics: z.array(diagnosticSchema),
    live: z.array(shareSchema).meta({ description: "Which versions get how many percent of the calls from now on." }),
  })
  .meta({ id: "DeployedScript" });

export const checkedSchema = z
  .object({ handlers: z.array(handlerSchema), diagnostics: z.array(diagnosticSchema) })
  .meta({ id: "CheckedScript", description: "What a dry run found; nothing was stored." });

export const deploymentSchema = z
  .object({
    script: z.string(),
    id: z.int(),
    versions: z.array(shareSchema),
    reason: z.enum(["deploy", "rollback", "auto-rollback"]),
    autoRollback: z.boolean(),
    message: z.string().nullable(),
    author: z.string(),
    createdAt: timeSchema,
  })
  .meta({ id: "Deployment" });

export const deploymentInputSchema = z
  .strictObject({
    versions: z
      .array(z.strictObject({ version: selectorSchema, percent: z.int().min(1).max(100) }))
      .min(1)
      .max(MAX_SHARES)
      .refine(
        (shares) => shares.reduce((sum, share) => sum + share.percent, 0) === 100,
        "the percents must add up to 100",
      ),
    message: messageSchema.optional(),
    autoRollback: z.boolean().default(true),
  })
  .meta({ id: "DeploymentInput" });

export const rollbackInputSchema = z
  .strictObject({
    to: selectorSchema.optional().meta({ description: "Default: the deployment before the current one." }),
    message: messageSchema.optional(),
  })
  .meta({ id: "RollbackInput" });

export const scriptSummarySchema = z
  .object({
    name: z.string(),
    latest: z.int(),
    active: z.array(shareSchema),
    handlers: z.array(handlerSchema),
    updatedAt: timeSchema,
  })
  .meta({ id: "Script" });

export type UploadBody = z.output<typeof uploadSchema>;
export type ScriptVersionBody = z.output<typeof scriptVersionSchema>;
export type DeployedBody = z.output<typeof deployedSchema>;
export type CheckedBody = z.output<typeof checkedSchema>;
export type DeploymentBody = z.output<typeof deploymentSchema>;
export type ScriptSummaryBody = z.output<typeof scriptSummarySchema>;
