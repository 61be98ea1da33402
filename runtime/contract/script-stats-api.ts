/** How the versions of a script do, as the HTTP API shows it. */
import { z } from "zod";
import { timeSchema } from "./page.ts";

const percentilesSchema = z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable();

export const scriptStatsSchema = z
  .object({
    since: timeSchema.meta({ description: "When counting began: the start of the switch." }),
    versions: z.array(
      z.object({
        version: z.int(),
        events: z.int(),
        faults: z.record(z.string(), z.int()).meta({ description: "Events at which the script failed, by reason." }),
        timeouts: z.int(),
        calls: z.int().meta({ description: "Calls that have ended." }),
        failedCalls: z.int().meta({
          description: "Calls that got the fallback since the script failed at the INVITE, or a 5xx of the switch.",
        }),
        wallMs: percentilesSchema,
        cpuMs: percentilesSchema,
      }),
    ),
  })
  .meta({ id: "ScriptStats", description: "Newest version first; those that have done nothing are not in it." });

export type ScriptStatsBody = z.output<typeof scriptStatsSchema>;
