/**
 * The registrar (RFC 3261 §10.3): who can be reached where. All live bindings are in memory and take effect at once; the
 * store follows, and a 200 is given once it has committed. While the store is away the registrar goes on without it.
 */
import type { Timer, TimerOwner } from "../../base/clock.ts";
import { randomText } from "../../base/random.ts";
import { Seldom } from "../../base/seldom.ts";
import type { BindingRow } from "../../port/store.ts";
import type { SipRequest } from "../../sip/message/message.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import { isReachableAnew } from "../reach.ts";
import { BindingTable } from "./binding-table.ts";
import { Gruus } from "./gruu.ts";
import { REGISTRAR_LIMITS, type RegistrarLimits } from "./limits.ts";
import { type RegisterResult, refusal, registerFields } from "./register-answer.ts";
import type { Aor, RegistrarOptions } from "./registrar-options.ts";
import { Shared } from "./shared-texts.ts";
import { type BindingChange, type RegistrationTerms, type UnregisteredReason, updateBindings } from "./update.ts";

/** Bindings that have run out are never used; how often they are cleared away, and how many users at a time. */
const SWEEP_MS = 1_000;
const NEXT_SWEEP_MS = 20;
const MOST_SWEPT = 500;
const KEY_CHARACTERS = 40;
/** While the store is away each registration would tell of it. */
const UNSTORED_LOG_MS = 10_000;
const NO_TERMS: RegistrationTerms = {};

export class Registrar implements TimerOwner {
  readonly gruus: Gruus;
  readonly #options: RegistrarOptions;
  readonly #limits: RegistrarLimits;
  readonly #table = new BindingTable();
  readonly #shared = new Shared();
  readonly #watchers: ((change: BindingChange) => void)[] = [];
  readonly #unstored: Seldom;
  #sweep: Timer | null = null;

  constructor(options: RegistrarOptions) {
    this.#options = options;
    this.#limits = { ...REGISTRAR_LIMITS, ...options.limits };
    this.#unstored = new Seldom(options.clock, UNSTORED_LOG_MS);
    this.gruus = new Gruus(options.gruuKey ?? randomText(KEY_CHARACTERS), options.isHostName);
    if (options.onChange !== undefined) this.watch(options.onChange);
  }

  /** How many contacts are registered; one that has run out may count for a moment longer. */
  get size(): number {
    return this.#table.size;
  }

  /** Tells of every change from now on. */
  watch(watcher: (change: BindingChange) => void): void {
    this.#watchers.push(watcher);
  }

  /** Takes over what the store holds. */
  async load(): Promise<void> {
    for (const stored of await this.#options.store.all(this.#options.clock.now())) {
      const row = this.#shared.of(stored);
      this.#put(row, [...this.#table.rowsOf(row.domain, row.user), row]);
    }
  }

