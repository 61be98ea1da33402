/** The audit log as the HTTP API shows it. */
import { z } from "zod";
import { momentSchema } from "./call-api.ts";
import { pageQuery, timeSchema } from "./page.ts";

export const auditRecordSchema = z
  .object({
    id: z.string(),
    at: timeSchema,
    actor: z.string().meta({ description: "Name of the token, or `switch` for what the switch did by itself." }),
    action: z
      .string()
      .meta({ description: "Method and path of a request, `auto-rollback`, `policy-limit` or `reload`." }),
    target: z.string(),
    result: z.string().nullable(),
    status: z.int(),
    problem: z.string().nullable().meta({ description: "Code of the problem where it was refused." }),
    source: z.string().nullable().meta({ description: "Address that the request came from." }),
  })
  .meta({ id: "AuditRecord", description: "Who changed what, or tried to. Without bodies, without secrets." });

const filterSchema = z.string().min(1).max(256).optional();

export const auditQuery = z.strictObject({
  ...pageQuery,
  actor: filterSchema,
  action: filterSchema,
  target: filterSchema.meta({ description: "What it begins with, such as /v1/scripts/front-desk." }),
  outcome: z.enum(["done", "refused"]).optional(),
  since: momentSchema.optional(),
  until: momentSchema.optional(),
});

export type AuditBody = z.output<typeof auditRecordSchema>;
