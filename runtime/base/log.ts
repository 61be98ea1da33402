/**
 * What every room logs through. The text is static, what varies is in the fields; numbers, user parts and bodies of
 * people go into `personal` alone, so that they can be found and removed.
 */
export interface LogFields {
  readonly call?: string;
  readonly script?: string;
  readonly version?: number;
  readonly error?: unknown;
  /** Data about people: numbers, users, addresses, bodies. */
  readonly personal?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface Log {
  debug(text: string, fields?: LogFields): void;
  info(text: string, fields?: LogFields): void;
  warn(text: string, fields?: LogFields): void;
  error(text: string, fields?: LogFields): void;
}

/** Says nothing: for tools and tests. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
