/** The configuration as the HTTP API shows it: each value with where it comes from. */
import { z } from "zod";
import { timeSchema } from "./page.ts";

export const configSchema = z
  .object({
    file: z.string().nullable().meta({ description: "`null`: there is none, and all is default." }),
    readAt: timeSchema,
    values: z.array(
      z.object({
        path: z.string().meta({ example: "limits.calls.max" }),
        value: z.unknown().meta({
          description:
            "As the file writes it; secrets are masked, and of a variable of the environment its name is shown.",
          override: {},
        }),
        source: z.discriminatedUnion("type", [
          z.object({ type: z.literal("default") }),
          z.object({ type: z.literal("file"), line: z.int(), column: z.int() }),
        ]),
      }),
    ),
    more: z.int().meta({ description: "Values that are left away." }),
    warnings: z
      .array(z.string())
      .meta({ description: "What has changed since the start and takes effect at the next one." }),
  })
  .meta({ id: "Config" });

export type ConfigBody = z.output<typeof configSchema>;
