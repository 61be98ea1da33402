/**
 * The server's side of TLS: takes sockets that have connected, and gives back those whose handshake has ended well. The
 * certificates are those of the moment of the connection.
 */
import type { Socket } from "node:net";
import { createServer, type SecureContext, type Server, type TLSSocket } from "node:tls";
import type { TlsMaterial } from "./material.ts";

export class TlsDoor {
  readonly #material: () => TlsMaterial;
  readonly #onSecure: (socket: TLSSocket) => void;
  #made: { readonly material: TlsMaterial; readonly server: Server } | null = null;

  constructor(material: () => TlsMaterial, onSecure: (socket: TLSSocket) => void) {
    this.#material = material;
    this.#onSecure = onSecure;
  }

  /** Begins the handshake. Where it fails, the socket is closed. */
  accept(socket: Socket): void {
    const material = this.#material();
    if (this.#made?.material !== material) this.#made = { material, server: this.#serverFor(material) };
    this.#made.server.emit("connection", socket);
  }

  /** It never listens: it is handed its connections. */
  #serverFor(material: TlsMaterial): Server {
    const { clientCertificates } = material.settings;
    const server = createServer({
      ...material.server,
      requestCert: clientCertificates !== "none",
      rejectUnauthorized: clientCertificates === "require",
      SNICallback: (name, found) => found(null, contextFor(name, material)),
    });
    server.on("secureConnection", (socket) => {
      if (clientCertificates === "request" && isImpostor(socket)) socket.destroy();
      else this.#onSecure(socket);
    });
    // Whoever speaks no TLS, or refuses our certificate, has been cut off by now.
    server.on("tlsClientError", (_error, socket) => socket.destroy());
    return server;
  }
}

/** A name of its own goes before a wildcard; undefined: the certificate for everybody. */
export function contextFor(name: string, { byName }: TlsMaterial): SecureContext | undefined {
  const asked = name.toLowerCase();
  return byName.get(asked) ?? byName.get(`*${asked.slice(Math.max(0, asked.indexOf(".")))}`);
}

/** Shows a certificate that nobody we trust has signed. */
function isImpostor(socket: TLSSocket): boolean {
  return !socket.authorized && Object.keys(socket.getPeerCertificate()).length > 0;
}
