/** All migrations in order. A number is never used twice, and a migration never changes once it was released. */
import type { Kysely } from "kysely";
import { up as firstTables } from "./0001-first-tables.ts";
import { up as voicemail } from "./0002-voicemail.ts";

export interface Migration {
  readonly id: number;
  readonly name: string;
  up(db: Kysely<unknown>): Promise<void>;
}

export const migrations: readonly Migration[] = [
  { id: 1, name: "first-tables", up: firstTables },
  { id: 2, name: "voicemail", up: voicemail },
];
