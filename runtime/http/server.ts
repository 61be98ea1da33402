/** The HTTP server of the API: the table of routes on express, limits of the connection, start and end. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import express, { type Request, type Response } from "express";
import { ConfigError } from "../base/errors.ts";
import { handleOf, type SocketHandle } from "../base/handed-sockets.ts";
import { randomText } from "../base/random.ts";
import { TimerWheel } from "../base/timer-wheel.ts";
import type { Api, HttpDeps } from "./api.ts";
import { Connections } from "./connections.ts";
import { servePage } from "./console/page.ts";
import { SignIn } from "./console/sign-in.ts";
import { answerError, type Dispatch, dispatch } from "./dispatch.ts";
import { IdempotentAnswers } from "./idempotency.ts";
import { KeyedQueue } from "./keyed-queue.ts";
import { createListener } from "./listener.ts";
import { describeRoutes } from "./openapi.ts";
import { readersOf } from "./preconditions.ts";
import { type ProblemCode, RequestProblem } from "./problem.ts";
import { ProvisioningLinks } from "./provisioning.ts";
import { renderProblem } from "./render.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes/table.ts";
import { ScriptEndpoint } from "./script-request/endpoint.ts";
import { Streams } from "./streams.ts";
import { FailureThrottle } from "./throttle.ts";
import { passUpgrades, wantsUpgrade } from "./upgrades.ts";

const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 100;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 500;
/** How long requests that still run may take when the server ends. */
const CLOSE_GRACE_MS = 2_000;

export interface HttpServer {
  /**
   * Resolves with where it listens. Throws `ConfigError` with `port-in-use`, or `config-invalid` for another address.
   * `inherited`: the server of the process before. @default one of our own
   */
  listen(at: { host: string; port: number }, inherited?: SocketHandle): Promise<{ host: string; port: number }>;
  /** Another process may be given it. `null`: it does not listen. */
  readonly handle: SocketHandle | null;
  /** Ends streams at once, lets requests that run finish for a moment, and resolves when all connections are closed. */
  close(): Promise<void>;
}

export function createHttpServer(deps: HttpDeps): HttpServer {
  const clock = deps.clock ?? new TimerWheel();
  const streams = new Streams(clock);
  let document: string | undefined;
  const throttle = new FailureThrottle(clock);
  const { console, tokens } = deps;
  const api: Api = {
    ...deps,
    clock,
    throttle,
    signIn: new SignIn({ users: console.users, tokens, throttle, clock }),
    provisioning: new ProvisioningLinks(clock),
    streams,
    writes: new KeyedQueue(),
    document: () => {
      document ??= describeRoutes(routes);
      return document;
    },
  };
  const by = {
    api,
    idempotent: new IdempotentAnswers(clock),
    readers: readersOf(routes),
  };
  const server = createListener(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: HEADERS_TIMEOUT_MS / 2,
      shouldUpgradeCallback: (request) => wantsUpgrade(request, deps.upgrade),
    },
    deps.tls,
    createApp(by, new ScriptEndpoint(api, clock)),
  );
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = MAX_CONNECTIONS;
  server.on("clientError", refuse);
  if (deps.upgrade !== undefined) passUpgrades(server, deps.upgrade);
  const connections = new Connections(server, deps.tls === undefined ? "connection" : "secureConnection");
  return {
    listen: (at, inherited) => listen(server, at, inherited),
    get handle() {
      return handleOf(server);
    },
    close: () => {
      streams.close();
      const grace = clock.startTimer(CLOSE_GRACE_MS, { expire: () => connections.destroy() }, "grace");
      return new Promise((resolve) => {
        server.close(() => {
          grace.cancel();
          resolve();
        });
        connections.close();
      });
    },
  };
}

