/** Answers with a file, the whole or a part of it (RFC 9110 §14), so that a player can seek. Read as fast as it is taken. */
import { type FileHandle, open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { RequestError } from "../base/errors.ts";
import { parseRange } from "./byte-range.ts";
import { etagOf, isUnchanged } from "./etag.ts";
import { RequestProblem } from "./problem.ts";
import { type Rendered, SECURITY_HEADERS, type Streaming } from "./render.ts";
import type { AnyReply, Route } from "./route.ts";

/** A client that takes nothing for so long is gone. */
const STALLED_MS = 30_000;

/** What to answer, or, where bytes are to follow, how to begin. Throws where the file, or the part of it, is not there. */
export async function openFile(
  route: Route,
  http: Pick<IncomingMessage, "headers" | "method">,
  reply: AnyReply,
): Promise<Rendered | Streaming> {
  const handle = await openHandle(reply.file ?? "");
  let isHandedOver = false;
  try {
    const { size, mtimeMs } = await handle.stat();
    const etag = etagOf(`${reply.name} ${size} ${mtimeMs}`);
    const spec = route.responses[reply.status];
    const headers = {
      "Content-Type": spec?.type === "file" ? spec.media : "application/octet-stream",
      "Cache-Control": "private, no-cache",
      "Accept-Ranges": "bytes",
      "Content-Disposition": `attachment; filename="${(reply.name ?? "file").replace(/[^\w.-]/g, "_")}"`,
      ETag: etag,
      ...reply.headers,
    };
    if (isUnchanged(http.headers, etag)) return { status: 304, headers: { ETag: etag }, body: undefined };
    // RFC 9110 §14.2: Range is of GET alone.
    if (http.method === "HEAD")
      return { status: 200, headers: { ...headers, "Content-Length": String(size) }, body: undefined };
    const range = parseRange(rangeOf(http, etag), size);
    if (range.type === "unsatisfiable") {
      const detail = `The file has ${size} bytes, and none in the range that was asked for.`;
      throw new RequestProblem("range-not-satisfiable", detail, { headers: { "Content-Range": `bytes */${size}` } });
    }
    const { first, last } = range.type === "part" ? range : { first: 0, last: size - 1 };
    const part = range.type === "part" ? { "Content-Range": `bytes ${first}-${last}/${size}` } : {};
    isHandedOver = true;
    return {
      open(response) {
        const length = { "Content-Length": String(last - first + 1) };
        response.writeHead(range.type === "part" ? 206 : reply.status, {
          ...SECURITY_HEADERS,
          ...headers,
          ...part,
          ...length,
        });
        send(handle, first, last, response);
      },
      abandon: () => void handle.close(),
    };
  } finally {
    if (!isHandedOver) await handle.close();
  }
}

async function openHandle(file: string): Promise<FileHandle> {
  try {
    return await open(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new RequestError("not-found", "The file is not there any more.");
    }
    throw error;
  }
}

/** RFC 9110 §13.1.5: with an If-Range that does not hold, the whole is wanted. */
function rangeOf({ headers }: Pick<IncomingMessage, "headers">, etag: string): string | undefined {
  const condition = headers["if-range"];
  return condition === undefined || condition === etag ? headers.range : undefined;
}

function send(handle: FileHandle, first: number, last: number, response: ServerResponse): void {
  if (last < first) {
    void handle.close();
    response.end();
    return;
  }
  response.setTimeout(STALLED_MS, () => response.destroy());
  // A client that has gone away, or a file that cannot be read on, ends the connection: it has been promised more.
  pipeline(handle.createReadStream({ start: first, end: last }), response, () => {});
}
