/**
 * The sockets that the process before has handed over. Those of UDP are read at once, since the system keeps no more than
 * a few hundred datagrams for whoever is not ready: what comes meanwhile waits here, in its order. Servers wait in the
 * system, which keeps whoever connects.
 */
import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from "node:dgram";
import { isIPv6 } from "node:net";
import type { HandedSockets, SocketHandle, SocketName } from "../../base/handed-sockets.ts";

/** Some seconds of a busy switch; what comes beyond it is sent again. */
const MOST_DATAGRAMS = 20_000;
/** So many are handled at a time. */
const SLICE = 8;
const RESPONSE = "SIP/2.0 ";

export type OnDatagram = (datagram: Buffer, from: Pick<RemoteInfo, "address" | "port">) => void;

export function udpOptions(address: string): SocketOptions {
  return { type: isIPv6(address) ? "udp6" : "udp4", lookup: (host, _options, callback) => callback(null, host, 0) };
}

/** A UDP socket that is read before anybody can do anything with what comes. */
export class ReadAhead {
  readonly socket: Socket;
  readonly #waiting: Parameters<OnDatagram>[] = [];
  /** `null`: nobody can do anything with what comes. */
  #onDatagram: OnDatagram | null = null;
  readonly #onMessage: OnDatagram = (datagram, from) => {
    // What has waited leads to requests of ours: their answers must not wait behind the rest, or they are sent again.
    if (this.#onDatagram !== null && isResponse(datagram)) this.#onDatagram(datagram, from);
    else if (this.#waiting.length < MOST_DATAGRAMS) this.#waiting.push([datagram, from]);
  };

  constructor(address: string, handle: SocketHandle) {
    this.socket = createSocket(udpOptions(address));
    this.socket.on("message", this.#onMessage);
    // As Node does itself with a socket of another process; its types know ports alone.
    this.socket.bind(handle as never);
  }

  /** Datagrams go there, those that wait first, a few at a time: `next` resolves when there is time for more. */
  async proceed(onDatagram: OnDatagram, next: () => Promise<void>): Promise<void> {
    this.#onDatagram = onDatagram;
    while (this.#waiting.length > 0) {
      for (const [datagram, from] of this.#waiting.splice(0, SLICE)) onDatagram(datagram, from);
      await next();
    }
    this.socket.off("message", this.#onMessage);
    this.socket.on("message", onDatagram);
  }
}

function isResponse(datagram: Buffer): boolean {
  return datagram.toString("latin1", 0, RESPONSE.length) === RESPONSE;
}

export class InheritedSockets {
  readonly #handed: HandedSockets;
  readonly #readers = new Map<SocketName, ReadAhead>();

  /** Reads from now on. */
  constructor(handed: HandedSockets) {
    this.#handed = handed;
    for (const { name, handle } of handed.takeUdp()) this.#readers.set(name, new ReadAhead(name.address, handle));
  }

  /** On port 0, any of that address. */
  udp(address: string, port: number): ReadAhead | undefined {
    for (const [name, reader] of this.#readers) {
      if (name.address !== address || (port !== 0 && name.port !== port)) continue;
      this.#readers.delete(name);
      return reader;
    }
    return undefined;
  }

  server(wanted: SocketName): SocketHandle | undefined {
    return this.#handed.take(wanted);
  }

  /** Nobody listens there any more. */
  closeRest(): void {
    for (const { socket } of this.#readers.values()) socket.close();
    this.#readers.clear();
    this.#handed.closeRest();
  }
}
