/** The schema of what an `http` handler returns (`sdk/http-event.ts`), plain data or a `Response`. */
import { z } from "zod";
import type { HttpResponse } from "../../sdk/http-event.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { Fields } from "./fields.ts";
import { describeValue, parseWith, quote, suggest } from "./issue.ts";

const MAX_HEADERS = 32;
const MAX_HEADER_CHARACTERS = 4096;
const MAX_BODY_CHARACTERS = 65_536;
/** These have no body (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * What a script may say beside its body. The list is short on purpose: the API and the console are at the same address,
 * and neither they nor a proxy in front may be told anything by a script (cookies, policies, workers, files to send).
 */
const HEADERS = [
  "Allow",
  "Cache-Control",
  "Content-Disposition",
  "Content-Language",
  "Content-Type",
  "ETag",
  "Expires",
  "Last-Modified",
  "Link",
  "Location",
  "Retry-After",
  "Vary",
  "WWW-Authenticate",
];
const CORS_HEADER = /^access-control-[a-z-]{1,40}$/;
const WRITTEN: ReadonlyMap<string, string> = new Map(HEADERS.map((name) => [name.toLowerCase(), name]));
/** Neither line breaks, which would begin another header, nor what is not ASCII. */
const VALUE = /^[\t\x20-\x7e]*$/;

const headerName = z.string().refine((name) => writtenName(name) !== undefined, {
  error: ({ input }) => `${describeValue(input)} is not a header that a script sets${suggest(String(input), HEADERS)}`,
});
const headerValue = z
  .string()
  .max(MAX_HEADER_CHARACTERS)
  .regex(VALUE, { error: "the value of a header has no line break, no other control character and nothing but ASCII" });

const fields = {
  status: z.exactOptional(z.int().min(200).max(599)),
  headers: z.exactOptional(
    z
      .record(headerName, headerValue)
      .refine((headers) => Object.keys(headers).length <= MAX_HEADERS, `at most ${MAX_HEADERS} headers`),
  ),
  body: z.exactOptional(z.string().max(MAX_BODY_CHARACTERS)),
} satisfies Fields<HttpResponse>;

const responseSchema = z
  .strictObject(fields)
  .refine(({ status, body = "" }) => status === undefined || body === "" || !WITHOUT_BODY.has(status), {
    path: ["body"],
    error: "an answer with this status has no body",
  }) satisfies z.ZodType<HttpResponse>;

/** An answer, complete: its header names as they are written. */
export interface CheckedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined` where the status knows no body. */
  readonly body: string | undefined;
}

export function parseHttpResponse(value: unknown): Result<CheckedResponse, string> {
  if (value === undefined || value === null) return ok({ status: 204, headers: {}, body: undefined });
  const parsed = parseWith(responseSchema, value);
  if (!parsed.ok) {
    const [first] = parsed.problem;
    const { path, message } = first ?? { path: "", message: "not an answer" };
    return fail(path === "" ? message : `${path}: ${message}`);
  }
  const { status = 200, headers: given = {}, body = "" } = parsed.value;
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(given)) {
    const written = writtenName(name) ?? name;
    if (Object.hasOwn(headers, written)) return fail(`headers: ${quote(written)} is there twice`);
    headers[written] = text;
  }
  if (WITHOUT_BODY.has(status)) return ok({ status, headers, body: undefined });
  if (body !== "") headers["Content-Type"] ??= "text/plain; charset=utf-8";
  return ok({ status, headers, body });
}

function writtenName(name: string): string | undefined {
  const lower = name.toLowerCase();
  return WRITTEN.get(lower) ?? (CORS_HEADER.test(lower) ? lower : undefined);
}
