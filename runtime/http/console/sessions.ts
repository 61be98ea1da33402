/**
 * Who has signed in to the console. A session is known by 256 random bits in a cookie, of which only the SHA-256 is kept;
 * all are in memory, and in the store, so that a restart signs nobody out. What a session may do is looked up at each
 * request: a role that changes, a password, a token that is removed count at once.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { scopesOf } from "../../contract/role.ts";
import type { ConsoleRole, ConsoleSessionRow, ConsoleStore } from "../../port/console.ts";
import type { TokenAuthority, TokenIdentity } from "../../port/token.ts";
import type { ConsoleUser, ConsoleUsers } from "./users.ts";

const ID_BYTES = 32;
const MAX_SESSIONS = 1000;
const MAX_SESSIONS_OF_ONE = 20;
const SWEEP_MS = 30_000;
/** How far the time of the last request may be ahead of the one in the store. */
const WRITE_SEEN_EVERY_MS = 5 * 60_000;

export interface SessionTerms {
  /** A session ends so long after its last request, and so long after its beginning. */
  readonly idleMs: number;
  readonly longestMs: number;
}

/** A session of a request, and who it is. Times are milliseconds since 1970. */
export interface SignedIn {
  readonly hash: string;
  readonly type: "user" | "token";
  /** `null` for a token. */
  readonly role: ConsoleRole | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly idleExpiresAt: number;
}

export type Caller = TokenIdentity & { readonly session?: SignedIn };

/** Something that ends with a session: a live stream. */
interface Attached {
  destroy(): void;
}

export interface SessionParts {
  readonly store: ConsoleStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly users: ConsoleUsers;
  readonly tokens: TokenAuthority;
}

export class Sessions implements TimerOwner {
  readonly #parts: SessionParts;
  /** By the hash of the cookie, the oldest first. */
  readonly #rows = new Map<string, ConsoleSessionRow>();
  readonly #attached = new Map<string, Set<Attached>>();
  /** As the store has it. */
  readonly #writtenSeenAt = new Map<string, number>();
  #terms: SessionTerms | null = null;
  /** Runs while anybody is signed in. */
  #sweep: Timer | null = null;

  constructor(parts: SessionParts, rows: readonly ConsoleSessionRow[]) {
    this.#parts = parts;
    for (const row of rows) this.#keep(row);
  }

  /** `null`: the console is off, and nobody is signed in. */
  configure(terms: SessionTerms | null): void {
    this.#terms = terms;
    this.expireNow();
  }

  /** Begins a session once it is stored. Resolves with what the cookie is to hold. */
  async begin(who: ConsoleUser | TokenIdentity): Promise<string> {
    const now = this.#parts.clock.now();
    const id = randomBytes(ID_BYTES).toString("base64url");
    const subject =
      "passwordHash" in who
        ? ({ type: "user", subject: who.name, credential: credentialOf(who) } as const)
        : ({ type: "token", subject: who.id, credential: "" } as const);
    const row = { hash: hashOf(id), ...subject, createdAt: now, seenAt: now };
    await this.#parts.store.putSession(row);
    this.#keep(row);
    await this.#makeRoom(row);
    return id;
  }

  /** Who holds this cookie; their session goes on from now. */
  find(id: string): Caller | undefined {
    const row = this.#rows.get(hashOf(id));
    if (row === undefined) return undefined;
    const now = this.#parts.clock.now();
    const caller = this.#callerOf({ ...row, seenAt: now });
    if (caller === undefined || this.#hasEnded(row, now)) {
      this.#endLater([row.hash]);
      return undefined;
    }
    this.#see({ ...row, seenAt: now });
    return caller;
  }

  /** Signs out. */
  async end(session: SignedIn): Promise<void> {
    this.#forget(session.hash);
    await this.#parts.store.removeSessions([session.hash]);
  }

  /** The password of a user has changed: this session goes on, and no other of theirs. */
  async renew(session: SignedIn, user: ConsoleUser): Promise<void> {
    const row = this.#rows.get(session.hash);
    if (row === undefined) return;
    const renewed = { ...row, credential: credentialOf(user) };
    this.#rows.set(row.hash, renewed);
    await this.#parts.store.putSession(renewed);
    this.expireNow();
  }

