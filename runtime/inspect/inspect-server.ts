/**
 * Where debuggers find scripts and attach to them: HTTP and WebSocket on the loopback address alone, as Node's own
 * `--inspect` has it. For development: whoever gets in has all that a script host has.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { ConfigError } from "../base/errors.ts";
import type { ScriptInspection } from "../port/inspection.ts";
import { connectDebugger } from "./debugger-connection.ts";
import { refusal } from "./request-check.ts";
import { describeTarget, PROTOCOL } from "./targets.ts";

const ADDRESS = "127.0.0.1";
const MOST_CONNECTIONS = 50;
/** Escaped, it must still go in one frame to the host. */
const MOST_MESSAGE_BYTES = 2 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 5_000;

export interface InspectServer {
  /** Gives its port. Throws `ConfigError` where it is taken. */
  listen(port: number): Promise<number>;
  close(): Promise<void>;
}

export function createInspectServer(inspection: ScriptInspection): InspectServer {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) =>
    answer(request, response, inspection),
  );
  server.maxConnections = MOST_CONNECTIONS;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_MESSAGE_BYTES, perMessageDeflate: false });
  server.on("upgrade", (request, socket, head) => {
    if (refusal(request.headers) !== null) {
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      connectDebugger(opened, inspection, (request.url ?? "").slice(1));
    });
  });
  return {
    listen: (port) => listen(server, port),
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, inspection: ScriptInspection): void {
  const refused = refusal(request.headers);
  const body = refused === null ? bodyFor(request, inspection) : undefined;
  const status = refused !== null ? 403 : body === undefined ? 404 : 200;
  const text = body === undefined ? (refused ?? "GET /json/list has what can be debugged.") : JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": body === undefined ? "text/plain; charset=utf-8" : "application/json; charset=UTF-8",
    "Cache-Control": "no-cache",
  });
  response.end(text);
}

function bodyFor({ method, url, headers }: IncomingMessage, inspection: ScriptInspection): unknown {
  if (method !== "GET") return undefined;
  const path = (url ?? "").split("?", 1)[0]?.replace(/\/$/, "");
  if (path === "/json/version") return PROTOCOL;
  if (path !== "/json" && path !== "/json/list") return undefined;
  return inspection.targets().map((target) => describeTarget(target, headers.host ?? ""));
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const code = error.code === "EADDRINUSE" ? "port-in-use" : "config-invalid";
      const message = `Debuggers cannot be listened for on ${ADDRESS}:${port}: ${error.message}. Name another port.`;
      reject(new ConfigError(code, message, [], { cause: error }));
    });
    // A server on an address and a port has one.
    server.listen(port, ADDRESS, () => resolve((server.address() as AddressInfo).port));
  });
}
