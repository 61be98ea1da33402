/** Taking a person out of what is kept, as the API does it. */
import { z } from "zod";

export const redactionInputSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(128)
      .meta({ description: "A user, or a number as the call records have it.", example: "+4930123456" }),
  })
  .meta({ id: "RedactionInput" });

export const redactionSchema = z
  .object({
    cdrs: z.int().meta({ description: "Call records whose party he was; times and results stay." }),
    journal: z.int().meta({ description: "Calls whose messages and events were kept." }),
    recordings: z.int(),
    voicemails: z.int().meta({ description: "That he has left." }),
    messages: z.int().meta({ description: "Text messages that he has sent, or was to get." }),
  })
  .meta({ id: "Redaction", description: "How much was taken away." });

export type RedactionBody = z.output<typeof redactionSchema>;
