/** The registrations of one trunk: one with each registrar, each in its own right. */
import type { RegistrationStatus } from "../../../port/trunk.ts";
import { parseUri } from "../../../sip/message/uri.ts";
import type { Flow } from "../../../sip/transport/flow.ts";
import type { Trunk } from "../trunk.ts";
import type { RegistrationNews } from "./news.ts";
import { Registrant, type RegistrantParts } from "./registrant.ts";
import type { Registration } from "./registration.ts";

export interface TrunkRegistrationsParts extends Pick<RegistrantParts, "clock" | "stack" | "log" | "random"> {
  onNews(news: RegistrationNews, registrar: string): void;
}

const NO_ROUTE: readonly string[] = [];

export class TrunkRegistrations {
  readonly #parts: TrunkRegistrationsParts;
  /** By all that a REGISTER is made of. */
  #registrants: ReadonlyMap<string, Registrant> = new Map();
  readonly #ending = new Set<Registrant>();
  /** Begun when those are gone that end: a farewell that comes late would take the new ones away. */
  #waiting: readonly Registrant[] = [];
  #onEnded: (() => void) | null = null;

  constructor(parts: TrunkRegistrationsParts) {
    this.#parts = parts;
  }

  /** The trunk is there, or is declared anew; `null`: it is gone. What stays as it is goes on undisturbed. */
  declare(trunk: Trunk | null): void {
    const before = this.#registrants;
    const after = new Map<string, Registrant>();
    const fresh: Registrant[] = [];
    for (const registrar of trunk?.registration?.registrars ?? []) {
      if (trunk === null) break;
      const key = keyOf(trunk, registrar);
      const registrant = before.get(key) ?? after.get(key) ?? this.#create(trunk, registrar);
      if (!before.has(key) && !after.has(key)) fresh.push(registrant);
      after.set(key, registrant);
    }
    this.#registrants = after;
    this.#waiting = [...this.#waiting.filter((waiting) => [...after.values()].includes(waiting)), ...fresh];
    const gone = [...before].filter(([key]) => !after.has(key)).map(([, registrant]) => registrant);
    for (const registrant of gone) this.#ending.add(registrant);
    for (const registrant of gone) registrant.end();
    this.#beginWaiting();
  }

  /** Takes all back. Resolves when the registrars have answered, and after two seconds at the latest. */
  async end(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onEnded = resolve;
    this.declare(null);
    if (this.#ending.size === 0) resolve();
    await promise;
  }

  /** A gateway has been away; a registrar of the same host may have forgotten us. */
  renew(gateway: string): void {
    const host = hostOf(gateway);
    for (const registrant of this.#registrants.values()) {
      if (hostOf(registrant.registrar) === host) registrant.renew();
    }
  }

  flowClosed(flow: Flow): void {
    for (const registrant of this.#registrants.values()) registrant.flowClosed(flow);
  }

  /** `undefined`: it does not register. */
  get isRegistered(): boolean | undefined {
    if (this.#registrants.size === 0) return undefined;
    return this.#standing !== undefined;
  }

  /** RFC 3608: Route values of calls that leave by this trunk. */
  get serviceRoute(): readonly string[] {
    return this.#standing?.serviceRoute ?? NO_ROUTE;
  }

  get status(): readonly RegistrationStatus[] {
    return [...this.#registrants.values()].map(({ registrar, state }) => statusOf(registrar, state));
  }

  get #standing() {
    for (const { state } of this.#registrants.values()) {
      if (state.binding !== null) return state.binding;
    }
    return undefined;
  }

  #create(trunk: Trunk, registrar: string): Registrant {
    return new Registrant({
      ...this.#parts,
      trunk,
      registrar,
      onNews: (news) => this.#parts.onNews(news, registrar),
      onEnd: (registrant) => this.#ended(registrant),
    });
  }

  #ended(registrant: Registrant): void {
    if (!this.#ending.delete(registrant) || this.#ending.size > 0) return;
    this.#onEnded?.();
    this.#beginWaiting();
  }

  #beginWaiting(): void {
    if (this.#ending.size > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const registrant of waiting) registrant.begin();
  }
}

function hostOf(text: string): string | undefined {
  const uri = parseUri(text);
  return uri?.kind === "sip" ? uri.host : undefined;
}

function keyOf({ account, outgoing, registration }: Trunk, registrar: string): string {
  const { expiresSeconds, contactUser } = registration ?? {};
  return JSON.stringify([registrar, account, outgoing.host, expiresSeconds, contactUser]);
}

function statusOf(registrar: string, { activity, binding, trouble }: Registration): RegistrationStatus {
  const nextAt = activity.type === "idle" ? null : new Date(activity.until).toISOString();
  return {
    state: binding !== null ? "registered" : activity.type === "refused" ? "failed" : "registering",
    registrar,
    expiresAt: binding === null ? null : new Date(binding.expiresAt).toISOString(),
    nextAt: activity.type === "asking" ? null : nextAt,
    reason: trouble?.reason ?? null,
  };
}
