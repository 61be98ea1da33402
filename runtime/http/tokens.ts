/** Tokens of the API: only the SHA-256 of a secret is kept; all of them are in memory, so that a check costs no I/O. */
import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { RequestError } from "../base/errors.ts";
import { randomText } from "../base/random.ts";
import type { Store, TokenRow } from "../port/store.ts";
import type { DeclaredToken, TokenAuthority, TokenIdentity, TokenView } from "../port/token.ts";

/** Tells a scanner for leaked secrets what it has found. */
const PREFIX = "stw_";
/** 52 letters and digits hold 268 bits. */
const SECRET_CHARACTERS = 52;
const MAX_TOKENS = 1000;

/** Tokens as the store has them; `declare` adds those of the configuration. */
export async function createTokenAuthority(store: Store["tokens"], clock: Pick<Clock, "now">): Promise<TokenAuthority> {
  return new StoredTokens(store, clock, await store.all());
}

class StoredTokens implements TokenAuthority {
  readonly #store: Store["tokens"];
  readonly #clock: Pick<Clock, "now">;
  readonly #byHash = new Map<string, TokenRow>();
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(store: Store["tokens"], clock: Pick<Clock, "now">, rows: readonly TokenRow[]) {
    this.#store = store;
    this.#clock = clock;
    for (const row of rows) this.#byHash.set(row.hash, row);
  }

  verify(secret: string): TokenIdentity | undefined {
    const hash = hashOf(secret);
    const row = this.#byHash.get(hash);
    if (row === undefined || !timingSafeEqual(Buffer.from(row.hash), Buffer.from(hash))) return undefined;
    return { id: row.id, name: row.name, scopes: row.scopes };
  }

  byId(id: string): TokenIdentity | undefined {
    for (const { id: own, name, scopes } of this.#byHash.values()) if (own === id) return { id, name, scopes };
    return undefined;
  }

  list(): readonly TokenView[] {
    return [...this.#byHash.values()].map(viewOf);
  }

  create(token: { name: string; scopes: readonly string[] }): Promise<{ token: TokenView; secret: string }> {
    return this.#inTurn(() => this.#create(token));
  }

  remove(id: string): Promise<void> {
    return this.#inTurn(() => this.#removeById(id));
  }

  declare(tokens: readonly DeclaredToken[]): Promise<void> {
    return this.#inTurn(() => this.#declare(tokens));
  }

  /** Writes go one after the other: two at once would both find a name, or a declared token, missing. */
  #inTurn<Result>(write: () => Promise<Result>): Promise<Result> {
    const result = this.#lastWrite.then(write);
    this.#lastWrite = result.catch(() => {});
    return result;
  }

  async #create(token: { name: string; scopes: readonly string[] }): Promise<{ token: TokenView; secret: string }> {
    const rows = [...this.#byHash.values()];
    if (rows.length >= MAX_TOKENS) {
      throw new RequestError("too-many-requests", `There are ${MAX_TOKENS} tokens already: remove one first.`);
    }
    if (rows.some((row) => row.name === token.name)) {
      throw new RequestError("already-exists", `A token "${token.name}" exists already: choose another name.`);
    }
    const secret = PREFIX + randomText(SECRET_CHARACTERS);
    const row = this.#row({ ...token, secret }, false);
    await this.#put(row);
    return { token: viewOf(row), secret };
  }

  async #removeById(id: string): Promise<void> {
    const row = [...this.#byHash.values()].find((other) => other.id === id);
    if (row === undefined) throw new RequestError("not-found", `There is no token with the id ${id}.`);
    if (row.managed) {
      throw new RequestError(
        "managed-by-config",
        `The token "${row.name}" is not managed here: change the configuration.`,
      );
    }
    await this.#remove(row);
  }

  async #declare(tokens: readonly DeclaredToken[]): Promise<void> {
    const declared = new Map(tokens.map((token) => [hashOf(token.secret), token]));
    for (const row of [...this.#byHash.values()]) {
      if (row.managed && !declared.has(row.hash)) await this.#remove(row);
    }
    for (const [hash, token] of declared) {
      const row = this.#byHash.get(hash);
      if (row?.managed && row.name === token.name && row.scopes.join() === token.scopes.join()) continue;
      await this.#put({ ...this.#row(token, true), id: row?.id ?? randomUUID() });
    }
  }

  #row(token: DeclaredToken, managed: boolean): TokenRow {
    const createdAt = new Date(this.#clock.now()).toISOString();
    const { name, scopes } = token;
    return { id: randomUUID(), name, hash: hashOf(token.secret), scopes: [...scopes], createdAt, managed };
  }

  async #put(row: TokenRow): Promise<void> {
    await this.#store.put(row);
    this.#byHash.set(row.hash, row);
  }

  async #remove(row: TokenRow): Promise<void> {
    await this.#store.remove(row.id);
    this.#byHash.delete(row.hash);
  }
}

function viewOf({ id, name, scopes, createdAt, managed }: TokenRow): TokenView {
  return { id, name, scopes, createdAt, managed };
}

function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
