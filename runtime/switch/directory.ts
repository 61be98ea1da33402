/** Targets looked up in the users and the registrar of this switch. */
import type { BindingRow } from "../port/store.ts";
import type { Domains } from "./domains.ts";
import type { Registrar } from "./registrar/registrar.ts";
import type { Directory } from "./target.ts";
import type { Users } from "./users/users.ts";

export class LocalDirectory implements Directory {
  readonly #users: Users;
  readonly #registrar: Registrar;
  readonly #domains: Domains;

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

  domainOf(host: string, port: number | undefined): string | undefined {
    return this.#domains.of(host, port);
  }
}
