/** What the tools of the MCP server take (`strowger mcp`). The switch checks again what it is sent. */
import { z } from "zod";
import { levelSchema } from "./feed-api.ts";
import { handlerSchema } from "./script-api.ts";
import { simulateInputSchema } from "./simulate-api.ts";

const MOST_LISTED = 200;
const DEFAULT_LISTED = 50;

const script = z.string().min(1).max(64).meta({ description: "Name of the script." });
const version = z
  .union([z.int().min(1), z.string().min(1).max(64)])
  .meta({ description: "A number, a tag, `latest`, `active` or `previous`." });
const message = z.string().min(1).max(500).optional().meta({ description: "What it is about, for the history." });
const limit = z.int().min(1).max(MOST_LISTED).default(DEFAULT_LISTED);
const confirm = z.literal(true).meta({
  description: "That whoever you work for wants it now: the next call runs on it. Ask first.",
});

/** The text of a script of one file, or all files of one that has more. */
const upload = {
  script,
  source: z.string().optional().meta({ description: "Text of a script of one file." }),
  files: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: "Text by path, in place of `source`: a script of several files." }),
  entry: z.string().optional().meta({ description: "With `files`: the path of the entry." }),
};

export type ToolSchema = z.ZodObject;

export const toolInputs = {
  list_scripts: z.strictObject({}),
  get_script: z.strictObject({ script, version: version.default("active") }),
  check_script: z.strictObject(upload),
  upload_script: z.strictObject({ ...upload, message }),
  simulate_script: z.strictObject({ script, version: version.default("latest"), ...simulateInputSchema.shape }),
  deploy_script: z.strictObject({
    script,
    versions: z
      .array(z.strictObject({ version, percent: z.int().min(1).max(100) }))
      .min(1)
      .max(8)
      .meta({ description: "Which stored versions get how many percent of the new calls: 100 together." }),
    message,
    confirm,
  }),
  rollback_script: z.strictObject({
    script,
    to: version.optional().meta({ description: "Default: what was live before." }),
    message,
    confirm,
  }),
  read_logs: z.strictObject({
    script,
    types: z
      .array(z.enum(["log", "invocation", "fault", "deploy"]))
      .min(1)
      .optional()
      .meta({ description: "Default: all." }),
    level: levelSchema.optional().meta({ description: "Log lines of this level and above." }),
    event: handlerSchema.optional(),
    callId: z.string().min(1).max(256).optional(),
    search: z.string().min(1).max(256).optional(),
    limit: limit.meta({ description: "The newest so many." }),
  }),
  list_calls: z.strictObject({
    which: z.enum(["live", "ended"]).default("live"),
    limit,
  }),
  call_timeline: z.strictObject({
    call: z.string().min(1).max(256).meta({ description: "Id of a call that is up or has ended." }),
    full: z.boolean().default(false).meta({ description: "Whole SIP messages, not their first lines alone." }),
  }),
} satisfies Record<string, ToolSchema>;

export type ToolName = keyof typeof toolInputs;
export type ToolInput<Name extends ToolName> = z.output<(typeof toolInputs)[Name]>;
