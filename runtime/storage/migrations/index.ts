/** All migrations in order. A number is never used twice, and a migration never changes once it was released. */
import type { Kysely } from "kysely";
import { up as firstTables } from "./0001-first-tables.ts";
import { up as voicemail } from "./0002-voicemail.ts";
import { up as scriptData } from "./0003-script-data.ts";
import { up as audit } from "./0004-audit.ts";
import { up as schedules } from "./0005-schedules.ts";
import { up as policies } from "./0006-policies.ts";
import { up as cdrDirection } from "./0007-cdr-direction.ts";
import { up as trunks } from "./0008-trunks.ts";
import { up as bindingPaths } from "./0009-binding-paths.ts";
import { up as messages } from "./0010-messages.ts";
import { up as guard } from "./0011-guard.ts";
import { up as consoleTables } from "./0012-console.ts";

export interface Migration {
  readonly id: number;
  readonly name: string;
  up(db: Kysely<unknown>): Promise<void>;
}

export const migrations: readonly Migration[] = [
  { id: 1, name: "first-tables", up: firstTables },
  { id: 2, name: "voicemail", up: voicemail },
  { id: 3, name: "script-data", up: scriptData },
  { id: 4, name: "audit", up: audit },
  { id: 5, name: "schedules", up: schedules },
  { id: 6, name: "policies", up: policies },
  { id: 7, name: "cdr-direction", up: cdrDirection },
  { id: 8, name: "trunks", up: trunks },
  { id: 9, name: "binding-paths", up: bindingPaths },
  { id: 10, name: "messages", up: messages },
  { id: 11, name: "guard", up: guard },
  { id: 12, name: "console", up: consoleTables },
];
