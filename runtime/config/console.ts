/** `console` of `strowger.yaml`: whether there is a console, who may sign in, and for how long. */
import { z } from "zod";
import { isPasswordHash } from "../base/password-hash.ts";
import { consoleNameSchema } from "../contract/console-api.ts";
import { roleSchema } from "../contract/role.ts";
import type { ConfiguredConsole } from "./config.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MOST_IDLE_MINUTES = 30 * 24 * 60;
const MOST_HOURS = 30 * 24;

/** The value is not repeated: whoever writes the password itself here would find it in a log. */
const passwordHash = z.string().refine(isPasswordHash, {
  error: 'expected a hash as "strowger console-user hash" prints it: "$scrypt$ln=15,r=8,p=3$…", in quotes',
});

const users = z
  .record(consoleNameSchema, z.strictObject({ role: roleSchema, passwordHash }))
  .transform((byName) => Object.entries(byName).map(([name, rest]) => ({ name, ...rest })));

export const consoleSchema = z
  .strictObject({
    enabled: z.boolean().default(true),
    idleMinutes: z.number().min(1).max(MOST_IDLE_MINUTES).default(60),
    sessionHours: z.number().min(0.1).max(MOST_HOURS).default(12),
    users: users.prefault({}),
  })
  .transform(
    ({ idleMinutes, sessionHours, ...rest }): ConfiguredConsole => ({
      ...rest,
      idleMs: idleMinutes * MINUTE_MS,
      longestMs: sessionHours * HOUR_MS,
    }),
  );
