/** What may be set for a voicemail box: the same rules for the configuration file and for the API. */
import { z } from "zod";
import { describeValue } from "./issue.ts";

/** Hours of speech in one box are no voicemail any more. */
const MAX_MESSAGES = 10_000;
const MAX_SECONDS = 3600;
const MAX_RETENTION_DAYS = 3650;
const MAX_EMAIL_CHARACTERS = 254;

/** The value is a secret, so a complaint does not repeat it. */
export const pinSchema = z.string().regex(/^\d{4,10}$/, { error: "a PIN has 4 to 10 digits" });

/** One address, nothing that a mail header could take for more (RFC 5321 §4.1.2 without quoted local parts). */
export const emailSchema = z
  .string()
  .max(MAX_EMAIL_CHARACTERS)
  .regex(/^[^\s\x00-\x20\x7f"(),:;<>@[\\\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/, {
    error: (issue) => `expected an e-mail address such as alice@example.com, found ${describeValue(issue.input)}`,
  });

export const maxMessagesSchema = z.int().min(1).max(MAX_MESSAGES);
export const maxSecondsSchema = z.int().min(5).max(MAX_SECONDS);
export const retentionDaysSchema = z.int().min(1).max(MAX_RETENTION_DAYS);

/** A user's box as the configuration declares it. `null`: not declared, so that it can be set over the API. */
export const mailboxDeclarationSchema = z.strictObject({
  enabled: z.boolean().default(true),
  pin: pinSchema.nullable().default(null),
  email: emailSchema.nullable().default(null),
  maxMessages: maxMessagesSchema.nullable().default(null),
  maxSeconds: maxSecondsSchema.nullable().default(null),
  retentionDays: retentionDaysSchema.nullable().default(null),
});

/** What is changed over the API or at the phone. Absent: stays as it is; `null`: as it is by default. */
export const mailboxChangeSchema = z
  .strictObject({
    pin: pinSchema
      .nullable()
      .optional()
      .meta({ description: "4 to 10 digits; null: none, only the owner's phone gets in." }),
    email: emailSchema.nullable().optional().meta({ description: "Where messages are mailed to." }),
    maxMessages: maxMessagesSchema.nullable().optional(),
    maxSeconds: maxSecondsSchema.nullable().optional(),
    retentionDays: retentionDaysSchema
      .nullable()
      .optional()
      .meta({ description: "Days after which a saved message is removed." }),
  })
  .meta({ id: "MailboxChange", description: "Absent: stays as it is. null: as it is by default." });
