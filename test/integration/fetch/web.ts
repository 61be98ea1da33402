/** A web on loopback for the fetcher: servers that a test scripts, names that mean what it says, rules. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createRawServer, type Socket } from "node:net";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { parseHostRule } from "../../../runtime/contract/host-rule.ts";
import { type Network, parseNetwork } from "../../../runtime/contract/network.ts";
import { AddressPolicy } from "../../../runtime/fetch/address-policy.ts";
import { AllowList } from "../../../runtime/fetch/allow-list.ts";
import { type FetchPolicy, ScriptFetcher } from "../../../runtime/fetch/fetcher.ts";
import type { FetchProblem, FetchRequest, FetchResponse } from "../../../runtime/port/fetch.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "./certificates.ts";

export interface WebServer {
  readonly port: number;
  /** Connections that were made so far, and those that are open. */
  readonly connections: Socket[];
  readonly open: Set<Socket>;
  close(): void;
}

export const serve = (listener: RequestListener): Promise<WebServer> => listen(createServer(listener));

export const serveSecurely = (listener: RequestListener): Promise<WebServer> =>
  listen(createSecureServer({ cert: CERTIFICATE, key: KEY }, listener) as unknown as Server);

/** A server that speaks no HTTP but what the test writes. */
export const serveRaw = (listener: (socket: Socket) => void): Promise<WebServer> =>
  listen(createRawServer(listener) as unknown as Server);

export async function listen(server: Server): Promise<WebServer> {
  const connections: Socket[] = [];
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    connections.push(socket);
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => {});
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    port,
    connections,
    open,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

export interface WebRules {
  readonly allowPrivate?: readonly string[];
  readonly hosts?: readonly string[];
  readonly ofScripts?: Readonly<Record<string, readonly string[]>>;
}

/** What `fetch` needs beside a URL. */
export type Asked = Partial<Omit<FetchRequest, "url">>;

export class Web {
  readonly fetcher: ScriptFetcher;
  /** Names that were asked for. */
  readonly asked: string[] = [];
  /** The answers for each name, one after the other; the last one stays. */
  readonly names = new Map<string, string[][]>();

  constructor(rules: WebRules = {}) {
    this.fetcher = new ScriptFetcher({
      clock: new TimerWheel(),
      ca: AUTHORITY,
      resolve: async (name) => {
        this.asked.push(name);
        const answers = this.names.get(name) ?? [["127.0.0.1"]];
        return (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
      },
      ...policy(rules),
    });
  }

  async fetch(url: string, asked: Asked = {}): Promise<FetchResponse> {
    const result = await this.#ask(url, asked);
    if (!result.ok) throw new Error(`${result.problem.code}: ${result.problem.message}`);
    return result.value;
  }

  async text(url: string, asked: Asked = {}): Promise<string> {
    return (await this.fetch(url, asked)).body.toString();
  }

  async problem(url: string, asked: Asked = {}): Promise<FetchProblem> {
    const result = await this.#ask(url, asked);
    if (result.ok) throw new Error(`It was answered: ${result.value.status}`);
    return result.problem;
  }

  #ask(url: string, asked: Asked): ReturnType<ScriptFetcher["fetch"]> {
    return this.fetcher.fetch({
      script: "desk",
      domain: "example.com",
      method: "GET",
      headers: [],
      body: null,
      redirect: "follow",
      timeoutMs: 5000,
      signal: new AbortController().signal,
      ...asked,
      url,
    });
  }
}

export function policy({ allowPrivate = ["127.0.0.1"], hosts, ofScripts = {} }: WebRules): FetchPolicy {
  const rules = (texts: readonly string[]) =>
    texts.map((text) => {
      const parsed = parseHostRule(text);
      if (!parsed.ok) throw new Error(parsed.problem);
      return parsed.value;
    });
  const each = Object.entries(ofScripts).map(([script, texts]) => [script, rules(texts)] as const);
  return {
    hosts: new AllowList(hosts === undefined ? null : rules(hosts), new Map(each)),
    addresses: new AddressPolicy(
      allowPrivate.map((text) => parseNetwork(text) as Network),
      () => [],
    ),
  };
}

export async function readAll(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