  /** What has lost its right is ended now, with its streams, and not at its next request. */
  expireNow(): void {
    const now = this.#parts.clock.now();
    const ended = [...this.#rows.values()].filter((row) => this.#hasEnded(row, now) || !this.#callerOf(row));
    this.#endLater(ended.map(({ hash }) => hash));
  }

  /** Ends something together with a session. Returns what detaches it. */
  attach({ hash }: SignedIn, attached: Attached): () => void {
    const all = this.#attached.get(hash) ?? new Set();
    this.#attached.set(hash, all.add(attached));
    return () => {
      all.delete(attached);
      if (all.size === 0 && this.#attached.get(hash) === all) this.#attached.delete(hash);
    };
  }

  expire(): void {
    this.#sweep = null;
    this.expireNow();
    this.#sweepLater();
  }

  stop(): void {
    this.#sweep?.cancel();
  }

  #callerOf(row: ConsoleSessionRow): Caller | undefined {
    const terms = this.#terms;
    if (terms === null) return undefined;
    const { hash, type, createdAt, seenAt } = row;
    const expiresAt = createdAt + terms.longestMs;
    const idleExpiresAt = Math.min(expiresAt, seenAt + terms.idleMs);
    const session = { hash, type, createdAt, expiresAt, idleExpiresAt };
    if (type === "token") {
      const token = this.#parts.tokens.byId(row.subject);
      return token === undefined ? undefined : { ...token, session: { ...session, role: null } };
    }
    const user = this.#parts.users.find(row.subject);
    if (user === undefined || credentialOf(user) !== row.credential) return undefined;
    const { name, role } = user;
    return { id: `console-user:${name}`, name, scopes: scopesOf(role), session: { ...session, role } };
  }

  #hasEnded({ createdAt, seenAt }: ConsoleSessionRow, now: number): boolean {
    const { idleMs, longestMs } = this.#terms ?? { idleMs: 0, longestMs: 0 };
    return now >= seenAt + idleMs || now >= createdAt + longestMs;
  }

  #keep(row: ConsoleSessionRow): void {
    this.#rows.set(row.hash, row);
    this.#writtenSeenAt.set(row.hash, row.seenAt);
    this.#sweepLater();
  }

  #sweepLater(): void {
    if (this.#rows.size > 0) this.#sweep ??= this.#parts.clock.startTimer(SWEEP_MS, this, "sweep");
  }

  #see(row: ConsoleSessionRow): void {
    this.#rows.set(row.hash, row);
    if (row.seenAt - (this.#writtenSeenAt.get(row.hash) ?? 0) < WRITE_SEEN_EVERY_MS) return;
    this.#writtenSeenAt.set(row.hash, row.seenAt);
    this.#inBackground(this.#parts.store.putSession(row));
  }

  /** The oldest sessions of the same user or token, and of all, make room. */
  async #makeRoom({ type, subject }: ConsoleSessionRow): Promise<void> {
    const all = [...this.#rows.values()];
    const own = all.filter((row) => row.type === type && row.subject === subject);
    const surplus = [
      ...own.slice(0, Math.max(0, own.length - MAX_SESSIONS_OF_ONE)),
      ...all.slice(0, Math.max(0, all.length - MAX_SESSIONS)),
    ];
    const hashes = surplus.map(({ hash }) => hash);
    for (const hash of hashes) this.#forget(hash);
    if (hashes.length > 0) await this.#parts.store.removeSessions(hashes);
  }

  #endLater(hashes: readonly string[]): void {
    if (hashes.length === 0) return;
    for (const hash of hashes) this.#forget(hash);
    this.#inBackground(this.#parts.store.removeSessions(hashes));
  }

  #forget(hash: string): void {
    this.#rows.delete(hash);
    this.#writtenSeenAt.delete(hash);
    for (const attached of this.#attached.get(hash) ?? []) attached.destroy();
    this.#attached.delete(hash);
  }

  /** What comes to nothing here is done again: at the next request, or after a restart. */
  #inBackground(write: Promise<unknown>): void {
    write.catch((error: unknown) => this.#parts.log.warn("A session of the console could not be stored", { error }));
  }
}

function credentialOf({ passwordHash }: ConsoleUser): string {
  return hashOf(passwordHash).slice(0, 16);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
