/** Whether an address could be listened on: for a process that is not to do so yet. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { udpOptions } from "./inherited.ts";
import { type ListenAddress, listenError } from "./listen-address.ts";

/** Throws `ConfigError` where it could not. */
export async function checkAddress(listen: ListenAddress): Promise<void> {
  try {
    await (listen.transport === "udp" ? tryDatagrams(listen) : tryServer(listen));
  } catch (error) {
    throw listenError(listen, error as NodeJS.ErrnoException);
  }
}

async function tryDatagrams({ address, port }: ListenAddress): Promise<void> {
  const socket = createSocket(udpOptions(address));
  try {
    const listening = once(socket, "listening");
    socket.bind({ port, address, exclusive: true });
    await listening;
  } finally {
    socket.close();
  }
}

async function tryServer({ address: host, port }: ListenAddress): Promise<void> {
  const server = createServer();
  const listening = once(server, "listening");
  server.listen({ host, port, exclusive: true });
  await listening;
  server.close();
}
