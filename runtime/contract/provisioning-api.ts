/** What somebody needs to set up a phone: a link that a phone fetches once, and the account to be typed in. */
import { z } from "zod";
import { timeSchema } from "./page.ts";
import { userInputSchema } from "./resource-api.ts";

export const provisioningInputSchema = z
  .strictObject({
    password: userInputSchema.shape.password.meta({ description: "@default one that is generated" }),
  })
  .meta({ id: "ProvisioningInput" });

export const provisioningSchema = z
  .object({
    url: z.string().meta({
      description:
        "What a QR code is to hold. Whoever opens it first gets the account as Linphone's configuration (XML), and nobody after that.",
    }),
    expiresAt: timeSchema,
    account: z
      .object({
        user: z.string(),
        domain: z.string(),
        password: z.string().meta({ description: "Told once and kept nowhere." }),
        server: z.string().meta({ example: "sip:192.0.2.1:5060;transport=udp" }),
        displayName: z.string().nullable(),
      })
      .meta({ description: "For phones that fetch nothing." }),
    warnings: z.array(z.string()).meta({ description: "Why a phone may not get there, or others may listen." }),
  })
  .meta({ id: "Provisioning" });

export type ProvisioningBody = z.output<typeof provisioningSchema>;
