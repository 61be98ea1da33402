/** Looks at a database file from outside, for tools: whether somebody has it open, whether it is whole, whether we know its schema. */
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { migrations } from "./migrations/index.ts";

export interface DatabaseState {
  /** What SQLite finds wrong with it; empty: nothing. */
  readonly damage: readonly string[];
  /** The newest migration that it has seen; 0: none. */
  readonly schema: number;
  /** The newest migration that this program knows. */
  readonly known: number;
}

const MOST_PROBLEMS = 5;

/** Whether a process has the database open. Nobody may begin to write it while this looks, which takes no time. */
export function isDatabaseInUse(file: string): boolean {
  if (!existsSync(file)) return false;
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // A connection to a database with a write-ahead log holds a lock on it for as long as it is open.
    database.exec("pragma locking_mode = exclusive; begin immediate; rollback");
    return false;
  } catch (error) {
    if (error instanceof Error && /lock|busy/i.test(error.message)) return true;
    throw error;
  } finally {
    database.close();
  }
}

/** Throws where there is none, or it is no database at all. */
export function inspectDatabase(file: string): DatabaseState {
  if (!existsSync(file)) throw new Error(`there is no ${file}`);
  // Whoever may only read leaves files beside it when he was the last to go.
  const database = new DatabaseSync(file, { timeout: 1000 });
  try {
    const rows = database.prepare(`pragma quick_check(${MOST_PROBLEMS})`).all();
    const damage = rows.map((row) => String(Object.values(row)[0])).filter((text) => text !== "ok");
    return { damage, schema: schemaOf(database), known: migrations.at(-1)?.id ?? 0 };
  } finally {
    database.close();
  }
}

/** The newest migration that a database has seen, and that this program knows. Only reads, whoever else writes it. */
export function schemaOfDatabase(file: string): Pick<DatabaseState, "schema" | "known"> {
  const database = new DatabaseSync(file, { timeout: 1000, readOnly: true });
  try {
    return { schema: schemaOf(database), known: migrations.at(-1)?.id ?? 0 };
  } finally {
    database.close();
  }
}

function schemaOf(database: DatabaseSync): number {
  const table = database.prepare("select 1 from sqlite_master where type = 'table' and name = 'migrations'").get();
  if (table === undefined) return 0;
  return Number(database.prepare("select coalesce(max(id), 0) as newest from migrations").get()?.newest);
}
