/** Voicemail boxes, messages and greetings as the HTTP API shows and takes them. */
import { z } from "zod";
import { nameSchema, pageQuery, timeSchema } from "./page.ts";

export const folderSchema = z.enum(["new", "saved", "deleted"]).meta({ id: "Folder" });
export const greetingKindSchema = z.enum(["unavailable", "busy", "temporary", "name"]).meta({
  id: "GreetingKind",
  description: "`temporary` is heard in place of the others; `name` is the owner's name, spoken.",
});

export const mailboxSchema = z
  .object({
    mailbox: z.string().meta({ description: "The name of the user whose box this is." }),
    domain: z.string(),
    new: z.int(),
    saved: z.int(),
    hasPin: z.boolean(),
    email: z.string().nullable(),
    greetings: z.array(greetingKindSchema).meta({ description: "Those that the owner has made." }),
    maxMessages: z.int(),
    maxSeconds: z.int(),
    retentionDays: z.int().nullable(),
    managed: z.array(z.string()).meta({ description: "Settings that the configuration file declares." }),
  })
  .meta({ id: "Mailbox" });

export const voicemailSchema = z
  .object({
    id: z.string(),
    mailbox: z.string(),
    domain: z.string(),
    folder: folderSchema,
    receivedAt: timeSchema,
    seconds: z.number(),
    from: z.string().meta({ description: "URI of who spoke." }),
    fromName: z.string(),
    callId: z.string(),
    transcript: z.string().nullable(),
  })
  .meta({ id: "VoicemailMessage" });

export const voicemailQuery = z.strictObject({ ...pageQuery, folder: folderSchema.optional() });
export const voicemailMoveSchema = z.strictObject({ folder: folderSchema }).meta({ id: "VoicemailMove" });
export const voicemailCopySchema = z
  .strictObject({ to: nameSchema.meta({ description: "The mailbox that gets the copy." }) })
  .meta({ id: "VoicemailCopy" });

export const greetingSchema = z
  .object({ kind: greetingKindSchema, isSet: z.boolean() })
  .meta({ id: "Greeting", description: "Where it is not set, callers hear the one of the switch." });
export const greetingsSchema = z.object({ items: z.array(greetingSchema) }).meta({ id: "Greetings" });

export type MailboxBody = z.output<typeof mailboxSchema>;
export type VoicemailBody = z.output<typeof voicemailSchema>;
export type GreetingsBody = z.output<typeof greetingsSchema>;
