/** What the configuration says about trunks, and the numbers that nothing may stop. */
import { z } from "zod";
import { describeValue } from "../contract/issue.ts";
import { trunkNameSchema, trunkSchema } from "../contract/trunk.ts";
import type { ConfiguredTrunk } from "./config.ts";

const MAX_TRUNKS = 1000;
const MAX_EMERGENCY_NUMBERS = 100;

export const trunksSchema = z
  .record(trunkNameSchema, trunkSchema)
  .refine((byName) => Object.keys(byName).length <= MAX_TRUNKS, { error: `at most ${MAX_TRUNKS} trunks` })
  .transform((byName): readonly ConfiguredTrunk[] => Object.entries(byName).map(([name, trunk]) => ({ name, trunk })));

const emergencyNumber = z.string().regex(/^\d{2,8}$/, {
  error: (issue) => `expected a short number such as "112", in quotes, found ${describeValue(issue.input)}`,
});

export const emergencySchema = z.array(emergencyNumber).max(MAX_EMERGENCY_NUMBERS);
