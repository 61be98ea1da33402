/** What the API listens with: HTTP, or HTTP over TLS with the certificates of the moment. */
import { createServer, type RequestListener, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { HttpTls } from "../port/http-tls.ts";

const HANDSHAKE_TIMEOUT_MS = 10_000;

export function createListener(options: ServerOptions, tls: HttpTls | undefined, serve: RequestListener): Server {
  if (tls === undefined) return createServer(options, serve);
  let shown = tls.current();
  const server = createTlsServer(
    {
      ...options,
      ...shown,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      SNICallback: (name, found) => found(null, tls.contextFor(name)),
    },
    serve,
  );
  // Before the handshake begins.
  server.prependListener("connection", () => {
    const current = tls.current();
    if (current === shown) return;
    shown = current;
    server.setSecureContext(current);
  });
  return server;
}
