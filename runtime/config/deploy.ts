/**
 * The keys `deploy`, `audit` and `cdrs` of the configuration: versions that are kept, when the switch goes back, how long the
 * audit log and the records of calls are kept.
 */
import { z } from "zod";

const MINUTE_MS = 60_000;

const autoRollback = z
  .strictObject({
    withinMinutes: z.number().min(0.1).max(1_440).default(10),
    minEvents: z.int().min(1).max(1_000_000).default(20),
    marginPercent: z.number().min(0).max(100).default(5),
  })
  .transform(({ withinMinutes, minEvents, marginPercent }) => ({
    withinMs: withinMinutes * MINUTE_MS,
    minSample: minEvents,
    marginPercent,
  }));

/** `autoRollback: false` is short for never, `true` for the defaults. */
export const deploySchema = z.strictObject({
  keepVersions: z.int().min(10).max(10_000).default(100),
  autoRollback: z
    .preprocess((value) => (value === true ? {} : value), z.union([z.literal(false), autoRollback]))
    .prefault({})
    .transform((value) => (value === false ? null : value)),
});

/** `days: 0` is short for as long as there are not too many. */
export const cdrsSchema = z.strictObject({
  days: z
    .int()
    .min(0)
    .max(3_650)
    .default(400)
    .transform((days) => (days === 0 ? null : days)),
  rows: z.int().min(1_000).max(100_000_000).default(5_000_000),
});

export const auditSchema = z.strictObject({
  days: z.int().min(1).max(3_650).default(365),
  rows: z.int().min(100).max(10_000_000).default(100_000),
});
