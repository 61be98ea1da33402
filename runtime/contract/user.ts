/** What a user may be: the same rules for the configuration file and for the API. */
import { z } from "zod";
import { describeValue } from "./issue.ts";

const MAX_PASSWORD_CHARACTERS = 128;
const MAX_DISPLAY_NAME_CHARACTERS = 128;

export const userNameSchema = z.string().regex(/^[A-Za-z0-9._+-]{1,64}$/, {
  error: (issue) => `a user's name has 1 to 64 letters, digits and . _ + -, found ${describeValue(issue.input)}`,
});

export const passwordSchema = z.string().min(1).max(MAX_PASSWORD_CHARACTERS);

export const extensionSchema = z
  .string()
  .regex(/^\d{1,32}$/, { error: (issue) => `expected 1 to 32 digits, found ${describeValue(issue.input)}` });

export const displayNameSchema = z
  .string()
  .max(MAX_DISPLAY_NAME_CHARACTERS)
  .regex(/^[^\x00-\x1f\x7f]*$/, { error: "a name may have no line break or other control character" });

/** A user as the API gives it; absent fields stay as they are. */
export const userUpdateSchema = z.strictObject({
  name: userNameSchema,
  password: passwordSchema.optional(),
  extension: extensionSchema.nullable().optional(),
  displayName: displayNameSchema.nullable().optional(),
});
