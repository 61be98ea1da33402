/**
 * Header fields that a script may add to a message: tokens that the switch does not own, with values that cannot break
 * out of their line (RFC 3261 §7.3.1, §25.1).
 */
import { z } from "zod";
import { describeValue, quote } from "./issue.ts";

const MAX_FIELDS = 32;
const MAX_NAME_CHARACTERS = 64;
const MAX_VALUE_BYTES = 1024;

/** What the switch writes itself, by long and compact name; a field of a script would break the call or forge another. */
const OWNED: ReadonlySet<string> = new Set(
  (
    "via v route record-route contact m from f to t call-id i cseq max-forwards max-breadth path service-route " +
    "content-length l content-type c content-encoding e content-disposition content-language mime-version " +
    "require supported k unsupported allow accept accept-encoding accept-language authorization www-authenticate " +
    "authentication-info rack rseq session-expires x min-se min-expires replaces join target-dialog " +
    "refer-to r event o subscription-state allow-events u"
  ).split(" "),
);

/** Whether the switch itself writes this header, so that nobody else may. `name` in any case, long or compact. */
export function isOwnedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return OWNED.has(lower) || lower.startsWith("proxy-");
}

const fieldName = z
  .string()
  .max(MAX_NAME_CHARACTERS)
  .regex(/^[A-Za-z0-9.!%*_+`'~-]+$/, { error: (issue) => `${describeValue(issue.input)} is no header name` })
  .refine((name) => !isOwnedHeader(name), {
    error: (issue) => `the switch writes ${quote(String(issue.input))} itself`,
  });

const fieldValue = z
  .string()
  .refine((value) => !/[\x00-\x08\x0a-\x1f\x7f]/.test(value), {
    error: "a header value may not have control characters",
  })
  .refine((value) => Buffer.byteLength(value) <= MAX_VALUE_BYTES, {
    error: `a header value may have ${MAX_VALUE_BYTES} bytes`,
  });

/** The `headers` of a decision. */
export const headerFields = z
  .record(fieldName, fieldValue)
  .refine((fields) => Object.keys(fields).length <= MAX_FIELDS, { error: `at most ${MAX_FIELDS} header fields` });