  /** Does what an authenticated REGISTER asks for. The bindings change within the call; the answer waits for the store. */
  async register(
    request: SipRequest,
    aor: Aor,
    flow: Flow,
    terms: RegistrationTerms = NO_TERMS,
  ): Promise<RegisterResult> {
    const { clock, isEdge, isOurs = () => false } = this.#options;
    const now = clock.now();
    this.#dropExpired(aor, now);
    const before = this.#table.rowsOf(aor.domain, aor.user);
    const update = updateBindings(before, {
      request,
      aor,
      flow,
      now,
      terms,
      limits: this.#limits,
      isEdge: isEdge?.(flow.remoteAddress) === true,
      isOurs,
    });
    if (update.type === "refused") return refusal(update.status, update.reason, this.#limits);
    const { bindings, changes, usesOutbound } = update;
    if (changes.length > 0) {
      if (bindings.length > before.length && this.#isFloodedBy(flow.remoteAddress))
        return refusal(403, "Too Many Contacts From Here", this.#limits);
      this.#put(
        aor,
        bindings.map((row) => (before.includes(row) ? row : this.#shared.of(row))),
      );
      for (const change of changes) this.#tell(change);
      await this.#save(aor);
    }
    const { gruus } = this;
    const serviceRoute = this.#options.serviceRouteOf?.(flow);
    const answer = { request, flow, now, bindings, usesOutbound, gruus, serviceRoute };
    return { status: 200, fields: registerFields(answer), changes };
  }

  /** Live bindings, best first: by q, then the newest. */
  lookup(domain: string, user: string): readonly BindingRow[] {
    const rows = this.#live({ domain, user });
    return rows.length < 2 ? rows : [...rows].sort((a, b) => b.q - a.q || b.registeredAt - a.registeredAt);
  }

  /** Takes all bindings of a user away; `false` where there were none. */
  async remove(domain: string, user: string): Promise<boolean> {
    const live = this.#live({ domain, user });
    if (live.length === 0) return false;
    await this.#drop({ domain, user }, () => true, "removed");
    return true;
  }

  /** All live bindings. */
  list(): readonly BindingRow[] {
    const now = this.#options.clock.now();
    const rows: BindingRow[] = [];
    for (const row of this.#table.all()) if (row.expiresAt > now) rows.push(row);
    return rows;
  }

  /**
   * A connection is closed: who was reached over it cannot be any more (RFC 5626 §4.2.2), unless he registered without
   * outbound and takes connections: then the contact stays, and is connected to.
   */
  flowClosed(flow: Flow): void {
    for (const place of this.#table.onConnection(flow)) {
      const rows = place.rows.map((row) => (isOver(row, flow) && takesAnother(row) ? { ...row, connection: 0 } : row));
      this.#put(place, rows);
      void this.#drop(place, (row) => isOver(row, flow), "flow");
    }
  }

  /** The way to a contact has turned out to be broken (RFC 5626 §5.3): by an answer 430, or by silence. */
  flowFailed({ domain, user, contact, regId, instance }: BindingRow): void {
    const isMeant = (row: BindingRow): boolean =>
      row.contact === contact && row.regId === regId && row.instance === instance;
    void this.#drop({ domain, user }, isMeant, "flow");
  }

  /** Clears away what has run out. */
  expire(): void {
    const now = this.#options.clock.now();
    const due = this.#table.takeDue(now, MOST_SWEPT);
    for (const place of due) {
      if (this.#dropExpired(place, now)) void this.#save(place);
      this.#table.putBack(place);
    }
    this.#sweep = null;
    this.#startSweep(due.length < MOST_SWEPT ? SWEEP_MS : NEXT_SWEEP_MS);
  }

  #isFloodedBy(address: string): boolean {
    if (this.#table.countFrom(address) < this.#limits.maxContactsOfSource) return false;
    return this.#options.isExempt?.(address) !== true && this.#options.isEdge?.(address) !== true;
  }

  /** Takes some bindings of a user away. */
  async #drop(aor: Aor, isMeant: (row: BindingRow) => boolean, reason: UnregisteredReason): Promise<void> {
    const rows = this.#live(aor);
    const gone = rows.filter(isMeant);
    if (gone.length === 0) return;
    this.#put(
      aor,
      rows.filter((row) => !gone.includes(row)),
    );
    for (const binding of gone) this.#tell({ what: "unregistered", binding, reason });
    await this.#save(aor);
  }

  #dropExpired(aor: Aor, now: number): boolean {
    const rows = this.#table.rowsOf(aor.domain, aor.user);
    const gone = rows.filter(({ expiresAt }) => expiresAt <= now);
    if (gone.length === 0) return false;
    this.#put(
      aor,
      rows.filter(({ expiresAt }) => expiresAt > now),
    );
    for (const binding of gone) this.#tell({ what: "unregistered", binding, reason: "expired" });
    return true;
  }

  #tell(change: BindingChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }

  #live({ domain, user }: Aor): readonly BindingRow[] {
    const rows = this.#table.rowsOf(domain, user);
    const now = this.#options.clock.now();
    return rows.every(({ expiresAt }) => expiresAt > now) ? rows : rows.filter(({ expiresAt }) => expiresAt > now);
  }

  #put({ domain, user }: Aor, rows: readonly BindingRow[]): void {
    this.#table.put(domain, user, rows);
    if (this.#sweep === null) this.#startSweep(SWEEP_MS);
  }

  #startSweep(ms: number): void {
    if (!this.#table.isIdle) this.#sweep = this.#options.clock.startTimer(ms, this, "sweep");
  }

  /** Never rejects: a phone that is in memory can be called, whatever the store says. */
  async #save({ domain, user }: Aor): Promise<void> {
    const { store, log } = this.#options;
    try {
      await store.replace(domain, user, this.#live({ domain, user }));
    } catch (error) {
      if (!this.#unstored.isDue("store")) return;
      const personal = { domain, user };
      log.warn("Registrations could not be stored; they are lost if the switch stops now", { error, personal });
    }
  }
}

function isOver({ connection, transport, path }: BindingRow, flow: Flow): boolean {
  return connection === flow.connection && transport === flow.transport && path.length === 0;
}

function takesAnother({ regId, contact, transport, remoteAddress }: BindingRow): boolean {
  return regId === null && isReachableAnew(contact, transport, remoteAddress);
}
