/** What it takes to send a text message: over the API, by an operation, by a decision. */
import { z } from "zod";
import { targetSchema } from "./decision.ts";
import { argsParser } from "./operation-args.ts";
import { textBodySchema, textTypeSchema } from "./text-body.ts";

export const DEFAULT_TEXT_TYPE = "text/plain;charset=UTF-8";

const shape = {
  to: targetSchema,
  body: textBodySchema,
  from: z.exactOptional(targetSchema),
  contentType: z.exactOptional(textTypeSchema),
};

export const messageArgs = { send: argsParser(z.strictObject(shape)) };

export const sendTextBodySchema = z
  .strictObject({
    to: shape.to.meta({ description: "A user, an extension, a number or a SIP URI.", example: "alice" }),
    body: shape.body.meta({ example: "The door bell has rung." }),
    from: shape.from.meta({ description: "A user, an extension or a SIP URI. Default: the domain." }),
    contentType: shape.contentType.meta({ description: `Default: ${DEFAULT_TEXT_TYPE}.` }),
  })
  .meta({ id: "SendMessage" });

export const sentTextSchema = z
  .object({
    id: z.string(),
    state: z.enum(["queued", "delivered"]).meta({
      description: "`queued`: on its way to the phones of a user; `delivered`: taken at another address.",
    }),
  })
  .meta({ id: "SentMessage" });

export const waitingTextSchema = z
  .object({
    id: z.string(),
    from: z.string(),
    sender: z.string().nullable().meta({ description: "The user who has sent it; `null`: somebody else." }),
    contentType: z.string(),
    bytes: z.int(),
    createdAt: z.string().meta({ format: "date-time" }),
    expiresAt: z.string().meta({ format: "date-time" }),
  })
  .meta({ id: "WaitingMessage", description: "A text message that no phone of its user has taken yet." });

export const removedTextsSchema = z.object({ removed: z.int() }).meta({ id: "RemovedMessages" });

export type SentTextBody = z.output<typeof sentTextSchema>;
export type WaitingTextBody = z.output<typeof waitingTextSchema>;
export type RemovedTextsBody = z.output<typeof removedTextsSchema>;
