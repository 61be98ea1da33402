/**
 * The users of the switch: those of the configuration file and those of the store, all in memory, and their
 * administration (`UserAdmin`). Of a password only its hashes are kept (`sip/auth/digest.ts`).
 */
import { RequestError } from "../../base/errors.ts";
import { parseWith } from "../../contract/issue.ts";
import { userUpdateSchema } from "../../contract/user.ts";
import type { Store, UserRow } from "../../port/store.ts";
import type { MailboxFate, UserAdmin, UserInput, UserView } from "../../port/switch.ts";
import { hashPassword } from "../../sip/auth/digest.ts";

/** A user as the configuration file declares it. */
export interface DeclaredUser {
  readonly name: string;
  readonly password: string;
  readonly extension: string | null;
  readonly displayName: string | null;
}

export interface UsersOptions {
  readonly store: Store["users"];
  /** The domain that users belong to. */
  readonly domain: string;
  /** Goes into the hashes of their passwords; fixed at the first start. */
  readonly realm: string;
  readonly configured: readonly DeclaredUser[];
  /** Whether a user can be reached. */
  readonly isRegistered: (domain: string, name: string) => boolean;
  /** A user is gone: whatever is registered under the name has to go too. The caller of `remove` waits for it. */
  readonly onRemoved?: (domain: string, name: string, mailbox: MailboxFate) => Promise<void>;
}

/** Reads the stored users and puts those of the configuration before them. */
export async function createUsers(options: UsersOptions): Promise<Users> {
  return new Users(options, await options.store.all());
}

export class Users implements UserAdmin {
  readonly #options: UsersOptions;
  readonly #stored = new Map<string, UserRow>();
  #configured: ReadonlyMap<string, UserRow> = new Map();
  /** Names by extension; the configuration's come first. */
  #byExtension: ReadonlyMap<string, UserRow> = new Map();
  /** All of them in the order of their names; made when somebody asks. */
  #sorted: readonly UserRow[] | null = null;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(options: UsersOptions, stored: readonly UserRow[]) {
    this.#options = options;
    for (const row of stored) this.#stored.set(keyOf(row.domain, row.name), { ...row, managed: false });
    this.replaceConfigured(options.configured);
  }

  /** The user of that name. */
  byName(domain: string, name: string): UserRow | undefined {
    const key = keyOf(domain, name);
    return this.#configured.get(key) ?? this.#stored.get(key);
  }

  byExtension(domain: string, extension: string): UserRow | undefined {
    return this.#byExtension.get(keyOf(domain, extension));
  }

  /** In the order of their names, at most `limit`, from the one after `after`. */
  page(domain: string, after: string | undefined, limit: number): readonly UserRow[] {
    this.#sorted ??= this.#all().sort((a, b) => (a.name < b.name ? -1 : 1));
    const page: UserRow[] = [];
    for (const row of this.#sorted) {
      if (page.length >= limit) break;
      if (row.domain === domain && (after === undefined || row.name > after)) page.push(row);
    }
    return page;
  }

  /** Puts the users of a configuration that was read anew in force. */
  replaceConfigured(users: readonly DeclaredUser[]): void {
    const { domain, realm, onRemoved } = this.#options;
    const before = this.#configured;
    this.#configured = new Map(
      users.map(({ name, password, extension, displayName }) => [
        keyOf(domain, name),
        { domain, name, extension, displayName, managed: true, ...hashPassword(name, realm, password) },
      ]),
    );
    this.#indexExtensions();
    for (const row of before.values())
      if (this.byName(row.domain, row.name) === undefined) void onRemoved?.(row.domain, row.name, "keep");
  }

  list(): readonly UserView[] {
    return this.#all()
      .filter((row) => row.domain === this.#options.domain)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((row) => this.#view(row));
  }

  get(name: string): UserView | undefined {
    const row = this.byName(this.#options.domain, name);
    return row === undefined ? undefined : this.#view(row);
  }

  put(input: UserInput): Promise<{ user: UserView; created: boolean }> {
    return this.#inTurn(() => this.#put(input));
  }

  remove(name: string, mailbox: MailboxFate = "keep"): Promise<void> {
    return this.#inTurn(() => this.#remove(name, mailbox));
  }

  /** Writes go one after the other, or two of them could be given the same extension. */
  #inTurn<Result>(write: () => Promise<Result>): Promise<Result> {
    const result = this.#lastWrite.then(write);
    this.#lastWrite = result.catch(() => {});
    return result;
  }

  async #put(input: UserInput): Promise<{ user: UserView; created: boolean }> {
    const { domain, realm } = this.#options;
    this.#refuseManaged(input.name);
    const checked = parseWith(userUpdateSchema, input);
    if (!checked.ok) {
      throw new RequestError(
        "invalid-request",
        checked.problem.map(({ path, message }) => `${path}: ${message}`).join("; "),
      );
    }
    const old = this.#stored.get(keyOf(domain, input.name));
    this.#refuseTakenExtension(input);
    const hashes = input.password === undefined ? old : hashPassword(input.name, realm, input.password);
    if (hashes === undefined) throw new RequestError("invalid-request", "password: a new user needs one");
    const row: UserRow = {
      domain,
      name: input.name,
      extension: input.extension === undefined ? (old?.extension ?? null) : input.extension,
      ha1Md5: hashes.ha1Md5,
      ha1Sha256: hashes.ha1Sha256,
      displayName: input.displayName === undefined ? (old?.displayName ?? null) : input.displayName,
      managed: false,
    };
    await this.#options.store.put(row);
    this.#stored.set(keyOf(domain, row.name), row);
    this.#indexExtensions();
    return { user: this.#view(row), created: old === undefined };
  }

  async #remove(name: string, mailbox: MailboxFate): Promise<void> {
    const { domain, store, onRemoved } = this.#options;
    this.#refuseManaged(name);
    const removed = await store.remove(domain, name);
    const known = this.#stored.delete(keyOf(domain, name));
    if (!removed && !known) throw new RequestError("not-found", `There is no user ${JSON.stringify(name)}`);
    this.#indexExtensions();
    await onRemoved?.(domain, name, mailbox);
  }

  /** A stored user of the same name stands aside for the configuration's. */
  #all(): UserRow[] {
    const stored = [...this.#stored].filter(([key]) => !this.#configured.has(key)).map(([, row]) => row);
    return [...this.#configured.values(), ...stored];
  }

  #indexExtensions(): void {
    const index = new Map<string, UserRow>();
    for (const row of this.#all()) {
      const key = keyOf(row.domain, row.extension ?? "");
      if (row.extension !== null && !index.has(key)) index.set(key, row);
    }
    this.#byExtension = index;
    this.#sorted = null;
  }

  #refuseManaged(name: string): void {
    if (!this.#configured.has(keyOf(this.#options.domain, name))) return;
    throw new RequestError(
      "managed-by-config",
      `The user ${JSON.stringify(name)} is declared in the configuration file; change it there`,
    );
  }

  #refuseTakenExtension({ name, extension }: UserInput): void {
    if (extension === undefined || extension === null) return;
    const owner = this.byExtension(this.#options.domain, extension);
    if (owner === undefined || owner.name === name) return;
    throw new RequestError(
      "already-exists",
      `The extension ${extension} belongs to the user ${JSON.stringify(owner.name)}; choose another`,
    );
  }

  #view({ domain, name, extension, displayName, managed }: UserRow): UserView {
    return { domain, name, extension, displayName, managed, registered: this.#options.isRegistered(domain, name) };
  }
}

/** Names and domains hold no blank. */
function keyOf(domain: string, name: string): string {
  return `${domain} ${name}`;
}
