/** Puts the figures together that are read when somebody asks for them. */
import { Metrics } from "../observe/metrics.ts";
import type { SipStack } from "../sip/stack.ts";
import type { TransportCounters } from "../sip/transport/counters.ts";
import { readUdpDrops } from "../sip/transport/udp-drops.ts";
import type { Messages } from "../switch/messages/messages.ts";
import type { Subscriptions } from "../switch/presence/subscriptions.ts";
import type { Registrar } from "../switch/registrar/registrar.ts";
import type { Switch } from "../switch/switch.ts";
import type { AudioRooms } from "./audio.ts";
import type { TrunkWatch } from "./trunk-watch.ts";

/** What is made later than the metrics. */
export interface Figures {
  readonly stack: SipStack;
  readonly registrar: Registrar;
  readonly subscriptions: Subscriptions;
  readonly messages: Messages;
  readonly audio: Pick<AudioRooms, "plane" | "browsers">;
  readonly trunkWatch: TrunkWatch;
  readonly scripts: { readonly loadedVersions: number };
}

export interface MetricRooms {
  readonly metrics: Metrics;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
}

export function assembleMetrics(sw: Switch, counters: TransportCounters, find: () => Figures): MetricRooms {
  let udpDrops = 0;
  const metrics = new Metrics({
    calls: () => sw.index.size,
    registrations: () => find().registrar.size,
    udpDrops: () => udpDrops,
    transactions: () => find().stack.transactions.size,
    transport: () => ({ ...counters, refused: [...counters.refused.values()].reduce((sum, count) => sum + count, 0) }),
    subscriptions: () => find().subscriptions.size,
    messages: () => find().messages.size,
    mediaEndpoints: () => find().audio.plane.endpoints,
    trunks: () => find().trunkWatch.watched.figures(),
    loadedVersions: () => find().scripts.loadedVersions,
    media: () => ({ ...find().audio.plane.counters(), ...find().audio.browsers?.counters() }),
  });
  metrics.show("strowger_dialogs", "Dialogs of calls, early ones as well.", () => sw.index.dialogs);
  return {
    metrics,
    async text() {
      const { listeners } = find().stack.transport;
      udpDrops = await readUdpDrops(listeners.filter(({ transport }) => transport === "udp"));
      return metrics.text();
    },
  };
}
