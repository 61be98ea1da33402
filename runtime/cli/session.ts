/** What the options that all commands take come to: the API to talk to, and how to print. */
import type { Command } from "commander";
import { ApiClient } from "./api-client.ts";
import { Output } from "./output.ts";
import { findServer } from "./server-address.ts";

export interface Session {
  readonly api: ApiClient;
  readonly out: Output;
}

interface GlobalOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly token?: string;
}

export function openSession(command: Command): Session {
  const options: GlobalOptions = command.optsWithGlobals();
  const api = new ApiClient(findServer(options, process.env, process.cwd()));
  return { api, out: new Output(options.json === true) };
}
