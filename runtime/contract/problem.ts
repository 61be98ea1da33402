/** How the HTTP API says what went wrong: `application/problem+json` (RFC 9457) with a stable `code`. */
import { z } from "zod";

export const diagnosticSchema = z
  .object({
    file: z.string(),
    line: z.int(),
    column: z.int(),
    code: z.string(),
    severity: z.enum(["error", "warning"]),
    message: z.string(),
  })
  .meta({ id: "Diagnostic", description: "Where in a file something is wrong. Lines and columns count from 1." });

const fieldProblemSchema = z
  .object({ path: z.string(), message: z.string() })
  .meta({ id: "FieldProblem", description: "Which field of the request is wrong, and why." });

export const problemSchema = z
  .object({
    type: z.string().meta({ example: "urn:strowger:problem:not-found" }),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ example: "not-found" }),
    detail: z.string(),
    instance: z.string().meta({ description: "Names this request in the log of the switch." }),
    errors: z.array(z.union([diagnosticSchema, fieldProblemSchema])).optional(),
  })
  .meta({ id: "Problem", description: "What went wrong and what to do (RFC 9457)." });

export type DiagnosticBody = z.output<typeof diagnosticSchema>;
export type FieldProblem = z.output<typeof fieldProblemSchema>;
export type Problem = z.output<typeof problemSchema>;
