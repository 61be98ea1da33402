/** Which sources the guard leaves alone, and which are not heard at all: by the configuration, the trunks and the API. */
import type { Clock } from "../../base/clock.ts";
import { RecentMap } from "../../base/recent-map.ts";
import { type Network, NetworkSet } from "../../contract/network.ts";

/** Asking the lists takes longer than the rest of a check: the answer is kept. */
const MOST_REMEMBERED = 20_000;
/** But not for longer: trunks come and go. */
const REMEMBERED_MS = 10_000;

export type SourceClass =
  /** No limit and no ban is for it. */
  | "free"
  /** Never banned. */
  | "allowed"
  | "denied"
  | "ordinary";

export interface ConfiguredLists {
  readonly exempt: readonly Network[];
  readonly allow: readonly Network[];
  readonly deny: readonly Network[];
}

export class SourceLists {
  readonly #clock: Pick<Clock, "now">;
  readonly #isPeer: (address: string) => boolean;
  #free = new NetworkSet([]);
  #allow = new NetworkSet([]);
  #deny = new NetworkSet([]);
  #hasDenied = false;
  #configured: ConfiguredLists = { exempt: [], allow: [], deny: [] };
  #allowed: readonly Network[] = [];
  #known = new RecentMap<string, SourceClass>(MOST_REMEMBERED);
  #knownSince = 0;

  /** `isPeer`: whether requests from an address are those of a trunk, or of a proxy of ours. */
  constructor(configured: ConfiguredLists, clock: Pick<Clock, "now">, isPeer: (address: string) => boolean) {
    this.#clock = clock;
    this.#isPeer = isPeer;
    this.configure(configured);
  }

  get configured(): ConfiguredLists {
    return this.#configured;
  }

  configure(configured: ConfiguredLists): void {
    this.#configured = configured;
    this.#free = new NetworkSet(configured.exempt);
    this.#deny = new NetworkSet(configured.deny);
    this.#hasDenied = configured.deny.length > 0;
    this.allowToo(this.#allowed);
  }

  /** What is allowed over the API. */
  allowToo(networks: readonly Network[]): void {
    this.#allowed = networks;
    this.#allow = new NetworkSet([...this.#configured.allow, ...networks]);
    this.#forget();
  }

  /** Whether nobody stands on the list of those that are denied. */
  get deniesNobody(): boolean {
    return !this.#hasDenied;
  }

  classOf(address: string): SourceClass {
    if (Math.abs(this.#clock.now() - this.#knownSince) >= REMEMBERED_MS) this.#forget();
    const known = this.#known.peek(address);
    if (known !== undefined) return known;
    const found = this.#look(address);
    this.#known.set(address, found);
    return found;
  }

  #forget(): void {
    this.#known = new RecentMap(MOST_REMEMBERED);
    this.#knownSince = this.#clock.now();
  }

  #look(address: string): SourceClass {
    if (this.#free.has(address) || this.#isPeer(address)) return "free";
    if (this.#allow.has(address)) return "allowed";
    return this.#deny.has(address) ? "denied" : "ordinary";
  }
}
