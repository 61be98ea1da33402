/** Whether an address and port can be had: tried, and given back at once. */
import { createSocket } from "node:dgram";
import { createServer, isIPv6 } from "node:net";

/** `undefined`: it can; else the code of the system, such as `EADDRINUSE`. */
export function tryBind(protocol: "udp" | "tcp", address: string, port: number): Promise<string | undefined> {
  return protocol === "udp" ? tryUdp(address, port) : tryTcp(address, port);
}

function tryUdp(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: isIPv6(address) ? "udp6" : "udp4", ipv6Only: isIPv6(address) });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code ?? error.message);
    });
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
}

function tryTcp(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host: address, port, exclusive: true, ipv6Only: isIPv6(address) }, () =>
      server.close(() => resolve(undefined)),
    );
  });
}
