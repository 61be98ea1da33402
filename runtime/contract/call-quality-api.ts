/** How the audio of live calls is, as the HTTP API shows it. */
import { z } from "zod";
import { nameSchema } from "./page.ts";

const MOST_CALLS = 100;

const sideQualitySchema = z.object({
  side: z.enum(["caller", "callee"]),
  codec: z.enum(["PCMU", "PCMA", "G722", "opus"]).meta({ description: "What is sent to the side." }),
  packetsSent: z.int().meta({ description: "By the switch to the side." }),
  packetsReceived: z.int().meta({ description: "By the switch from the side." }),
  packetsLost: z.int().meta({ description: "On the way from the side to the switch." }),
  lossPercent: z.number().meta({ description: "Of the packets that the side has sent." }),
  jitterMs: z.number(),
  roundTripMs: z.number().nullable().meta({ description: "`null` before the side has reported (RTCP)." }),
  mos: z.number().min(1).max(4.5).nullable().meta({
    description: "Mean opinion score of what comes from the side, estimated (ITU-T G.107); `null` before anything has.",
  }),
});

const callQualitySchema = z
  .object({
    call: z.string(),
    sides: z
      .array(sideQualitySchema)
      .meta({ description: "Since its audio began. Empty where the audio goes directly between the phones." }),
  })
  .meta({ id: "CallQuality" });

export const callQualityListSchema = z.object({ items: z.array(callQualitySchema) }).meta({
  id: "CallQualityList",
  description: "A call that is not up is left out, as is one whose media plane does not answer within a second.",
});

export const callQualityQuery = z.strictObject({
  calls: z
    .string()
    .transform((text) => [...new Set(text.split(","))])
    .pipe(z.array(nameSchema).max(MOST_CALLS))
    .meta({ description: `Ids of calls, at most ${MOST_CALLS}, separated by commas.`, override: { type: "string" } }),
});

export type CallQualityBody = z.output<typeof callQualitySchema>;
export type SideQualityBody = CallQualityBody["sides"][number];
