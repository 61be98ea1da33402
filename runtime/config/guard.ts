/** `guard`: what is heard of strangers, and what users and trunks may use of the telephone network. */
import { z } from "zod";
import { type Budget, budgetSchema } from "../contract/budget.ts";
import { trunkNameSchema } from "../contract/trunk.ts";
import { userNameSchema } from "../contract/user.ts";
import { networkSchema } from "./network.ts";

const MAX_NETWORKS = 1000;
const MAX_SCANNERS = 100;
const MAX_BUDGETS = 10_000;
const MAX_PER_SECOND = 1_000_000;
const MINUTE_MS = 60_000;

/** Tools that scan and say so. */
const SCANNERS = [
  "friendly-scanner",
  "friendly-request",
  "sipvicious",
  "sundayddr",
  "sipcli",
  "sip-scan",
  "sipscan",
  "sivus",
  "pplsip",
  "siparmyknife",
  "iwar",
  "svwar",
  "svcrack",
];

const networks = z.array(networkSchema).max(MAX_NETWORKS).default([]);

function pace(perSecond: number, burst: number) {
  const rate = z.number().min(0.01).max(MAX_PER_SECOND);
  const most = z.number().min(1).max(MAX_PER_SECOND);
  return z.strictObject({ perSecond: rate.default(perSecond), burst: most.default(burst) }).prefault({});
}

function byName(names: z.ZodString | typeof userNameSchema | typeof trunkNameSchema) {
  return z
    .record(names, budgetSchema)
    .refine((budgets) => Object.keys(budgets).length <= MAX_BUDGETS, { error: `at most ${MAX_BUDGETS} budgets` })
    .transform((budgets): ReadonlyMap<string, Budget> => new Map(Object.entries(budgets)))
    .prefault({});
}

const budgets = z
  .strictObject({
    user: budgetSchema.nullable().default(null),
    users: byName(userNameSchema),
    trunks: byName(trunkNameSchema),
  })
  .prefault({});

export const guardSchema = z
  .strictObject({
    exempt: networks,
    allow: networks,
    deny: networks,
    perSource: pace(100, 300),
    perUser: pace(20, 100),
    ban: z
      .strictObject({
        minutes: z.number().min(0).max(1_000_000).default(10),
        maxMinutes: z.number().min(1).max(1_000_000).default(1440),
      })
      .transform(({ minutes, maxMinutes }) => ({ firstMs: minutes * MINUTE_MS, longestMs: maxMinutes * MINUTE_MS }))
      .prefault({}),
    scanners: z.array(z.string().toLowerCase().min(3).max(100)).max(MAX_SCANNERS).default(SCANNERS),
    budgets,
  })
  .prefault({});
