/** Puts the export of SIP messages (HEP) together: between the wire and the stack where there is a collector, and nowhere else. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { HepExporter } from "../observe/hep/hep-exporter.ts";
import type { Metrics } from "../observe/metrics.ts";
import { tapped } from "../sip/transport/tapped.ts";
import type { Transport } from "../sip/transport/transport.ts";
import type { TransportUser } from "../sip/transport/transport-layer.ts";

type Connect = (user: TransportUser) => Transport;

export interface HepRooms {
  ofWire(connect: Connect): Connect;
  showIn(metrics: Metrics): void;
  stop(): void;
}

export function assembleHep(parts: { readonly config: Config; readonly clock: Clock; readonly log: Log }): HepRooms {
  const { config, clock, log } = parts;
  if (config.hep === null) return { ofWire: (connect) => connect, showIn() {}, stop() {} };
  const exporter = new HepExporter(config.hep, { clock, log });
  return {
    ofWire: (connect) => tapped(exporter, connect),
    showIn(metrics) {
      metrics.showCounters(
        "strowger_hep_packets_total",
        "Copies of SIP messages for the collector.",
        () => exporter.counts,
      );
    },
    stop: () => exporter.stop(),
  };
}
