/** Schedules of a script, as the configuration declares them and the HTTP API shows and takes them. */
import { z } from "zod";
import { parseCron } from "./cron.ts";
import { describeValue } from "./issue.ts";
import { timeSchema } from "./page.ts";

/** Of one script. */
export const MAX_SCHEDULES = 50;
const MAX_CRON_CHARACTERS = 100;
const MAX_ZONE_CHARACTERS = 64;

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
    error: ({ input }) => `expected a name of 1 to 64 letters, digits, dots and dashes, found ${describeValue(input)}`,
  })
  .meta({ description: "Names the schedule within its script." });

export const scheduleSchema = z
  .strictObject({
    name,
    cron: z.string().min(1).max(MAX_CRON_CHARACTERS).meta({
      description: "Minute, hour, day of the month, month, day of the week; or @daily and its like.",
      example: "0 8 * * 1-5",
    }),
    timeZone: z
      .string()
      .min(1)
      .max(MAX_ZONE_CHARACTERS)
      .default("UTC")
      .meta({ description: "Where it is that time (IANA).", example: "Europe/Berlin" }),
  })
  .check((context) => {
    const { cron, timeZone } = context.value;
    const parsed = parseCron(cron, timeZone);
    if (parsed.ok) return;
    const { field, message } = parsed.problem;
    context.issues.push({ code: "custom", message, path: [field], input: context.value[field] });
  })
  .meta({ id: "Schedule" });

export const schedulesSchema = z
  .array(scheduleSchema)
  .max(MAX_SCHEDULES)
  .check((context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of context.value.entries()) {
      if (seen.has(name)) {
        const message = `a schedule named ${describeValue(name)} stands twice`;
        context.issues.push({ code: "custom", message, path: [index, "name"], input: name });
      }
      seen.add(name);
    }
  });

export const scheduleListInputSchema = z.strictObject({ schedules: schedulesSchema }).meta({
  id: "ScheduleListInput",
  description: "All schedules of the script but those that the configuration declares.",
});

const scheduleViewSchema = z
  .object({
    name: z.string(),
    cron: z.string(),
    timeZone: z.string(),
    managed: z.boolean().meta({ description: "Declared in the configuration file: not changed here." }),
    nextAt: timeSchema.nullable(),
    lastAt: timeSchema.nullable().meta({ description: "The time that came last since the switch was started." }),
    lastResult: z
      .enum(["ran", "failed", "unhandled", "skipped", "missed"])
      .nullable()
      .meta({
        description:
          "What came of it: `unhandled`, no live version has a `schedule` handler; `skipped`, the handler still ran " +
          "for the time before; `missed`, the switch slept through it.",
      }),
    running: z.boolean(),
  })
  .meta({ id: "ScheduleView" });

export const scheduleListSchema = z.object({ schedules: z.array(scheduleViewSchema) }).meta({ id: "ScheduleList" });

export type ScheduleInputBody = z.input<typeof scheduleSchema>;
export type ScheduleListBody = z.output<typeof scheduleListSchema>;
