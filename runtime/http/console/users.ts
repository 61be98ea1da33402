/** Users of the console: those of the configuration and those of the store, all in memory. */
import type { Clock } from "../../base/clock.ts";
import { RequestError } from "../../base/errors.ts";
import { isoTime } from "../../base/iso-time.ts";
import { hashPassword } from "../../base/password-hash.ts";
import type { ConsoleRole, ConsoleStore, ConsoleUserRow } from "../../port/console.ts";
import { KeyedQueue } from "../keyed-queue.ts";

const MAX_USERS = 1000;

export interface DeclaredConsoleUser {
  readonly name: string;
  readonly role: ConsoleRole;
  readonly passwordHash: string;
}

export interface ConsoleUser extends DeclaredConsoleUser {
  /** ISO 8601; `null` where the configuration declares the user. */
  readonly createdAt: string | null;
  /** Declared in the configuration file: read-only over HTTP. */
  readonly managed: boolean;
}

/** Throws `RequestError` (`managed-by-config`, `not-found`, `invalid-request`, `too-many-requests`). */
export class ConsoleUsers {
  readonly #store: ConsoleStore;
  readonly #clock: Pick<Clock, "now">;
  readonly #stored = new Map<string, ConsoleUserRow>();
  #configured: ReadonlyMap<string, ConsoleUser> = new Map();
  /** Writes go one after the other. */
  readonly #writes = new KeyedQueue();

  constructor(store: ConsoleStore, clock: Pick<Clock, "now">, rows: readonly ConsoleUserRow[]) {
    this.#store = store;
    this.#clock = clock;
    for (const row of rows) this.#stored.set(row.name, row);
  }

  /** Puts the users of a configuration in force: they go before stored ones of the same name. */
  replaceConfigured(users: readonly DeclaredConsoleUser[]): void {
    this.#configured = new Map(users.map((user) => [user.name, { ...user, createdAt: null, managed: true }]));
  }

  find(name: string): ConsoleUser | undefined {
    const row = this.#stored.get(name);
    return this.#configured.get(name) ?? (row === undefined ? undefined : { ...row, managed: false });
  }

  list(): readonly ConsoleUser[] {
    const names = new Set([...this.#configured.keys(), ...this.#stored.keys()]);
    return [...names].flatMap((name) => this.find(name) ?? []);
  }

  /** Makes or changes a user; without a password the old one stays. */
  put(user: { name: string; role: ConsoleRole; password?: string }): Promise<{ user: ConsoleUser; created: boolean }> {
    return this.#writes.run(user.name, () => this.#put(user));
  }

  remove(name: string): Promise<void> {
    return this.#writes.run(name, async () => {
      this.#refuseManaged(name);
      if (!this.#stored.has(name)) throw new RequestError("not-found", `The console has no user "${name}".`);
      await this.#store.removeUser(name);
      this.#stored.delete(name);
    });
  }

  async #put(input: { name: string; role: ConsoleRole; password?: string }) {
    const { name, role, password } = input;
    this.#refuseManaged(name);
    const old = this.#stored.get(name);
    if (old === undefined && this.#stored.size >= MAX_USERS) {
      throw new RequestError("too-many-requests", `The console has ${MAX_USERS} users already: remove one first.`);
    }
    const passwordHash = password === undefined ? old?.passwordHash : await hashPassword(password);
    if (passwordHash === undefined) throw new RequestError("invalid-request", "password: a new user needs one");
    const row = { name, role, passwordHash, createdAt: old?.createdAt ?? isoTime(this.#clock.now()) };
    await this.#store.putUser(row);
    this.#stored.set(name, row);
    return { user: { ...row, managed: false }, created: old === undefined };
  }

  #refuseManaged(name: string): void {
    if (!this.#configured.has(name)) return;
    const advice = "change console.users in the configuration file";
    throw new RequestError("managed-by-config", `"${name}" is declared in the configuration: ${advice}.`);
  }
}
