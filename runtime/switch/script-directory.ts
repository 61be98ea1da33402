/** Users and registrations as scripts see them (`ScriptDirectory`): what is secret stays here. */
import type { DirectoryUser, ScriptDirectory } from "../port/directory.ts";
import type { UserRow } from "../port/store.ts";
import type { RegistrationView } from "../port/switch.ts";
import type { Registrar } from "./registrar/registrar.ts";
import { viewRegistration } from "./registrar/registrations.ts";
import type { Users } from "./users/users.ts";

export class PublicDirectory implements ScriptDirectory {
  readonly #users: Users;
  readonly #registrar: Registrar;

  constructor(users: Users, registrar: Registrar) {
    this.#users = users;
    this.#registrar = registrar;
  }

  byName(domain: string, name: string): DirectoryUser | undefined {
    return publicOf(this.#users.byName(domain, name));
  }

  byExtension(domain: string, extension: string): DirectoryUser | undefined {
    return publicOf(this.#users.byExtension(domain, extension));
  }

  users(domain: string, after: string | undefined, limit: number): readonly DirectoryUser[] {
    return this.#users.page(domain, after, limit).flatMap((row) => publicOf(row) ?? []);
  }

  isRegistered(domain: string, name: string): boolean {
    return this.#registrar.lookup(domain, name).length > 0;
  }

  contacts(domain: string, name: string): readonly RegistrationView[] {
    return this.#registrar.lookup(domain, name).map((row) => viewRegistration(row, this.#registrar.gruus));
  }
}

function publicOf(row: UserRow | undefined): DirectoryUser | undefined {
  if (row === undefined) return undefined;
  const { name, extension, displayName } = row;
  return { name, extension, displayName };
}
