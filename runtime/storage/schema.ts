/**
 * The tables as the queries see them; `migrations/` makes them. Columns are snake_case in the database and camelCase here.
 * JSON is kept as text, a truth value as 0 or 1: both SQLite and PostgreSQL know these.
 */
import type { Generated, Kysely } from "kysely";
import type { Cdr } from "../../sdk/events.ts";
import type { BindingRow } from "../port/store.ts";
import type { MailboxRow, MailRow, VoicemailRow } from "../port/voicemail-store.ts";

/** The tenant that a row belongs to: a SIP domain, or empty for what belongs to the switch as a whole. */
type Tenant = Generated<string>;

export interface UserTable {
  domain: string;
  name: string;
  extension: string | null;
  ha1Md5: string;
  ha1Sha256: string;
  displayName: string | null;
  managed: number;
}

export interface BindingTable extends Omit<BindingRow, "connection"> {
  /** Place among the bindings of the user: they are kept as a whole, in order. */
  position: number;
}

export interface RouteTable {
  domain: Tenant;
  name: string;
  position: number;
  json: string;
  managed: number;
}

export interface ScriptVersionTable {
  domain: Tenant;
  script: string;
  version: number;
  sha256: string;
  entry: string;
  handlers: string;
  files: string;
  tag: string | null;
  message: string | null;
  author: string;
  createdAt: string;
  diagnostics: string;
}

export interface ScriptFileTable {
  domain: Tenant;
  script: string;
  version: number;
  path: string;
  text: string;
}

export interface DeploymentTable {
  domain: Tenant;
  script: string;
  id: number;
  versions: string;
  reason: "deploy" | "rollback";
  message: string | null;
  author: string;
  createdAt: string;
}

export interface CdrTable extends Omit<Cdr, "legs" | "tags"> {
  /** User part of `from` and `to`, for the search. */
  fromUser: string;
  toUser: string;
  legs: string;
  tags: string;
}

export interface TokenTable {
  domain: Tenant;
  id: string;
  name: string;
  hash: string;
  scopes: string;
  createdAt: string;
  managed: number;
}

export interface SettingTable {
  name: string;
  value: string;
}

export interface Schema {
  users: UserTable;
  bindings: BindingTable;
  routes: RouteTable;
  scriptVersions: ScriptVersionTable;
  scriptFiles: ScriptFileTable;
  deployments: DeploymentTable;
  cdrs: CdrTable;
  tokens: TokenTable;
  settings: SettingTable;
  mailboxes: MailboxRow;
  voicemails: VoicemailRow;
  mailQueue: MailRow;
}

export type Database = Kysely<Schema>;
