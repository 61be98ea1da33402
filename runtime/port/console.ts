/** What is kept of the console: who may sign in, and who has. */

/** What somebody may do: `contract/role.ts` has the scopes of each. */
export type ConsoleRole = "viewer" | "operator" | "deployer" | "admin";

export interface ConsoleUserRow {
  readonly name: string;
  readonly role: ConsoleRole;
  /** As `base/password-hash.ts` makes it; the password itself is never kept. */
  readonly passwordHash: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Somebody who has signed in. Times are milliseconds since 1970. */
export interface ConsoleSessionRow {
  /** SHA-256 of what the cookie holds, hex. */
  readonly hash: string;
  /** A user of the console by name, or a token of the API by id. */
  readonly type: "user" | "token";
  readonly subject: string;
  /** Tells the password that was signed in with from later ones; empty for a token. */
  readonly credential: string;
  readonly createdAt: number;
  readonly seenAt: number;
}

export interface ConsoleStore {
  users(): Promise<readonly ConsoleUserRow[]>;
  putUser(user: ConsoleUserRow): Promise<void>;
  removeUser(name: string): Promise<boolean>;
  sessions(): Promise<readonly ConsoleSessionRow[]>;
  putSession(session: ConsoleSessionRow): Promise<void>;
  removeSessions(hashes: readonly string[]): Promise<void>;
}
