/** Where the switch is and with which token: options, environment, or the installation around the current folder. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CommandFailure, exitCodes } from "./failure.ts";

const DEFAULT_URL = "http://127.0.0.1:8080";
const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

export interface ServerAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string | undefined;
}

export function findServer(
  options: { readonly url?: string; readonly token?: string },
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): ServerAddress {
  const url = parseUrl(options.url ?? (env.STROWGER_URL || DEFAULT_URL));
  const token = options.token ?? (env.STROWGER_TOKEN || undefined);
  // The token of this installation is for the switch of this installation, not for any server that is named.
  if (token !== undefined || !LOOPBACK.has(url.hostname)) return { url: textOf(url), token };
  return { url: textOf(url), token: readToken(folder) };
}

/** `data/token` beside the nearest `strowger.yaml`, upwards from `folder`. */
function readToken(folder: string): string | undefined {
  if (existsSync(join(folder, "strowger.yaml"))) {
    const file = join(folder, "data", "token");
    try {
      return readFileSync(file, "utf8").trim() || undefined;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      const reason = error instanceof Error ? error.message : String(error);
      throw new CommandFailure(`cannot read the token: ${reason}`, exitCodes.notAllowed);
    }
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : readToken(parent);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new CommandFailure(`"${text}" is not the address of a switch, such as ${DEFAULT_URL}`, exitCodes.usage);
}

function textOf(url: URL): string {
  return (url.origin + url.pathname).replace(/\/+$/, "");
}
