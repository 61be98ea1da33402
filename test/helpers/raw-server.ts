/**
 * A SIP server on a bare TCP port, or on one of TLS: it keeps what comes over the connection that was opened last, and sends
 * text back.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createTcpServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { onTestFinished } from "vitest";
import { SipText } from "../../runtime/simulator/network/sip-text.ts";
import type { Identity } from "./authority.ts";
import { StreamText } from "./stream-text.ts";
import { until } from "./until.ts";

export interface RawServer {
  readonly port: number;
  /** How many connections were made so far; over TLS, those whose handshake has ended well. */
  readonly connections: number;
  /** The first message not yet taken. */
  next(): Promise<string>;
  /** The first message not yet taken that begins so; others stay. */
  expect(start: string): Promise<SipText>;
  send(text: string): void;
  /** Cuts all connections. */
  drop(): void;
}

/** `identity`: it speaks TLS, and shows this certificate. */
export async function rawServer(options: { readonly identity?: Identity } = {}): Promise<RawServer> {
  const inbox: string[] = [];
  const sockets: Socket[] = [];
  const accept = (socket: Socket) => {
    const stream = new StreamText((text) => inbox.push(text));
    sockets.push(socket);
    socket.setNoDelay(true).on("data", (bytes) => stream.push(bytes.toString("latin1")));
    socket.on("error", () => socket.destroy());
  };
  const { identity } = options;
  const server =
    identity === undefined
      ? createTcpServer(accept)
      : createTlsServer({ cert: readFileSync(identity.cert), key: readFileSync(identity.key) }, accept);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    drop();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    port: address.port,
    get connections() {
      return sockets.length;
    },
    async next() {
      await until("a message over TCP", () => inbox.length > 0);
      return inbox.shift() ?? "";
    },
    async expect(start) {
      const index = await until(`${start} at the server`, () => {
        const found = inbox.findIndex((text) => text.startsWith(start));
        return found < 0 ? undefined : found;
      });
      return new SipText(inbox.splice(index, 1)[0] ?? "");
    },
    send: (text) => sockets.at(-1)?.write(text, "latin1"),
    drop,
  };
}
