/** Debian's Chromium as a browser of the console: nothing that it asks for leaves the machine. */
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { findProgram } from "../helpers/require-program.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
];

export type Credentials = { readonly token: string } | { readonly name: string; readonly password: string };

/** `more`: flags of Chromium, such as those of a fake microphone. */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: findProgram("chromium") ?? "chromium", args: [...FLAGS, ...more] });
}

/** Begins a session of the console at `url` for all pages of the context. */
export async function signIn(context: BrowserContext, url: string, credentials: Credentials): Promise<void> {
  const headers = { "X-Strowger-Console": "1" };
  const answer = await context.request.post(`${url}/v1/session`, { data: credentials, headers });
  if (!answer.ok()) throw new Error(`Signing in: ${answer.status()} ${await answer.text()}`);
}
