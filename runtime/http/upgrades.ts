/** Connections of the API that another protocol takes over. They do not count among those of the API from then on. */
import type { IncomingMessage, Server } from "node:http";
import type { HttpUpgrade } from "../port/http-upgrade.ts";

/** Whether a request asks for this protocol; any other upgrade is passed over, as RFC 9110 §7.8 allows. */
export function wantsUpgrade({ url }: IncomingMessage, upgrade: HttpUpgrade | undefined): boolean {
  return upgrade !== undefined && (url ?? "").split("?", 1)[0] === upgrade.path;
}

export function passUpgrades(server: Server, upgrade: HttpUpgrade): void {
  server.on("upgrade", (request, socket, head) => {
    server.maxConnections++;
    socket.on("close", () => server.maxConnections--);
    upgrade.upgrade(request, socket, head);
  });
}
