/** The client's side of TLS: what we connect to must prove that it is whom the URI named (RFC 3261 §26.3.1, RFC 5922). */
import { isIP, type TcpSocketConnectOpts } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { KEEP_ALIVE_MS } from "../connection.ts";
import { checkIdentity } from "./identity-check.ts";
import type { TlsMaterial } from "./material.ts";

export function connectTls(
  to: { readonly address: string; readonly port: number; readonly name: string; readonly localAddress: string },
  material: TlsMaterial,
): TLSSocket {
  const options: ConnectionOptions & TcpSocketConnectOpts = {
    host: to.address,
    port: to.port,
    localAddress: to.localAddress,
    // RFC 6066 §3: an address is no name of a server.
    ...(isIP(to.name) === 0 ? { servername: to.name } : {}),
    secureContext: material.client(),
    rejectUnauthorized: material.settings.verify,
    checkServerIdentity: (_host, certificate) => checkIdentity(to.name, certificate),
  };
  return connect(options).setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
}
