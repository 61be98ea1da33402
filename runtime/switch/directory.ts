/** Targets looked up in the users and the registrar of this switch. */
import type { BindingRow } from "../port/store.ts";
import type { SipUri } from "../sip/message/uri.ts";
import type { Domains } from "./domains.ts";
import type { Registrar } from "./registrar/registrar.ts";
import type { Device, Directory, TrunkDirectory } from "./target.ts";
import type { Users } from "./users/users.ts";

export class LocalDirectory implements Directory {
  readonly #users: Users;
  readonly #registrar: Registrar;
  readonly #domains: Domains;
  /** Set as soon as there are trunks. */
  trunks: TrunkDirectory | undefined = undefined;

  constructor(users: Users, registrar: Registrar, domains: Domains) {
    this.#users = users;
    this.#registrar = registrar;
    this.#domains = domains;
  }

  findUser(domain: string, nameOrExtension: string): string | undefined {
    const row = this.#users.byName(domain, nameOrExtension) ?? this.#users.byExtension(domain, nameOrExtension);
    return row?.name;
  }

  contactsOf(domain: string, user: string): readonly BindingRow[] {
    return this.#registrar.lookup(domain, user);
  }

  deviceOf(uri: SipUri, domain: string): Device | null | undefined {
    const gruu = this.#registrar.gruus.read(uri, domain);
    if (gruu === undefined || gruu === null) return gruu;
    if (this.#users.byName(domain, gruu.user) === undefined) return null;
    const contacts = this.#registrar.gruus.bindingsOf(gruu, this.#registrar.lookup(domain, gruu.user));
    // RFC 5627 §5.4: a temporary one is gone with the registration that it was given out under.
    if (gruu.epoch !== null && contacts.length === 0) return null;
    const [newest] = contacts;
    // RFC 5627 §6.1: one contact of the device; all of them only where they are its flows.
    const isOfFlows = newest !== undefined && newest.regId !== null;
    return {
      user: gruu.user,
      contacts: isOfFlows ? contacts.filter(({ regId }) => regId !== null) : contacts.slice(0, 1),
    };
  }

  flowFailed(binding: BindingRow): void {
    this.#registrar.flowFailed(binding);
  }

  domainOf(host: string, port: number | undefined): string | undefined {
    return this.#domains.of(host, port);
  }
}
