/** What operates the switch, as the HTTP API shows and takes it: draining it, and copies of what it keeps. */
import { z } from "zod";
import { flagSchema, timeSchema } from "./page.ts";

export const drainSchema = z
  .object({
    draining: z.boolean(),
    since: timeSchema.nullable(),
    calls: z.int().meta({ description: "How many calls are up." }),
    waitsFor: z
      .array(
        z.object({
          id: z.string(),
          state: z.string(),
          from: z.string(),
          to: z.string(),
          seconds: z.number().meta({ description: "Since the call has begun." }),
        }),
      )
      .meta({ description: "The oldest of them, at most 100." }),
  })
  .meta({ id: "Drain" });

export const upgradeSchema = z
  .object({
    state: z.enum(["none", "preparing", "handing-over", "done", "failed"]).meta({
      description: "`none`: there has been none since the switch was started as a whole.",
    }),
    version: z.string().meta({ description: "The version that answers." }),
    startedAt: timeSchema.nullable(),
    endedAt: timeSchema.nullable(),
    from: z.string().nullable().meta({ description: "The version before." }),
    to: z.string().nullable().meta({ description: "`null`: the new version has not come far enough to say." }),
    calls: z.int().nullable().meta({ description: "Calls that have been taken over." }),
    pauseSeconds: z.number().nullable().meta({ description: "How long new requests have waited." }),
    reason: z.string().nullable().meta({ description: "Why it came to nothing." }),
  })
  .meta({ id: "Upgrade" });

export const backupQuery = z.strictObject({
  keys: flagSchema.meta({
    description: "With the token of the installation and the key that secrets are sealed with.",
  }),
  recordings: flagSchema.meta({ description: "With the recordings of calls." }),
  journal: flagSchema.meta({ description: "With the timelines of ended calls." }),
});

export type DrainBody = z.output<typeof drainSchema>;
export type UpgradeBody = z.output<typeof upgradeSchema>;
