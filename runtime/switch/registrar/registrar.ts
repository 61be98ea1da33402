/**
 * The registrar (RFC 3261 §10.3): who can be reached where. All live bindings are in memory and take effect at once; the
 * store follows, and a 200 is given once it has committed. While the store is away the registrar goes on without it.
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { BindingRow, Store } from "../../port/store.ts";
import { formatNameAddr } from "../../sip/message/header/name-addr.ts";
import type { HeaderField, SipRequest } from "../../sip/message/message.ts";
import { parseUri } from "../../sip/message/uri.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import { type Binding, type BindingChange, REGISTRAR_LIMITS, type RegistrarLimits, updateBindings } from "./update.ts";

/** How often bindings that have run out are cleared away; they are never shown or used in the meantime. */
const SWEEP_MS = 5_000;

/** An address-of-record: a user of a domain of ours. */
export interface Aor {
  readonly domain: string;
  readonly user: string;
}

/** How a REGISTER is to be answered, and what it changed. */
export interface RegisterResult {
  readonly status: 200 | 400 | 403 | 423 | 500;
  /** The reason phrase where the usual one says too little. */
  readonly reason?: string;
  readonly fields: readonly HeaderField[];
  readonly changes: readonly BindingChange[];
}

export interface RegistrarOptions {
  readonly store: Store["bindings"];
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<RegistrarLimits>;
  /** Told of every change: by a REGISTER, by `remove`, by time. */
  readonly onChange?: (change: BindingChange) => void;
}

export class Registrar implements TimerOwner {
  readonly #store: Store["bindings"];
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limits: RegistrarLimits;
  readonly #onChange: (change: BindingChange) => void;
  /** By domain and user; never an empty list. */
  readonly #bindings = new Map<string, readonly Binding[]>();
  #sweep: Timer | null = null;

  constructor(options: RegistrarOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#limits = { ...REGISTRAR_LIMITS, ...options.limits };
    this.#onChange = options.onChange ?? (() => {});
  }

  /** Takes over what the store holds. */
  async load(): Promise<void> {
    for (const row of await this.#store.all(this.#clock.now())) {
      const uri = parseUri(row.contact);
      if (uri !== undefined) this.#put(row, [...this.#live(row), { row, uri }]);
    }
  }

  /** Does what an authenticated REGISTER asks for. The bindings change within the call; the answer waits for the store. */
  async register(request: SipRequest, aor: Aor, flow: Flow): Promise<RegisterResult> {
    const now = this.#clock.now();
    this.#dropExpired(aor, now);
    const update = updateBindings(this.#live(aor), { request, aor, flow, now, limits: this.#limits });
    if (update.type === "refused") {
      const fields: HeaderField[] = update.status === 423 ? [["Min-Expires", String(this.#limits.minSeconds)]] : [];
      return { status: update.status, reason: update.reason, fields, changes: [] };
    }
    const { bindings, changes } = update;
    if (changes.length > 0) {
      this.#put(aor, bindings);
      for (const change of changes) this.#onChange(change);
      await this.#save(aor);
    }
    return { status: 200, fields: answerFields(bindings, now), changes };
  }

  /** Live bindings, best first: by q, then the newest. */
  lookup(domain: string, user: string): readonly BindingRow[] {
    const rows = this.#live({ domain, user }).map(({ row }) => row);
    return rows.length < 2 ? rows : rows.sort((a, b) => b.q - a.q || b.registeredAt - a.registeredAt);
  }

  /** Takes all bindings of a user away; `false` where there were none. */
  async remove(domain: string, user: string): Promise<boolean> {
    const aor = { domain, user };
    const live = this.#live(aor);
    if (live.length === 0) return false;
    this.#put(aor, []);
    for (const { row } of live) this.#onChange({ what: "unregistered", binding: row });
    await this.#save(aor);
    return true;
  }

  /** All live bindings. */
  list(): readonly BindingRow[] {
    const now = this.#clock.now();
    return [...this.#bindings.values()].flat().flatMap(({ row }) => (row.expiresAt > now ? [row] : []));
  }

  /** Clears away what has run out. */
  expire(): void {
    this.#sweep = null;
    const now = this.#clock.now();
    for (const bindings of [...this.#bindings.values()]) {
      const aor = bindings[0]?.row;
      if (aor !== undefined && this.#dropExpired(aor, now)) void this.#save(aor);
    }
    this.#startSweep();
  }

  #dropExpired(aor: Aor, now: number): boolean {
    const gone = (this.#bindings.get(keyOf(aor)) ?? []).filter(({ row }) => row.expiresAt <= now);
    if (gone.length === 0) return false;
    this.#put(aor, this.#live(aor));
    for (const { row } of gone) this.#onChange({ what: "unregistered", binding: row });
    return true;
  }

  #live(aor: Aor): readonly Binding[] {
    const bindings = this.#bindings.get(keyOf(aor));
    if (bindings === undefined) return [];
    const now = this.#clock.now();
    return bindings.every(({ row }) => row.expiresAt > now)
      ? bindings
      : bindings.filter(({ row }) => row.expiresAt > now);
  }

  #put(aor: Aor, bindings: readonly Binding[]): void {
    if (bindings.length === 0) this.#bindings.delete(keyOf(aor));
    else this.#bindings.set(keyOf(aor), bindings);
    this.#startSweep();
  }

  #startSweep(): void {
    if (this.#sweep === null && this.#bindings.size > 0) this.#sweep = this.#clock.startTimer(SWEEP_MS, this, "sweep");
  }

  /** Never rejects: a phone that is in memory can be called, whatever the store says. */
  async #save(aor: Aor): Promise<void> {
    const rows = this.#live(aor).map(({ row }) => row);
    try {
      await this.#store.replace(aor.domain, aor.user, rows);
    } catch (error) {
      this.#log.warn("A registration could not be stored; it is lost if the switch stops now", {
        error,
        personal: { domain: aor.domain, user: aor.user },
      });
    }
  }
}

/** RFC 3261 §10.3 step 8: all bindings with the time they have left, and a Date for phones without a clock. */
function answerFields(bindings: readonly Binding[], now: number): readonly HeaderField[] {
  const fields = bindings.map(({ row }): HeaderField => {
    const expires = String(Math.ceil((row.expiresAt - now) / 1000));
    const params: [string, string][] =
      row.q === 1
        ? [["expires", expires]]
        : [
            ["expires", expires],
            ["q", String(row.q)],
          ];
    return ["Contact", formatNameAddr({ uri: row.contact, params })];
  });
  return [...fields, ["Date", new Date(now).toUTCString()]];
}

function keyOf({ domain, user }: Aor): string {
  return `${user}@${domain}`;
}
