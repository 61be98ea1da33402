/**
 * All trunks as they are doing: their gateways are probed, their registrations kept, calls told which gateway to try, and
 * whoever listens told when something has changed.
 */
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { TrunkStatus } from "../../port/trunk.ts";
import type { TrunkNews, TrunkWitness } from "../../port/trunk-news.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { GatewayOrder, GatewayOutcome } from "./gateway-order.ts";
import { TrunkGateways } from "./gateways/trunk-gateways.ts";
import { TrunkRegistrations } from "./registration/trunk-registrations.ts";
import type { Gateway, Trunk } from "./trunk.ts";

export interface WatchedTrunksParts {
  readonly clock: Clock;
  readonly stack: SipStack;
  readonly log: Log;
  readonly witness: TrunkWitness;
  /** From 0 up to 1. @default Math.random */
  readonly random?: () => number;
}

interface Watched {
  readonly gateways: TrunkGateways;
  readonly registrations: TrunkRegistrations;
}

const NO_ROUTE: readonly string[] = [];

export class WatchedTrunks implements GatewayOrder {
  readonly #parts: Required<WatchedTrunksParts>;
  readonly #watched = new Map<string, Watched>();
  /** Of trunks that are gone: registrations that are being taken back. */
  readonly #leaving = new Map<TrunkRegistrations, { readonly name: string; readonly end: Promise<void> }>();

  constructor(parts: WatchedTrunksParts) {
    this.#parts = { random: Math.random, ...parts };
  }

  /** A trunk has come, or is declared anew. */
  declare(trunk: Trunk): void {
    let watched = this.#watched.get(trunk.name);
    if (watched === undefined) {
      watched = this.#watch(trunk.name);
      this.#watched.set(trunk.name, watched);
    }
    watched.gateways.declare(trunk);
    watched.registrations.declare(trunk);
  }

  /** A trunk is gone: its registrations are taken back. */
  remove(name: string): void {
    const watched = this.#watched.get(name);
    if (watched === undefined) return;
    this.#watched.delete(name);
    const { gateways, registrations } = watched;
    gateways.stop();
    const end = registrations.end().finally(() => this.#leaving.delete(registrations));
    this.#leaving.set(registrations, { name, end });
  }

  /** The switch stops: resolves when all registrations are taken back, and after two seconds at the latest. */
  async stop(): Promise<void> {
    for (const name of [...this.#watched.keys()]) this.remove(name);
    await Promise.all([...this.#leaving.values()].map(({ end }) => end));
  }

  order(trunk: Trunk, isEmergency = false): readonly Gateway[] {
    return this.#watched.get(trunk.name)?.gateways.order(isEmergency) ?? trunk.gateways;
  }

  isDown(trunk: Trunk): boolean {
    return this.#watched.get(trunk.name)?.gateways.state === "down";
  }

  report(trunk: Trunk, gateway: Gateway, outcome: GatewayOutcome): void {
    this.#watched.get(trunk.name)?.gateways.report(gateway, outcome);
  }

  /** RFC 3608: Route values of requests that leave by this trunk, the first of which says where they go; often none. */
  serviceRoute(trunk: Trunk): readonly string[] {
    return this.#watched.get(trunk.name)?.registrations.serviceRoute ?? NO_ROUTE;
  }

  status(trunk: Trunk): TrunkStatus {
    const watched = this.#watched.get(trunk.name);
    if (watched === undefined) return { state: "down", gateways: [], registrations: [] };
    const { gateways, registrations } = watched;
    const isDown = gateways.state === "down" || registrations.isRegistered === false;
    return { state: isDown ? "down" : "up", gateways: gateways.status, registrations: registrations.status };
  }

  /** For the metrics: `registered` is `null` for a trunk that does not register. */
  figures(): readonly { readonly trunk: string; readonly up: boolean; readonly registered: boolean | null }[] {
    return [...this.#watched].map(([trunk, { gateways, registrations }]) => ({
      trunk,
      up: gateways.state !== "down",
      registered: registrations.isRegistered ?? null,
    }));
  }

  /** A connection is gone. */
  flowClosed(flow: Flow): void {
    for (const { registrations } of this.#watched.values()) registrations.flowClosed(flow);
  }

  #watch(trunk: string): Watched {
    const { witness } = this.#parts;
    const tell = (news: Omit<TrunkNews, "trunk">): void => witness.trunkChanged({ trunk, ...news });
    // One that has just gone is back: its farewell must not come after its new registration.
    const leaving = [...this.#leaving].find(([, { name }]) => name === trunk)?.[0];
    const registrations =
      leaving ??
      new TrunkRegistrations({
        ...this.#parts,
        onNews: ({ state, trouble }, registrar) =>
          tell({ state, gateway: registrar, reason: trouble?.reason ?? null, code: trouble?.code ?? null }),
      });
    const gateways = new TrunkGateways({
      ...this.#parts,
      onNews: tell,
      onReturn: ({ uri }) => registrations.renew(uri),
    });
    return { gateways, registrations };
  }
}
