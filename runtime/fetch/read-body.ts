/** The body of an answer: unpacked, as a whole, and not more of it than may be, packed or unpacked. */
import type { IncomingMessage } from "node:http";
import type { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, createGunzip } from "node:zlib";
import { FetchFailure } from "./failure.ts";
import type { Target } from "./target.ts";

export const MOST_BODY_BYTES = 1024 * 1024;

const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);
const UNPACKERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  br: createBrotliDecompress,
};

/** Throws `FetchFailure`, or the error of the connection. What is not read to its end closes the connection. */
export async function readBody(target: Target, response: IncomingMessage, method: string): Promise<Buffer> {
  const { headers, statusCode = 0 } = response;
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "";
  const isEmpty = method === "HEAD" || WITHOUT_BODY.has(statusCode) || headers["content-length"] === "0";
  const unpacker = encoding === "" || encoding === "identity" || isEmpty ? undefined : UNPACKERS[encoding];
  try {
    if (unpacker === undefined && encoding !== "" && encoding !== "identity" && !isEmpty) {
      const message = `${target.label}: its body is packed as ${JSON.stringify(encoding.slice(0, 40))}, which is not known`;
      throw new FetchFailure("network", message);
    }
    if (!isEmpty && Number(headers["content-length"] ?? 0) > MOST_BODY_BYTES) throw tooLarge(target);
    return await read(target, response, unpacker?.());
  } catch (error) {
    response.destroy();
    throw error;
  }
}

async function read(target: Target, response: IncomingMessage, unpacker: Transform | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const keep = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of bounded(target, source)) chunks.push(chunk);
  };
  if (unpacker === undefined) await pipeline(response, keep);
  else await pipeline(response, (source: AsyncIterable<Buffer>) => bounded(target, source), unpacker, keep);
  return Buffer.concat(chunks);
}

async function* bounded(target: Target, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) throw tooLarge(target);
    yield chunk;
  }
}

function tooLarge({ label }: Target): FetchFailure {
  return new FetchFailure("too-large", `${label}: its answer has more than ${MOST_BODY_BYTES} bytes`);
}
