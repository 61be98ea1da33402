/** Watches one gateway of a trunk: by probes in its own time, and by what calls tell. */
import type { Clock, Timer, TimerOwner } from "../../../base/clock.ts";
import type { Log } from "../../../base/log.ts";
import type { SipStack } from "../../../sip/stack.ts";
import type { GatewayOutcome } from "../gateway-order.ts";
import type { Gateway, Trunk } from "../trunk.ts";
import { type GatewayHealth, type GatewaySign, holdMs, NEW_GATEWAY, noteSign, probeMs } from "./health.ts";
import { optionsTo, Probe } from "./probe.ts";

/** The first probes of all gateways do not leave in one moment. */
const FIRST_PROBE_MS = 500;

export interface WatchParts {
  readonly clock: Clock;
  readonly stack: SipStack;
  readonly log: Log;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Its state is another now. */
  onChange(watch: GatewayWatch, before: GatewayHealth): void;
}

export class GatewayWatch implements TimerOwner {
  gateway: Gateway;
  health: GatewayHealth = NEW_GATEWAY;
  readonly #parts: WatchParts;
  #trunk: Trunk;
  #probe: Probe | null = null;
  #timer: Timer | null = null;

  constructor(gateway: Gateway, trunk: Trunk, parts: WatchParts) {
    this.gateway = gateway;
    this.#trunk = trunk;
    this.#parts = parts;
  }

  begin(): void {
    if (this.#trunk.probeMs !== null) this.#startTimer(Math.round(FIRST_PROBE_MS * this.#parts.random()), "probe");
  }

  /** The trunk was declared anew, and still has this gateway. */
  redeclare(gateway: Gateway, trunk: Trunk): void {
    const isAnotherPace = trunk.probeMs !== this.#trunk.probeMs;
    this.gateway = gateway;
    this.#trunk = trunk;
    if (isAnotherPace) this.#arm();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#probe?.cancel();
    this.#probe = null;
  }

  /** What a call has seen of it. One that was refused by what lies behind the gateway says nothing of it. */
  report(outcome: GatewayOutcome): void {
    if (outcome === "failed") return;
    if (outcome === "answered") {
      // The usual case, at each call.
      if (this.health.state === "up" && this.health.failures === 0) return;
      this.#note({ type: "answered", latencyMs: null });
    } else if (outcome === "unreachable") {
      this.#note({ type: "silent", code: null, reason: "calls get no answer from it" });
    } else {
      this.#note({ type: "busy", code: 503, retryAfterSeconds: outcome.retryAfterSeconds });
    }
  }

  expire(kind: string): void {
    this.#timer = null;
    if (kind === "hold") this.#note({ type: "released" });
    else this.#ask();
  }

  #ask(): void {
    const { stack, log } = this.#parts;
    try {
      const request = optionsTo(this.gateway, this.#trunk, stack.mint);
      let isOver = false;
      const probe = new Probe(this.#parts, request, (sign) => {
        isOver = true;
        this.#probe = null;
        this.#note(sign);
      });
      if (!isOver) this.#probe = probe;
    } catch (error) {
      log.error("A gateway could not be asked whether it is there", { trunk: this.#trunk.name, error });
      this.#arm();
    }
  }

  #note(sign: GatewaySign): void {
    const before = this.health;
    this.health = noteSign(before, sign, this.#parts.clock.now());
    if (this.#probe === null) this.#arm();
    if (before.state !== this.health.state) this.#parts.onChange(this, before);
  }

  #arm(): void {
    const { clock, random } = this.#parts;
    const { health } = this;
    const now = clock.now();
    const every = this.#trunk.probeMs;
    if (every !== null) this.#startTimer(probeMs(health, every, now, random()), "probe");
    else if (health.state === "down") this.#startTimer(holdMs(health, now), "hold");
    else this.#stopTimer();
  }

  #startTimer(ms: number, kind: "probe" | "hold"): void {
    this.#stopTimer();
    this.#timer = this.#parts.clock.startTimer(ms, this, kind);
  }

  #stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
