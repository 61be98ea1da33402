/** Registrations as the API shows them (`RegistrationAdmin`): the bindings of one domain. */
import { toText } from "../../base/text.ts";
import type { BindingRow } from "../../port/store.ts";
import type { RegistrationAdmin, RegistrationView } from "../../port/switch.ts";
import { formatHost } from "../../sip/message/uri.ts";
import type { Gruus } from "./gruu.ts";
import type { Registrar } from "./registrar.ts";

export class Registrations implements RegistrationAdmin {
  readonly #registrar: Registrar;
  readonly #domain: string;

  constructor(registrar: Registrar, domain: string) {
    this.#registrar = registrar;
    this.#domain = domain;
  }

  list(user?: string): readonly RegistrationView[] {
    const rows = user === undefined ? this.#registrar.list() : this.#registrar.lookup(this.#domain, user);
    const { gruus } = this.#registrar;
    return rows.filter(({ domain }) => domain === this.#domain).map((row) => viewRegistration(row, gruus));
  }

  remove(user: string): Promise<boolean> {
    return this.#registrar.remove(this.#domain, user);
  }
}

/** `gruus.host`: how our domain is written in an address. */
export function viewRegistration(row: BindingRow, gruus: Gruus): RegistrationView {
  const { instance } = row;
  return {
    user: row.user,
    domain: row.domain,
    contact: toText(row.contact),
    source: `${formatHost(row.remoteAddress)}:${row.remotePort}`,
    transport: row.transport,
    q: row.q,
    userAgent: row.userAgent,
    instance: instance === null ? null : toText(instance.slice(1, -1)),
    regId: row.regId,
    path: row.path.map(toText),
    gruu: instance === null ? null : toText(gruus.publicOf(row, gruus.hostOf(row), instance)),
    registeredAt: new Date(row.registeredAt).toISOString(),
    expiresAt: new Date(row.expiresAt).toISOString(),
  };
}
