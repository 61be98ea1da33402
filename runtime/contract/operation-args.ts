/** How the arguments of an operation are checked before anything is done with them. */
import type { z } from "zod";
import { fail, ok, type Result } from "../base/result.ts";
import { parseWith } from "./issue.ts";

/** Tells all that is wrong with what a script gave, in one sentence. */
export type ParseArgs<Args> = (args: unknown) => Result<Args, string>;

export function argsParser<Args>(schema: z.ZodType<Args>): ParseArgs<Args> {
  return (args) => {
    const parsed = parseWith(schema, args);
    if (parsed.ok) return ok(parsed.value);
    return fail(parsed.problem.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; "));
  };
}
