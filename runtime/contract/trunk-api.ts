/** Trunks as the HTTP API shows and takes them. */
import { z } from "zod";
import { documentedAs, timeSchema } from "./page.ts";
import { trunkSchema } from "./trunk.ts";

const gatewayStatus = z.object({
  uri: z.string(),
  priority: z.int(),
  weight: z.int(),
  state: z.enum(["up", "down", "unknown"]).meta({ description: "unknown: nothing has told yet; it is used." }),
  since: timeSchema.nullable(),
  reason: z.string().nullable(),
  latencyMs: z.number().nullable().meta({ description: "Of the last probe that was answered." }),
});

const registrationStatus = z.object({
  state: z.enum(["registered", "registering", "failed"]),
  registrar: z.string(),
  expiresAt: timeSchema.nullable(),
  nextAt: timeSchema.nullable().meta({ description: "When it is tried again, or refreshed." }),
  reason: z.string().nullable(),
});

export const trunkViewSchema = z
  .object({
    name: z.string(),
    domain: z.string(),
    position: z.int().meta({ description: "1 is tried first." }),
    managed: z.boolean().meta({ description: "Declared in the configuration file: not changed here." }),
    declaration: z.record(z.string(), z.unknown()).meta({ description: "As it was declared, without its password." }),
    hasPassword: z.boolean(),
    calls: z.int().meta({ description: "Calls that are up, in and out." }),
    state: z.enum(["up", "down"]),
    gateways: z.array(gatewayStatus),
    registrations: z.array(registrationStatus),
  })
  .meta({ id: "Trunk" });

/** Loose here: the fields are checked where trunks are kept. */
export const trunkBodySchema = z.record(z.string(), z.unknown()).meta({
  id: "TrunkInput",
  description: "A trunk as strowger.yaml declares it.",
  override: documentedAs(trunkSchema),
});

export type TrunkBody = z.output<typeof trunkViewSchema>;
