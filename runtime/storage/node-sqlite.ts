/**
 * The only importer of `node:sqlite`: one connection in the shape that kysely's SQLite dialect drives. Write-ahead log
 * with `synchronous=NORMAL`: what is committed survives the death of the process (`kill -9`) at any moment; a power cut
 * may take the last commits, and never damages the file.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { SqliteDatabase, SqliteStatement } from "kysely";

/** How long a statement waits for another process that writes, as when a restarted switch overlaps the old one. */
const BUSY_MS = 5_000;
/** Pages of 4 KB in the log before it is worked into the file: records touch the same pages again and again. */
const CHECKPOINT_PAGES = 4_000;
/** Prepared statements kept; there are fewer queries than this. */
const MAX_STATEMENTS = 200;

export class SqliteConnection implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, SqliteStatement>();

  /** `isReadOnly`: another process writes it. @default false */
  constructor(file: string, isReadOnly = false) {
    const readOnly = isReadOnly;
    this.#database = new DatabaseSync(file, { timeout: BUSY_MS, enableForeignKeyConstraints: true, readOnly });
    if (isReadOnly) return;
    this.exec("pragma journal_mode = wal");
    this.exec("pragma synchronous = normal");
    this.exec(`pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  }

  /** Whether a transaction is open: some failures end it on their own (disk full, I/O error). */
  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = toKyselyStatement(this.#database.prepare(sql));
    if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

function toKyselyStatement(statement: StatementSync): SqliteStatement {
  // kysely types parameters as unknown; the schema allows text, numbers and null alone.
  const bind = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...bind(parameters)),
    run: (parameters) => statement.run(...bind(parameters)),
    iterate: (parameters) => statement.iterate(...bind(parameters)),
  };
}
