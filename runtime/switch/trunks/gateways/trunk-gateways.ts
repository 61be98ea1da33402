/** The gateways of one trunk: which of them a call tries, and what is worth telling of them. */
import type { Clock } from "../../../base/clock.ts";
import type { GatewayStatus } from "../../../port/trunk.ts";
import type { GatewayOutcome } from "../gateway-order.ts";
import type { Gateway, Trunk } from "../trunk.ts";
import { GatewayWatch, type WatchParts } from "./gateway-watch.ts";
import type { GatewayHealth, GatewayState } from "./health.ts";
import { orderGateways } from "./order.ts";

export interface GatewayNews {
  readonly state: "up" | "down";
  /** `null`: the trunk as a whole is up again, or has no gateway left. */
  readonly gateway: string | null;
  readonly reason: string | null;
  readonly code: number | null;
}

export interface TrunkGatewaysParts extends Omit<WatchParts, "onChange"> {
  readonly clock: Clock;
  onNews(news: GatewayNews): void;
  /** A gateway that was down is there again. */
  onReturn(gateway: Gateway): void;
}

export class TrunkGateways {
  readonly #parts: TrunkGatewaysParts;
  #watches: readonly GatewayWatch[] = [];
  /** What was told last of the trunk as a whole. */
  #told: "up" | "down" | null = null;
  /** Gateways that are down, as far as was told. */
  readonly #toldDown = new Set<GatewayWatch>();

  constructor(parts: TrunkGatewaysParts) {
    this.#parts = parts;
  }

  /** The trunk is there, or is declared anew: what is known of the gateways that it keeps is kept. */
  declare(trunk: Trunk): void {
    const before = new Map(this.#watches.map((watch) => [watch.gateway.uri, watch]));
    this.#watches = trunk.gateways.map((gateway) => {
      const kept = before.get(gateway.uri);
      before.delete(gateway.uri);
      kept?.redeclare(gateway, trunk);
      return kept ?? this.#watch(gateway, trunk);
    });
    for (const gone of before.values()) {
      gone.stop();
      this.#toldDown.delete(gone);
    }
    const down = this.#watches.find(({ health }) => health.state === "down");
    if (down !== undefined) this.#tellWhole(down.health);
  }

  stop(): void {
    for (const watch of this.#watches) watch.stop();
  }

  order(isEmergency: boolean): readonly Gateway[] {
    const { clock, random } = this.#parts;
    return orderGateways(this.#watches, { now: clock.now(), isEmergency }, random);
  }

  report({ uri }: Gateway, outcome: GatewayOutcome): void {
    for (const watch of this.#watches) {
      if (watch.gateway.uri === uri) watch.report(outcome);
    }
  }

  /** Of the trunk as a whole. */
  get state(): GatewayState {
    if (this.#watches.some(({ health }) => health.state === "up")) return "up";
    return this.#watches.length > 0 && this.#watches.every(({ health }) => health.state === "down")
      ? "down"
      : "unknown";
  }

  get status(): readonly GatewayStatus[] {
    return this.#watches.map(({ gateway: { uri, priority, weight }, health: { state, since, reason, latencyMs } }) => ({
      uri,
      priority,
      weight,
      state,
      since: since === null ? null : new Date(since).toISOString(),
      reason,
      latencyMs,
    }));
  }

  #watch(gateway: Gateway, trunk: Trunk): GatewayWatch {
    const onChange: WatchParts["onChange"] = (watch, before) => this.#changed(watch, before);
    const watch = new GatewayWatch(gateway, trunk, { ...this.#parts, onChange });
    watch.begin();
    return watch;
  }

  /** One thing is told of one change: of the trunk, where that makes the trunk another, else of the gateway. */
  #changed(watch: GatewayWatch, before: GatewayHealth): void {
    const { gateway, health } = watch;
    const { reason, code } = health;
    const { onNews, onReturn } = this.#parts;
    const wasDown = this.#toldDown.has(watch);
    if (health.state === "down") this.#toldDown.add(watch);
    else if (health.state === "up") this.#toldDown.delete(watch);
    const isNews = health.state === "down" ? !wasDown : health.state === "up" && wasDown;
    if (!this.#tellWhole(health) && isNews) {
      onNews({ state: health.state === "down" ? "down" : "up", gateway: gateway.uri, reason, code });
    }
    if (health.state === "up" && (wasDown || before.state === "down")) onReturn(gateway);
  }

  /** `false`: the trunk as a whole is as it was told. */
  #tellWhole({ reason, code }: GatewayHealth): boolean {
    const { state } = this;
    if (state === "unknown" || state === this.#told) return false;
    this.#told = state;
    this.#parts.onNews({
      state,
      gateway: null,
      reason: state === "up" ? null : reason,
      code: state === "up" ? null : code,
    });
    return true;
  }
}