function createApp(
  by: Dispatch,
  scripts: ScriptEndpoint,
): (request: IncomingMessage, response: ServerResponse) => void {
  const app = express();
  app.disable("x-powered-by");
  app.enable("case sensitive routing");
  app.use("/x", (request: Request, response: Response) => scripts.serve(request, response, request.originalUrl));
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    const path = routerPath(route.path);
    methods.set(path, [...(methods.get(path) ?? []), route.method.toUpperCase()]);
    app[route.method](path, (request: Request, response: Response) => serve(route, request, response, by));
  }
  const { upgrade } = by.api;
  if (upgrade !== undefined) {
    app.all(upgrade.path, () => {
      throw new RequestProblem("upgrade-required", upgrade.hint, { headers: { Upgrade: "websocket" } });
    });
  }
  for (const [path, allowed] of methods) {
    app.all(path, (request: Request) => {
      const allow = allowed.join(", ");
      throw new RequestProblem("method-not-allowed", `${request.method} is not known here, only ${allow}.`, {
        headers: { Allow: allow },
      });
    });
  }
  app.use(async (request: Request, response: Response) => {
    if (await servePage(request, response, request.path, by.api.console)) return;
    throw new RequestProblem(
      "not-found",
      `There is nothing at ${request.path}. GET /v1/openapi.json lists what there is.`,
    );
  });
  // Express knows a handler of errors by its four parameters.
  app.use((error: unknown, _request: Request, response: Response, _next: unknown) => {
    answerError(undecodable(error), response, by.api.log, `urn:strowger:request:${randomText(16)}`);
  });
  return app;
}

function serve(route: Route, request: Request, response: Response, by: Dispatch): Promise<void> {
  return dispatch(route, { http: request, params: request.params }, response, by);
}

/** `{name}` is `:name` to the router, and `{+name}` is `*name`. */
function routerPath(path: string): string {
  return path.replace(/\{\+(\w+)\}/g, "*$1").replace(/\{(\w+)\}/g, ":$1");
}

/** The router gives up on a path that it cannot decode (`%zz`). */
function undecodable(error: unknown): unknown {
  if (!(error instanceof URIError)) return error;
  return new RequestProblem("invalid-request", "The path has a percent sign that is not followed by two hex digits.");
}

function listen(
  server: Server,
  at: { host: string; port: number },
  inherited: SocketHandle | undefined,
): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => reject(cannotListen(cause, at));
    server.once("error", fail);
    server.listen(inherited ?? { host: at.host, port: at.port }, () => {
      server.off("error", fail);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("The HTTP server listens on no port"));
      else resolve({ host: address.address, port: address.port });
    });
  });
}

function cannotListen(cause: NodeJS.ErrnoException, at: { host: string; port: number }): ConfigError {
  const where = `${at.host}:${at.port}`;
  if (cause.code === "EADDRINUSE") {
    const advice = "another program listens there. Stop it, or set http.listen to a free port";
    return new ConfigError("port-in-use", `The HTTP API cannot listen on ${where}: ${advice}.`, [], { cause });
  }
  return new ConfigError("config-invalid", `The HTTP API cannot listen on ${where}: ${cause.message}.`, [], { cause });
}

/** Answers what is not HTTP, too long or too slow; there is no response object for it. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const { status, headers, body = "" } = renderProblem(badRequest(error.code ?? ""), "about:blank");
  const fields = { ...headers, "Content-Length": String(Buffer.byteLength(body)), Connection: "close" };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join("")}\r\n${body}`);
}

function badRequest(code: string): RequestProblem {
  const known: Record<string, readonly [ProblemCode, string]> = {
    HPE_HEADER_OVERFLOW: ["request-too-large", `The header is larger than ${MAX_HEADER_BYTES / 1024} KB.`],
    ERR_HTTP_REQUEST_TIMEOUT: ["request-timeout", "The request took too long to arrive."],
  };
  const [problem, detail] = known[code] ?? ["invalid-request", "This is not an HTTP request."];
  return new RequestProblem(problem, detail);
}
