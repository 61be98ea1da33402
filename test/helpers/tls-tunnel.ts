/** Puts what comes over TCP into TLS, for clients that speak none: Debian builds its SIPp without. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { connect } from "node:tls";
import { onTestFinished } from "vitest";
import { freePort } from "./free-port.ts";

/** Gives the port on loopback that it listens on. `to`: where TLS is spoken, and whom its certificate must name. */
export async function tlsTunnel(to: { port: number; serverName: string; ca: string }): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((plain) => {
    const secure = connect({ host: "127.0.0.1", port: to.port, servername: to.serverName, ca: to.ca });
    for (const socket of [plain, secure]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
    plain.pipe(secure).pipe(plain);
  });
  const port = await freePort();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return port;
}
