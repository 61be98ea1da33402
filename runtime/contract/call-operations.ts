/** What a script gives to the operations of `calls`, `users` and `registrations` (`sdk/`): one schema per operation. */
import { z } from "zod";
import { phraseSchema, tagsSchema } from "./decision.ts";
import { argsParser } from "./operation-args.ts";
import { originateShape } from "./originate.ts";

const DEFAULT_CALLS = 50;
const MOST_CALLS = 100;
const DEFAULT_USERS = 100;
const MOST_USERS = 200;
/** Names and ids of ours are shorter; what is longer is not looked for. */
const MAX_NAME_CHARACTERS = 128;

const name = z.string().min(1).max(MAX_NAME_CHARACTERS);
const filter = { user: z.exactOptional(name), tag: z.exactOptional(tagsSchema) };

export const callArgs = {
  list: argsParser(z.strictObject({ ...filter, limit: z.int().min(1).max(MOST_CALLS).default(DEFAULT_CALLS) })),
  count: argsParser(z.strictObject(filter)),
  get: argsParser(z.strictObject({ id: name })),
  hangUp: argsParser(z.strictObject({ id: name, reason: z.exactOptional(phraseSchema) })),
  decide: argsParser(z.strictObject({ id: name, decision: z.unknown() })),
  originate: argsParser(z.strictObject(originateShape)),
};

export const userArgs = {
  // A caller may dial anything; what is no name is nobody's.
  get: argsParser(z.strictObject({ name: z.string() })),
  byExtension: argsParser(z.strictObject({ extension: z.string() })),
  list: argsParser(
    z.strictObject({
      after: z.exactOptional(z.string()),
      limit: z.int().min(1).max(MOST_USERS).default(DEFAULT_USERS),
    }),
  ),
};

export const registrationArgs = {
  of: argsParser(z.strictObject({ user: z.string() })),
  isRegistered: argsParser(z.strictObject({ user: z.string() })),
};
