/** The operations behind the globals `fetch` and `crypto.subtle` (`host/realm/fetch.ts`, `host/realm/digest.ts`). */
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { webArgs } from "../../contract/web-operations.ts";
import type { Fetcher, FetchRequest, FetchResponse } from "../../port/fetch.ts";
import { type OperationModule, operation } from "./operation.ts";
import { OperationFailure } from "./operation-failure.ts";

const MS_PER_SECOND = 1000;
const TRACEPARENT = "traceparent";
const MOST_REQUEST_BYTES = 65_536;

/** `traces`: whether requests carry the trace that they belong to. @default true */
export function webOperations(fetcher: Fetcher, traces = true): OperationModule {
  return {
    fetch: operation(webArgs.fetch, async (context, { text, base64, timeoutSeconds, ...asked }) => {
      const { ref, domain, signal } = context;
      const body = toBody(text, base64);
      const timeoutMs = timeoutSeconds * MS_PER_SECOND;
      const headers = traces ? withTrace(asked.headers, context.traceparent) : asked.headers;
      const result = await fetcher.fetch({ ...asked, headers, script: ref.script, domain, body, timeoutMs, signal });
      if (!result.ok) throw new OperationFailure(result.problem.code, result.problem.message);
      return toFetched(result.value);
    }),
    digest: operation(webArgs.digest, (_context, { algorithm, base64 }) =>
      createHash(algorithm.replace("-", "").toLowerCase()).update(base64, "base64").digest("base64"),
    ),
  };
}

/** A script that names one itself knows better. */
function withTrace(headers: FetchRequest["headers"], traceparent: string | undefined): FetchRequest["headers"] {
  if (traceparent === undefined || headers.some(([name]) => name.toLowerCase() === TRACEPARENT)) return headers;
  return [...headers, [TRACEPARENT, traceparent]];
}

function toBody(text: string | undefined, base64: string | undefined): Buffer | null {
  const body = text !== undefined ? Buffer.from(text) : base64 !== undefined ? Buffer.from(base64, "base64") : null;
  if (body === null || body.length <= MOST_REQUEST_BYTES) return body;
  throw new OperationFailure("too-large", `a request has at most ${MOST_REQUEST_BYTES} bytes, not ${body.length}`);
}

/** What no text has; as JSON each would take six characters, and much time where there are many. */
const CONTROLS = /[\0-\x08\x0e-\x1f]/;

/** A body that is text goes as text, which the isolate need not decode; another one byte for byte. */
function toFetched({ body, ...head }: FetchResponse): object {
  const text = isUtf8(body) ? body.toString("utf8") : null;
  return text === null || CONTROLS.test(text) ? { ...head, base64: body.toString("base64") } : { ...head, text };
}
