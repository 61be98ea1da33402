/** Bans, sources that are never banned, and budgets, as the API takes and shows them. */
import { z } from "zod";
import { timeSchema } from "./page.ts";

const MAX_SECONDS = 10 * 365 * 86_400;
const MAX_REASON = 200;

const source = z
  .string()
  .min(2)
  .max(64)
  .meta({ description: "An address, or a network. An IPv6 address stands for its /64.", example: "192.0.2.0/24" });

const reason = z.string().max(MAX_REASON);

export const banSchema = z
  .object({
    source,
    reason: z.string(),
    since: timeSchema,
    until: timeSchema.nullable().meta({ description: "null: until it is lifted." }),
    by: z.string().meta({ description: "Name of the token; switch: the switch itself." }),
    offences: z.int().meta({ description: "How often it was banned lately; each time for twice as long." }),
  })
  .meta({ id: "Ban" });

export const bansSchema = z.object({ items: z.array(banSchema) }).meta({ id: "Bans" });

export const banInputSchema = z
  .strictObject({
    source,
    seconds: z.number().min(1).max(MAX_SECONDS).nullable().default(null).meta({ description: "null: until lifted." }),
    reason: reason.default(""),
  })
  .meta({ id: "BanInput" });

export const allowedSourceSchema = z
  .object({ source, reason: z.string(), since: timeSchema, by: z.string() })
  .meta({ id: "AllowedSource", description: "It is never banned." });

export const allowedSourcesSchema = z.object({ items: z.array(allowedSourceSchema) }).meta({ id: "AllowedSources" });

export const allowedInputSchema = z
  .strictObject({ source, reason: reason.default("") })
  .meta({ id: "AllowedSourceInput" });

const REASONS = ["banned", "source-rate", "user-rate", "password-guessing", "scanner", "busy", "budget"] as const;

export const guardStatusSchema = z
  .object({
    bans: z.int(),
    sources: z.int().meta({ description: "That are remembered." }),
    knownSources: z.int().meta({ description: "From which users have proved themselves lately." }),
    refused: z.partialRecord(z.enum(REASONS), z.int()).meta({ description: "Since the start, by reason." }),
    allow: z.array(z.string()).meta({ description: "From the configuration file, as the next two." }),
    deny: z.array(z.string()),
    exempt: z.array(z.string()),
  })
  .meta({ id: "GuardStatus" });

export const budgetUseSchema = z
  .object({
    of: z.enum(["user", "trunk"]),
    name: z.string(),
    isNight: z.boolean(),
    calls: z.int().meta({ description: "That are up." }),
    callsToday: z.int(),
    minutesToday: z.number(),
    resetsAt: timeSchema.meta({ description: "When the day ends." }),
  })
  .meta({ id: "BudgetUse" });

export const budgetUsesSchema = z.object({ items: z.array(budgetUseSchema) }).meta({ id: "BudgetUses" });

export type BanBody = z.output<typeof banSchema>;
export type BansBody = z.output<typeof bansSchema>;
export type AllowedSourcesBody = z.output<typeof allowedSourcesSchema>;
export type GuardStatusBody = z.output<typeof guardStatusSchema>;
export type BudgetUsesBody = z.output<typeof budgetUsesSchema>;
