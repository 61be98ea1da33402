/** What SIP comes and goes by: the transports with their certificates, and WebSockets on the port of the HTTP API. */
import type { Socket } from "node:net";
import { networkInterfaces } from "node:os";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import type { HttpUpgrade } from "../port/http-upgrade.ts";
import { formatHost } from "../sip/message/uri.ts";
import type { TransportCounters } from "../sip/transport/counters.ts";
import { expandWildcards } from "../sip/transport/listen-address.ts";
import type { SourceGuard } from "../sip/transport/source-guard.ts";
import { Certificates } from "../sip/transport/tls/certificates.ts";
import { TransportLayer, type TransportUser } from "../sip/transport/transport-layer.ts";
import { withAdvertise } from "./listening.ts";

export interface Transports {
  readonly upgrade: HttpUpgrade;
  connect(user: TransportUser): TransportLayer;
  /** The API listens here: what comes there for `upgrade` is for an address of ours. */
  hostedBy(api: { readonly host: string; readonly port: number }): void;
  /** Cuts the connections of sources that are not heard any more. */
  cutUnheard(): void;
  /** As `tls://192.0.2.1:5061`, all of them. */
  urls(): string[];
  /** Throws `ConfigError` where a certificate cannot be used, and then nothing has changed. */
  reload(config: Config): Promise<void>;
  stop(): void;
}

const PATH = "/sip";

/** Reads the certificates. Throws `ConfigError` where one cannot be used. */
export async function assembleTransports(parts: {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: TransportCounters;
  readonly isExempt: (address: string) => boolean;
  readonly guard: SourceGuard;
}): Promise<Transports> {
  const { config, clock, log, counters, isExempt, guard } = parts;
  const certificates = await Certificates.open(config.tls, clock, log);
  let { websocket } = config;
  let layer: TransportLayer | null = null;
  let hosted: string[] = [];
  return {
    upgrade: {
      path: PATH,
      hint: "Here is SIP over WebSocket (RFC 7118): connect with a WebSocket of the subprotocol sip.",
      upgrade(request, socket, head) {
        // The server of the API listens on TCP alone.
        if (layer === null) socket.destroy();
        else layer.upgrade(request, socket as Socket, head);
      },
    },
    connect(user) {
      const { max: maxConnections, perSource: maxConnectionsPerSource } = config.limits.connections;
      const limits = { maxConnections, maxConnectionsPerSource, isExempt, guard };
      const ends = { tls: () => certificates.material, webSocket: () => websocket };
      layer = new TransportLayer({ clock, log, user, counters, ...ends, ...limits });
      return layer;
    },
    hostedBy({ host, port }) {
      const listen = withAdvertise({ transport: "ws", address: host, port }, config);
      layer?.host(expandWildcards([listen], networkInterfaces()));
      hosted = [`ws://${formatHost(host)}:${port}${PATH}`];
    },
    cutUnheard: () => layer?.cutUnheard(),
    urls() {
      const own = layer?.listeners ?? [];
      return [...own.map(({ transport, address, port }) => `${transport}://${formatHost(address)}:${port}`), ...hosted];
    },
    async reload(next) {
      await certificates.configure(next.tls);
      websocket = next.websocket;
    },
    stop: () => certificates.stop(),
  };
}
