/** What a script may be called: it stands in URLs, file names, metrics and log lines. */
import { z } from "zod";
import { describeValue } from "./issue.ts";

const SCRIPT_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

export const SCRIPT_NAME_RULE = "1 to 63 lower-case letters, digits and dashes, not a dash first";

export function isScriptName(text: string): boolean {
  return SCRIPT_NAME.test(text);
}

export const scriptNameSchema = z.string().refine(isScriptName, {
  error: (issue) => `expected the name of a script (${SCRIPT_NAME_RULE}), found ${describeValue(issue.input)}`,
});
