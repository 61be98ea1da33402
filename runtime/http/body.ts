/** Reads the body of a request, at most as much as the route allows, and makes JSON or an upload of it. */
import type { IncomingMessage } from "node:http";
import { type UploadBody, uploadSchema } from "../contract/script-api.ts";
import { invalidRequest, RequestProblem } from "./problem.ts";

export const MAX_JSON_BYTES = 256 * 1024;
export const MAX_UPLOAD_BYTES = 1536 * 1024;

const TYPESCRIPT = new Set([
  // `curl -T` says nothing at all.
  "",
  "text/typescript",
  "text/x-typescript",
  "application/typescript",
  "application/x-typescript",
  "application/octet-stream",
  "text/plain",
  // What many type tables take `.ts` for.
  "video/mp2t",
]);
const JAVASCRIPT = new Set(["text/javascript", "application/javascript", "application/x-javascript"]);

/** The bytes of the body. What is over `limit` is read and thrown away, so that the client gets to see the answer. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    const detail = `Content-Encoding ${encoding} is not supported: send the body as it is.`;
    return Promise.reject(new RequestProblem("unsupported-media-type", detail));
  }
  if (Number(request.headers["content-length"] ?? 0) > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) chunks.push(chunk);
      else reject(tooLarge(limit));
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
    request.on("close", () => reject(new RequestProblem("invalid-request", "The body ended before its time.")));
  });
}

/** The media type of the body in lower case, without parameters; empty where the request names none. */
export function mediaType(request: IncomingMessage): string {
  return (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** The body as JSON; an empty one counts as `{}`. */
export function parseJson(bytes: Buffer, media: string): unknown {
  if (bytes.length === 0) return {};
  if (media !== "" && media !== "application/json") {
    const detail = `Content-Type ${media} is not supported here: send application/json.`;
    throw new RequestProblem("unsupported-media-type", detail);
  }
  try {
    return JSON.parse(decodeBody(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RequestProblem("invalid-request", `The body is not JSON: ${withoutQuote(error.message)}.`);
  }
}

/** The bytes of a file. What names no media type, as `curl -T`, is taken for what is wanted. */
export function parseBytes(bytes: Buffer, media: string, wanted: readonly string[]): Buffer {
  if (media !== "" && media !== "application/octet-stream" && !wanted.includes(media)) {
    const detail = `Content-Type ${media} is not supported here: send ${wanted[0]}.`;
    throw new RequestProblem("unsupported-media-type", detail);
  }
  if (bytes.length > 0) return bytes;
  throw new RequestProblem("invalid-request", "The body is empty: send the file, e.g. with curl -T FILE.");
}

/** An upload: JSON as it stands, or the bare text of a script that becomes the file `{name}.ts` or `{name}.js`. */
export function parseUpload(bytes: Buffer, media: string, name: string): UploadBody {
  if (media === "application/json") {
    const parsed = uploadSchema.safeParse(parseJson(bytes, media));
    if (!parsed.success) throw invalidRequest(parsed.error.issues, "body");
    return parsed.data;
  }
  const entry = entryFile(media, name);
  const text = decodeBody(bytes);
  if (text.trim() === "") {
    throw new RequestProblem(
      "invalid-request",
      "The body is empty: send the text of the script, e.g. with curl -T FILE.",
    );
  }
  return { entry, files: { [entry]: text } };
}

function entryFile(media: string, name: string): string {
  if (TYPESCRIPT.has(media)) return `${name}.ts`;
  if (JAVASCRIPT.has(media)) return `${name}.js`;
  const known = "text/typescript, text/javascript or application/json";
  throw new RequestProblem(
    "unsupported-media-type",
    `Content-Type ${media} is not supported here: send the script with curl -T FILE, or as ${known}.`,
  );
}

/** What the engine says without the piece of the body that it quotes, which may be a secret. */
function withoutQuote(message: string): string {
  return message.replace(/, (?:\.\.\.)?".*$/s, "");
}

/** The body as text. Throws where it is not UTF-8. */
export function decodeBody(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new RequestProblem("invalid-request", "The body is not UTF-8 text.");
  }
}

function tooLarge(limit: number): RequestProblem {
  return new RequestProblem("request-too-large", `The body is larger than ${limit / 1024} KB, the most allowed here.`);
}
