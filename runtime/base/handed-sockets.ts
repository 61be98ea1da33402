/**
 * Sockets that one process hands to another: both have the same socket of the system, so that what arrives while neither
 * reads waits there and is not lost. Node passes them on between processes; that they are not read on their way is up to
 * us, since a socket that Node makes of one reads at once.
 */

/** Where a socket listens: SIP by its transport, or the HTTP API. */
export interface SocketName {
  readonly transport: "udp" | "tcp" | "tls" | "ws" | "wss" | "http";
  readonly address: string;
  readonly port: number;
}

/** What the system knows a socket by, before anything reads it. */
export interface SocketHandle {
  close(): void;
}

export interface SharedSocket {
  readonly name: SocketName;
  readonly handle: SocketHandle;
}

/**
 * That of a socket of `node:dgram` or a server of `node:net`; `null`: it is closed. Node has no public name for it, and
 * takes it in `process.send`, `bind` and `listen`.
 */
export function handleOf(socket: object): SocketHandle | null {
  return (socket as { readonly _handle: SocketHandle | null })._handle;
}

/** Those that this process has been given and has not used yet. */
export class HandedSockets {
  readonly #sockets: SharedSocket[] = [];

  add(socket: SharedSocket): void {
    this.#sockets.push(socket);
  }

  /** The one that listens there; on port 0, any of that address. It is the caller's from now on. */
  take(wanted: SocketName): SocketHandle | undefined {
    const index = this.#sockets.findIndex(({ name }) => isThere(wanted, name));
    return index < 0 ? undefined : this.#sockets.splice(index, 1)[0]?.handle;
  }

  has(wanted: SocketName): boolean {
    return this.#sockets.some(({ name }) => isThere(wanted, name));
  }

  takeUdp(): readonly SharedSocket[] {
    const found = this.#sockets.filter(({ name }) => name.transport === "udp");
    for (const socket of found) this.#sockets.splice(this.#sockets.indexOf(socket), 1);
    return found;
  }

  /** Nobody listens there any more. */
  closeRest(): void {
    for (const { handle } of this.#sockets.splice(0)) handle.close();
  }
}

function isThere(wanted: SocketName, { transport, address, port }: SocketName): boolean {
  return transport === wanted.transport && address === wanted.address && (wanted.port === 0 || wanted.port === port);
}
