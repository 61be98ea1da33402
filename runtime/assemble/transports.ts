/** What SIP comes and goes by: the transports with their certificates, and WebSockets on the port of the HTTP API. */
import type { Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import type { SharedSocket } from "../base/handed-sockets.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import type { HttpTls } from "../port/http-tls.ts";
import type { HttpUpgrade } from "../port/http-upgrade.ts";
import { formatHost } from "../sip/message/uri.ts";
import type { TransportCounters } from "../sip/transport/counters.ts";
import type { InheritedSockets } from "../sip/transport/inherited.ts";
import { expandWildcards } from "../sip/transport/listen-address.ts";
import type { HeldMessage } from "../sip/transport/set-aside.ts";
import type { SourceGuard } from "../sip/transport/source-guard.ts";
import type { Certificates } from "../sip/transport/tls/certificates.ts";
import { contextFor } from "../sip/transport/tls/door.ts";
import { TransportLayer, type TransportUser } from "../sip/transport/transport-layer.ts";
import { withAdvertise } from "./listening.ts";

export interface Transports {
  readonly upgrade: HttpUpgrade;
  /** Our certificates for the API, which asks nobody for one. */
  readonly https: HttpTls;
  connect(user: TransportUser): TransportLayer;
  /** The API listens here: what comes there for `upgrade` is for an address of ours. */
  hostedBy(api: { readonly host: string; readonly port: number; readonly tls: boolean }): void;
  /** What listens here, for a process that is to take our place. */
  readonly shared: readonly SharedSocket[];
  /** What was set aside for us, and what has come since, is handled: no faster than the switch can take it. */
  proceed(held: readonly HeldMessage[], isBusy: () => boolean): Promise<void>;
  /** Cuts the connections of sources that are not heard any more. */
  cutUnheard(): void;
  /** As `tls://192.0.2.1:5061`, all of them. */
  urls(): string[];
  /** Throws `ConfigError` where a certificate cannot be used, and then nothing has changed. */
  reload(config: Config): Promise<void>;
  stop(): void;
}

const PATH = "/sip";
/** Of messages that have waited for this process. */
const SLICE = 8;
/** Beyond it they are overload like any other. */
const CATCH_UP_MS = 3_000;

export function assembleTransports(parts: {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: TransportCounters;
  readonly isExempt: (address: string) => boolean;
  readonly guard: SourceGuard;
  readonly certificates: Certificates;
  /** What the process before has left; absent: nothing. */
  readonly inherited: InheritedSockets | undefined;
}): Transports {
  const { config, clock, log, counters, isExempt, guard, certificates, inherited } = parts;
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
    https: {
      current: () => certificates.material.server ?? {},
      contextFor: (name) => contextFor(name, certificates.material),
    },
    connect(user) {
      const { max: maxConnections, perSource: maxConnectionsPerSource } = config.limits.connections;
      const limits = { maxConnections, maxConnectionsPerSource, isExempt, guard, inherited };
      const ends = { tls: () => certificates.material, webSocket: () => websocket };
      layer = new TransportLayer({ clock, log, user, counters, ...ends, ...limits });
      return layer;
    },
    hostedBy({ host, port, tls }) {
      const transport = tls ? "wss" : "ws";
      const listen = withAdvertise({ transport, address: host, port }, config);
      layer?.host(expandWildcards([listen], networkInterfaces()));
      hosted = [`${transport}://${formatHost(host)}:${port}${PATH}`];
    },
    get shared() {
      return layer?.shared ?? [];
    },
    async proceed(held, isBusy) {
      const until = performance.now() + CATCH_UP_MS;
      const next = async (): Promise<void> => {
        do await setImmediate();
        while (isBusy() && performance.now() < until);
      };
      for (const [index, { text, flow }] of held.entries()) {
        layer?.handOn(text, flow);
        if (index % SLICE === SLICE - 1) await next();
      }
      await layer?.proceed(next);
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
