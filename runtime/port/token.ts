/** What the HTTP API needs of tokens: who calls, and what they may do. */

/** Who calls the API. */
export interface TokenIdentity {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

export interface TokenView extends TokenIdentity {
  readonly createdAt: string;
  /** Declared in the configuration, or the token of this installation: read-only over HTTP. */
  readonly managed: boolean;
}

/** A token whose secret is known to whoever declares it. */
export interface DeclaredToken {
  readonly name: string;
  readonly secret: string;
  readonly scopes: readonly string[];
}

/** Tokens of the API. Throws `RequestError` (`already-exists`, `managed-by-config`, `not-found`, `too-many-requests`). */
export interface TokenAuthority {
  /** Whose secret this is; `undefined` where it is nobody's. */
  verify(secret: string): TokenIdentity | undefined;
  byId(id: string): TokenIdentity | undefined;
  list(): readonly TokenView[];
  /** Makes a token. The secret is told here once and kept nowhere. */
  create(token: { name: string; scopes: readonly string[] }): Promise<{ token: TokenView; secret: string }>;
  remove(id: string): Promise<void>;
  /** Makes these the managed tokens, all of them: what an earlier call declared and this one does not, is gone. */
  declare(tokens: readonly DeclaredToken[]): Promise<void>;
}
