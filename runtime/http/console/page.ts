/**
 * Serves the console's page. It needs no sign-in: it holds nothing, and all that it shows comes from the API. What it may
 * do in a browser is as little as it needs.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { randomText } from "../../base/random.ts";
import { isUnchanged } from "../etag.ts";
import { SECURITY_HEADERS } from "../render.ts";
import type { Console } from "./console.ts";

/** What is at these is never the page's. */
const NOT_THE_PAGE = /^\/(v1|x|sip|metrics|healthz|readyz|assets)(\/|$)/;
const NONCE_CHARACTERS = 26;
/** Replaced in the text of the page, for the style sheets that its editor makes. */
const NONCE_PLACE = "__CSP_NONCE__";
const BUILD = "npm run console";

const HEADERS = {
  ...SECURITY_HEADERS,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=(), display-capture=()",
} as const;

const MISSING = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Strowger</title>
<h1>The console has not been built yet</h1>
<p>Build it in the folder of the switch, and load this page again; the switch goes on meanwhile:
<pre>${BUILD}</pre>
<p>The API works without it: <a href="/v1/openapi.json">/v1/openapi.json</a>, <a href="/llms.txt">/llms.txt</a>.
`;

/** Answers where the request is for the page or a file of it; else `false`, and nothing has happened. */
export async function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { files, isEnabled }: Console,
): Promise<boolean> {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isEnabled || !isRead) return false;
  const file = await files.find(path);
  const content = file === undefined ? undefined : await files.read(file, textOf(request.headers["accept-encoding"]));
  if (file !== undefined && content !== undefined) {
    const { bytes, encoding, etag } = content;
    const headers = {
      ...HEADERS,
      "Content-Type": file.media,
      "Content-Security-Policy": policy(""),
      "Cache-Control": file.isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
      Vary: "Accept-Encoding",
      ETag: etag,
      ...(encoding === "identity" ? {} : { "Content-Encoding": encoding }),
    };
    if (isUnchanged(request.headers, etag)) write(response, 304, headers, undefined);
    else write(response, 200, headers, bytes);
    return true;
  }
  // A view of the page has an address of its own, which somebody may open or load again.
  const isView = path === "/" || (!NOT_THE_PAGE.test(path) && textOf(request.headers.accept).includes("text/html"));
  if (!isView) return false;
  const nonce = randomText(NONCE_CHARACTERS);
  const text = await files.index();
  const headers = {
    ...HEADERS,
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": policy(` 'nonce-${nonce}'`),
    "Cache-Control": "no-cache",
  };
  write(response, text === undefined ? 503 : 200, headers, (text ?? MISSING).replaceAll(NONCE_PLACE, nonce));
  return true;
}

function policy(styles: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${styles}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
}

function write(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer | undefined,
): void {
  const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}

function textOf(header: string | undefined): string {
  return header ?? "";
}
