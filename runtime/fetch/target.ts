/** Where a request goes: a URL of the web, read as the web reads it, so that no two notations of a host differ. */
import { isIP } from "node:net";
import { fail, ok, type Result } from "../base/result.ts";
import type { FetchProblem } from "../port/fetch.ts";
import { BLOCKED_PORTS } from "./blocked-ports.ts";

const MOST_URL_CHARACTERS = 8192;

export interface Target {
  /** Without user, password and fragment. */
  readonly url: URL;
  /** A name or an address, without brackets and without the dot of the root. */
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly isAddress: boolean;
  /** As messages name it. */
  readonly label: string;
}

export function parseTarget(text: string, base?: URL): Result<Target, FetchProblem> {
  const url = URL.parse(text, base?.href);
  const shown = JSON.stringify(text.slice(0, 200));
  if (url === null) return invalid(`${shown} is not a URL`);
  if (url.href.length > MOST_URL_CHARACTERS) return invalid(`a URL has at most ${MOST_URL_CHARACTERS} characters`);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return invalid(`${shown} is not a URL that begins with https: or http:`);
  }
  if (url.username !== "" || url.password !== "") {
    return invalid("a URL may not hold a user or a password; send them in the header Authorization");
  }
  url.hash = "";
  if (url.hostname.endsWith(".")) url.hostname = url.hostname.slice(0, -1);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isSecure = url.protocol === "https:";
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  if (host === "" || host.endsWith(".")) return invalid(`${shown} has no host`);
  if (BLOCKED_PORTS.has(port)) {
    return fail({ code: "not-allowed", message: `${host}: port ${port} belongs to another protocol than HTTP` });
  }
  return ok({ url, host, port, isSecure, isAddress: isIP(host) !== 0, label: url.host });
}

function invalid(message: string): Result<never, FetchProblem> {
  return fail({ code: "invalid-arguments", message });
}
