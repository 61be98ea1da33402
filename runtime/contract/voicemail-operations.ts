/** What a script gives to the operations of `voicemail` (`sdk/voicemail.ts`): one schema per operation. */
import { z } from "zod";
import type { VoicemailFolder, VoicemailGreeting } from "../../sdk/voicemail.ts";
import { pinSchema } from "./mailbox.ts";
import { argsParser } from "./operation-args.ts";

const DEFAULT_MESSAGES = 50;
const MOST_MESSAGES = 100;
/** Ids of ours, and names of mailboxes, are shorter; what is longer is not looked for. */
const MAX_ID_CHARACTERS = 128;
/** A caller may type more than a PIN has. */
const MAX_TYPED_CHARACTERS = 64;

const folder = z.enum(["new", "saved", "deleted"]) satisfies z.ZodType<VoicemailFolder>;
const greeting = z.enum(["unavailable", "busy", "temporary", "name"]) satisfies z.ZodType<VoicemailGreeting>;
const name = z.string().min(1).max(MAX_ID_CHARACTERS);
const mailbox = { mailbox: name };
const message = { ...mailbox, id: name };

export const voicemailArgs = {
  counts: argsParser(z.strictObject(mailbox)),
  messages: argsParser(
    z.strictObject({
      ...mailbox,
      folder: z.exactOptional(folder),
      limit: z.int().min(1).max(MOST_MESSAGES).default(DEFAULT_MESSAGES),
    }),
  ),
  message: argsParser(z.strictObject(message)),
  move: argsParser(z.strictObject({ ...message, folder })),
  erase: argsParser(z.strictObject(message)),
  copy: argsParser(z.strictObject({ ...message, toMailbox: name })),
  checkPin: argsParser(z.strictObject({ ...mailbox, pin: z.string().max(MAX_TYPED_CHARACTERS) })),
  setPin: argsParser(z.strictObject({ ...mailbox, pin: pinSchema.nullable() })),
  settings: argsParser(z.strictObject(mailbox)),
  setGreeting: argsParser(z.strictObject({ ...mailbox, kind: greeting, recordingId: name.nullable() })),
};
