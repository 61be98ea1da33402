/**
 * `fetch` (WHATWG Fetch §5.6), done by the switch. What an author does wrong is a `TypeError`, as on the platform; what
 * comes in the way is an `OperationError` with a code. A body comes as a whole, as text wherever it is UTF-8.
 */
import { ask } from "./ask.ts";
import { fromBase64, toBase64 } from "./web/base64.ts";
import { Body, type Content } from "./web/body.ts";
import { WebRequest } from "./web/request.ts";
import { WebResponse } from "./web/response.ts";

/** The result of `web.fetch` (`broker/web-operations.ts`). */
interface Fetched {
  readonly url: string;
  readonly redirected: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly text?: string;
  readonly base64?: string;
}

export async function scriptFetch(input: unknown, init?: object): Promise<WebResponse> {
  const request = new WebRequest(input, init);
  const { url, method, redirect, timeoutSeconds, signal } = request;
  signal?.throwIfAborted();
  const content = Body.contentOf(request);
  const fetched = ask("web.fetch", {
    url,
    method,
    headers: [...request.headers],
    ...(typeof content === "string" ? { text: content } : content === null ? {} : { base64: toBase64(content) }),
    redirect,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  });
  const result = await (signal === null ? fetched : Promise.race([fetched, aborted(signal)]));
  const { text, base64, ...received } = result as Fetched; // What the switch gives.
  return WebResponse.received({ ...received, content: toContent(text, base64) });
}

function toContent(text: string | undefined, base64: string | undefined): Content {
  return base64 === undefined ? (text ?? null) : fromBase64(base64);
}

function aborted(signal: NonNullable<WebRequest["signal"]>): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}
