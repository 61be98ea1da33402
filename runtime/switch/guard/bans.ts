/**
 * Sources that are not heard: those that have misbehaved, for ten minutes and each time twice as long, and those that
 * somebody has banned over the API. A ban that has run out is remembered for a day, so that the next one is longer.
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import { networkOf } from "../../base/network-of.ts";
import { NetworkSet, parseNetwork } from "../../contract/network.ts";
import type { Ban } from "../../port/guard.ts";

export const MOST_BANS = 20_000;
const REMEMBERED_MS = 24 * 3600_000;
const SWEEP_MS = 60_000;

export interface BanTerms {
  /** Of the first time; 0: the switch bans nobody by itself. */
  readonly firstMs: number;
  readonly longestMs: number;
}

export interface BansHost {
  /** Has changed, or is new. */
  changed(ban: Ban): void;
  forgotten(sources: readonly string[]): void;
}

export class Bans implements TimerOwner {
  readonly #clock: Clock;
  readonly #host: BansHost;
  #terms: BanTerms;
  /** By source, as `networkOf` writes it, or a network as it was given. */
  readonly #bans = new Map<string, Ban>();
  /** Of the above, those that are larger networks, all of them together; `null`: there are none. */
  #networks: NetworkSet | null = null;
  #larger: readonly Ban[] = [];
  #sweep: Timer | null = null;

  constructor(clock: Clock, terms: BanTerms, host: BansHost) {
    this.#clock = clock;
    this.#terms = terms;
    this.#host = host;
  }

  configure(terms: BanTerms): void {
    this.#terms = terms;
  }

  /** What earlier runs of the switch have left. */
  load(bans: readonly Ban[]): void {
    for (const ban of bans) if (this.#bans.size < MOST_BANS) this.#bans.set(ban.source, ban);
    this.#noteNetworks();
    this.#sweepLater();
  }

  get isEmpty(): boolean {
    return this.#bans.size === 0;
  }

  /** Whether an address is not heard. `source`: as `networkOf` gives it. */
  has(source: string, address: string): boolean {
    const ban = this.#bans.get(source);
    if (ban !== undefined && this.#isInForce(ban)) return true;
    return this.#networks?.has(address) === true && this.#isInLarger(address);
  }

  get inForce(): readonly Ban[] {
    return [...this.#bans.values()].filter((ban) => this.#isInForce(ban));
  }

  /** `undefined`: there is none in force. */
  get(source: string): Ban | undefined {
    const ban = this.#bans.get(source);
    return ban !== undefined && this.#isInForce(ban) ? ban : undefined;
  }

  /** A source has misbehaved. `null`: it is banned already, or the switch bans nobody by itself. */
  punish(source: string, reason: string): Ban | null {
    const { firstMs, longestMs } = this.#terms;
    // What it had sent before is on its way yet.
    if (firstMs === 0 || this.get(source) !== undefined) return null;
    const now = this.#clock.now();
    const offences = (this.#bans.get(source)?.offences ?? 0) + 1;
    const lastsMs = Math.min(longestMs, firstMs * 2 ** Math.min(offences - 1, 30));
    return this.set({ source, reason, since: now, until: now + lastsMs, by: "switch", offences });
  }

  set(ban: Ban): Ban {
    if (!this.#bans.has(ban.source)) this.#makeRoom();
    this.#bans.set(ban.source, ban);
    if (isLarger(ban.source)) this.#noteNetworks();
    this.#host.changed(ban);
    this.#sweepLater();
    return ban;
  }

  /** Takes it away with all that is remembered of it. */
  remove(source: string): Ban | undefined {
    const ban = this.#bans.get(source);
    if (ban === undefined) return undefined;
    this.#bans.delete(source);
    if (isLarger(source)) this.#noteNetworks();
    return ban;
  }

  expire(): void {
    this.#sweep = null;
    const now = this.#clock.now();
    const forgotten = [...this.#bans.values()].filter(({ until }) => until !== null && until + REMEMBERED_MS <= now);
    this.#forget(forgotten.map(({ source }) => source));
    this.#noteNetworks();
    if (this.#bans.size > 0) this.#sweepLater();
  }

  stop(): void {
    this.#sweep?.cancel();
    this.#sweep = null;
  }

  #isInForce({ until }: Ban): boolean {
    return until === null || until > this.#clock.now();
  }

  /** The oldest that the switch has set by itself goes; what somebody has asked for stays. */
  #makeRoom(): void {
    if (this.#bans.size < MOST_BANS) return;
    for (const { source, by } of this.#bans.values()) {
      if (by !== "switch") continue;
      this.#forget([source]);
      return;
    }
  }

  #forget(sources: readonly string[]): void {
    if (sources.length === 0) return;
    for (const source of sources) this.#bans.delete(source);
    this.#host.forgotten(sources);
  }

  #isInLarger(address: string): boolean {
    return this.#larger.some((ban) => this.#isInForce(ban) && setOf(ban).has(address));
  }

  #noteNetworks(): void {
    this.#larger = [...this.#bans.values()].filter(({ source }) => isLarger(source));
    const networks = this.#larger.flatMap(({ source }) => parseNetwork(source) ?? []);
    this.#networks = networks.length === 0 ? null : new NetworkSet(networks);
  }

  #sweepLater(): void {
    this.#sweep ??= this.#clock.startTimer(SWEEP_MS, this, "sweep");
  }
}

function setOf({ source }: Ban): NetworkSet {
  const network = parseNetwork(source);
  return new NetworkSet(network === undefined ? [] : [network]);
}

/** Whether it is found by no `networkOf`. */
function isLarger(source: string): boolean {
  const network = parseNetwork(source);
  return network !== undefined && networkOf(network.address) !== source;
}
