/** What a user, or a trunk, may use of the telephone network: against whoever has got hold of a password. */
import { z } from "zod";
import { countrySchema, prefixSchema } from "./policy.ts";

const MAX_LIST = 1000;
const MAX_CALLS = 1_000_000;
const MAX_MINUTES = 10_000_000;

const calls = z.int().min(0).max(MAX_CALLS);

const rules = {
  calls: z.exactOptional(calls).meta({ description: "Calls to the telephone network that are up at once." }),
  callsPerMinute: z.exactOptional(z.number().min(0.1).max(MAX_CALLS)).meta({ description: "New calls a minute." }),
  callsPerDay: z.exactOptional(calls).meta({ description: "Calls in a day of the switch's time zone." }),
  minutesPerDay: z
    .exactOptional(z.number().min(0).max(MAX_MINUTES))
    .meta({ description: "Minutes of answered calls in a day." }),
  countries: z
    .exactOptional(z.array(countrySchema).max(MAX_LIST))
    .meta({ description: "Countries (ISO 3166) whose numbers may be called." }),
  prefixes: z
    .exactOptional(z.array(prefixSchema).max(MAX_LIST))
    .meta({ description: "Numbers that may be called besides." }),
  denyPrefixes: z
    .exactOptional(z.array(prefixSchema).max(MAX_LIST))
    .meta({ description: "Numbers that are never called." }),
};

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'expected a time such as "22:00", in quotes' });

export const budgetSchema = z
  .strictObject({
    ...rules,
    night: z
      .exactOptional(z.strictObject({ from: timeOfDay, to: timeOfDay, ...rules }))
      .meta({ description: "What is stricter from one time of the day to another, in the switch's time zone." }),
  })
  .meta({ id: "Budget", description: "What is left out is not bounded by it." });

export type Budget = z.output<typeof budgetSchema>;
export type BudgetRules = Omit<Budget, "night">;
