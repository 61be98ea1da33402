/** `journal`: whether, and how much of, what happened in calls is written down. */
import { z } from "zod";
import type { Config } from "./config.ts";

const DEFAULTS = { megabytes: 64, hours: 24, callsPerSecond: 100 } as const;

const kept = z.strictObject({
  megabytes: z.int().min(1).max(10_240).default(DEFAULTS.megabytes),
  hours: z.int().min(1).max(8760).default(DEFAULTS.hours),
  callsPerSecond: z.int().min(1).max(100_000).default(DEFAULTS.callsPerSecond),
});

/** YAML 1.2 reads `off` as text. */
export const journalSchema = z
  .union([z.enum(["on", "off"]), z.boolean(), kept], {
    error: 'expected "off", or an object with megabytes, hours and callsPerSecond',
  })
  .transform((value): Config["journal"] => {
    if (typeof value === "object") return value;
    return value === "off" || value === false ? null : DEFAULTS;
  });
