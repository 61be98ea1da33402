/** From an HTTP request to the event that a script gets, within the size that an event may have. */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { HttpEvent } from "../../../sdk/http-event.ts";
import { isScriptName } from "../../contract/script-name.ts";
import { decodeBody } from "../body.ts";
import { RequestProblem } from "../problem.ts";

/** As the sandbox has it: the whole event as JSON. */
export const MAX_EVENT_CHARACTERS = 32_768;
const MAX_PARAMETERS = 50;
const OWN_TOKEN = /^Bearer +stw_/i;

/** What is asked for, taken apart; `null` where the path names no script that could exist. */
export interface ScriptTarget {
  readonly script: string;
  readonly path: string;
  readonly search: string;
}

/** `/x/front-desk/night?on=1`; the path stays as it was sent. */
export function parseTarget(url: string): ScriptTarget | null {
  const [, script, path = "", search = ""] = /^\/x\/([^/?#]*)(\/[^?#]*)?(\?[^#]*)?/.exec(url) ?? [];
  if (script === undefined || !isScriptName(script)) return null;
  return { script, path: path === "" ? "/" : path, search: search === "?" ? "" : search };
}

/** `hidesAuthorization`: the switch has asked for a token itself, which is none of the script's business. */
export function toEvent(
  request: IncomingMessage,
  { path, search }: ScriptTarget,
  { id, bytes, hidesAuthorization }: { id: string; bytes: Buffer; hidesAuthorization: boolean },
): HttpEvent {
  const event: HttpEvent = {
    type: "http",
    id,
    method: request.method ?? "GET",
    path,
    query: queryOf(search),
    search,
    headers: headersOf(request.headers, hidesAuthorization),
    body: decodeBody(bytes),
    source: sourceOf(request),
  };
  const characters = JSON.stringify({ event }).length;
  if (characters <= MAX_EVENT_CHARACTERS) return event;
  const detail = `Headers and body make an event of ${characters} characters; ${MAX_EVENT_CHARACTERS} are the most.`;
  throw new RequestProblem("request-too-large", detail);
}

/** An IPv4 address that arrived on an IPv6 socket is shown as the IPv4 one. */
export function sourceOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/i, "");
}

function queryOf(search: string): Readonly<Record<string, string>> {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (query.size < MAX_PARAMETERS && !query.has(name)) query.set(name, value);
  }
  return Object.fromEntries(query);
}

/** Cookies are the console's, which lives at the same address; tokens of ours are whoever's has sent them by mistake. */
function headersOf(headers: IncomingHttpHeaders, hidesAuthorization: boolean): Readonly<Record<string, string>> {
  const shown: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name === "cookie" || name === "set-cookie") continue;
    const text = typeof value === "string" ? value : value.join(", ");
    if (name === "authorization" && (hidesAuthorization || OWN_TOKEN.test(text))) continue;
    shown.push([name, text]);
  }
  return Object.fromEntries(shown);
}
