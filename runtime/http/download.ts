/** Answers that are files which nobody keeps: their header fields, and sending what is in memory. */
import type { ServerResponse } from "node:http";
import { SECURITY_HEADERS } from "./render.ts";

export interface DownloadedAs {
  readonly media: string;
  /** Under which a browser keeps it. */
  readonly name: string;
}

export function downloadHeaders({ media, name }: DownloadedAs): Readonly<Record<string, string>> {
  return {
    ...SECURITY_HEADERS,
    "Content-Type": media,
    "Content-Disposition": `attachment; filename="${name.replace(/[^\w.-]/g, "_")}"`,
  };
}

export function sendBytes(response: ServerResponse, bytes: Uint8Array, as: DownloadedAs): void {
  response.writeHead(200, { ...downloadHeaders(as), "Content-Length": String(bytes.length) });
  response.end(bytes);
}
