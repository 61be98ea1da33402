/** One request and one answer over a connection of the pool, or a new one to addresses that were allowed before. */
import { type ClientRequest, type IncomingMessage, type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { codeOf } from "./failure.ts";
import type { Pool } from "./pool.ts";
import type { Hop } from "./redirect.ts";

const MOST_HEADER_BYTES = 16_384;
/** RFC 9110 §9.2.2. */
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/** Gives the head of the answer; its body is still to be read. Rejects with what the connection says. */
export async function exchange(
  pool: Pool,
  hop: Hop,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const first = send(pool, hop, addresses, signal);
  try {
    return await first.answer;
  } catch (error) {
    // RFC 9112 §9.3.1: a kept connection may close while a request is on its way to it.
    const isStale = first.request.reusedSocket && ["ECONNRESET", "EPIPE"].includes(codeOf(error));
    if (!isStale || !IDEMPOTENT.has(hop.method) || signal.aborted) throw error;
    return send(pool, hop, addresses, signal).answer;
  }
}

function send(
  pool: Pool,
  { target, method, headers, body }: Hop,
  addresses: readonly string[],
  signal: AbortSignal,
): { request: ClientRequest; answer: Promise<IncomingMessage> } {
  const { url, host, port, isSecure, isAddress } = target;
  const options: RequestOptions = {
    method,
    host,
    port,
    path: `${url.pathname}${url.search}`,
    headers: {
      ...headers,
      host: url.host,
      ...(body === null && (method === "GET" || method === "HEAD") ? {} : { "content-length": body?.length ?? 0 }),
    },
    lookup: lookupOf(addresses),
    signal,
    maxHeaderSize: MOST_HEADER_BYTES,
  };
  const request = isSecure
    ? requestHttps({ ...options, agent: pool.https, servername: isAddress ? "" : host })
    : requestHttp({ ...options, agent: pool.http });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.on("response", resolve);
    request.on("error", reject);
    // An answer that would make the connection something else ends it.
    request.on("upgrade", (_response, socket) => socket.destroy());
    request.on("close", () => reject(new Error("closed without an answer")));
  });
  request.end(body ?? undefined);
  return { request, answer };
}

/** Names were resolved before: a connection goes to what was allowed, whatever the name stands for by now. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, done) => {
    const [first] = all;
    if (options.all === true || first === undefined) done(null, all);
    else done(null, first.address, first.family);
  };
}
