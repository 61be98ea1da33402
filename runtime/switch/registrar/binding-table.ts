/**
 * All bindings in memory: by domain and user, by the connection that they hang on, and counted by where they come from. A
 * user whose last binding is gone keeps an empty place until the second it would have run out in.
 */
import type { BindingRow } from "../../port/store.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import { type Expiring, ExpirySeconds } from "./expiry.ts";

/** The bindings of one user. */
export interface Place extends Expiring {
  readonly domain: string;
  readonly user: string;
  rows: readonly BindingRow[];
}

const NO_ROWS: readonly BindingRow[] = [];

export class BindingTable {
  readonly #byDomain = new Map<string, Map<string, Place>>();
  readonly #byConnection = new Map<string, Set<Place>>();
  readonly #bySource = new Map<string, number>();
  readonly #expiry = new ExpirySeconds<Place>();
  #size = 0;

  /** How many bindings there are; those that have run out count until they are looked at. */
  get size(): number {
    return this.#size;
  }

  /** Whether there is nothing that could run out; places that are empty wait until there is again. */
  get isIdle(): boolean {
    return this.#size === 0;
  }

  rowsOf(domain: string, user: string): readonly BindingRow[] {
    return this.#byDomain.get(domain)?.get(user)?.rows ?? NO_ROWS;
  }

  /** The bindings that were registered from an address. */
  countFrom(address: string): number {
    return this.#bySource.get(address) ?? 0;
  }

  *all(): Iterable<BindingRow> {
    for (const places of this.#byDomain.values()) for (const { rows } of places.values()) yield* rows;
  }

  /** Whoever hangs on this connection. */
  onConnection(flow: Flow): readonly Place[] {
    return [...(this.#byConnection.get(connectionOf(flow)) ?? [])];
  }

  put(domain: string, user: string, rows: readonly BindingRow[]): void {
    const place = this.#placeOf(domain, user, rows.length > 0);
    if (place === undefined) return;
    for (const row of place.rows) if (!rows.includes(row)) this.#uncount(row);
    for (const row of rows) {
      if (!place.rows.includes(row)) this.#count(row);
      this.#expiry.schedule(place, row.expiresAt);
    }
    this.#index(place, rows);
    this.#size += rows.length - place.rows.length;
    place.rows = rows;
  }

  /** Users of whom something may have run out, at most `most`. */
  takeDue(now: number, most: number): readonly Place[] {
    return this.#expiry.take(now, most);
  }

  /** A user was looked at: comes again when the next binding runs out, and is forgotten where there is none. */
  putBack(place: Place): void {
    if (place.rows.length === 0) this.#byDomain.get(place.domain)?.delete(place.user);
    for (const { expiresAt } of place.rows) this.#expiry.schedule(place, expiresAt);
  }

  #placeOf(domain: string, user: string, mayMake: boolean): Place | undefined {
    let places = this.#byDomain.get(domain);
    const known = places?.get(user);
    if (known !== undefined || !mayMake) return known;
    if (places === undefined) {
      places = new Map();
      this.#byDomain.set(domain, places);
    }
    const place: Place = { domain, user, rows: NO_ROWS, dueSecond: Number.POSITIVE_INFINITY };
    places.set(user, place);
    return place;
  }

  #index(place: Place, rows: readonly BindingRow[]): void {
    for (const row of place.rows) {
      if (!hangsOnConnection(row)) continue;
      const key = connectionOf(row);
      const places = this.#byConnection.get(key);
      places?.delete(place);
      if (places?.size === 0) this.#byConnection.delete(key);
    }
    for (const row of rows) {
      if (!hangsOnConnection(row)) continue;
      const key = connectionOf(row);
      const places = this.#byConnection.get(key);
      if (places === undefined) this.#byConnection.set(key, new Set([place]));
      else places.add(place);
    }
  }

  #count({ remoteAddress }: BindingRow): void {
    this.#bySource.set(remoteAddress, this.countFrom(remoteAddress) + 1);
  }

  #uncount({ remoteAddress }: BindingRow): void {
    const left = this.countFrom(remoteAddress) - 1;
    if (left > 0) this.#bySource.set(remoteAddress, left);
    else this.#bySource.delete(remoteAddress);
  }
}

/** Behind a proxy it is the proxy's own business which connection leads to the phone. */
function hangsOnConnection({ connection, path }: BindingRow): boolean {
  return connection !== 0 && path.length === 0;
}

function connectionOf({ transport, connection }: Pick<Flow, "transport" | "connection">): string {
  return `${transport} ${connection}`;
}
