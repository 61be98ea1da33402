/**
 * The tables as the queries see them; `migrations/` makes them. Columns are snake_case in the database and camelCase here.
 * JSON is kept as text, a truth value as 0 or 1: both SQLite and PostgreSQL know these.
 */
import type { Generated, Kysely } from "kysely";
import type { Cdr } from "../../sdk/events.ts";
import type { AuditRecord } from "../port/audit.ts";
import type { ConsoleSessionRow, ConsoleUserRow } from "../port/console.ts";
import type { Deployment } from "../port/deployment.ts";
import type { GuardRow } from "../port/guard.ts";
import type { MessageContent, MessageHead, MessageSettled } from "../port/message-store.ts";
import type { PolicyRow, UsageRow } from "../port/policy.ts";
import type { ScheduleMark, ScheduleRow } from "../port/schedule.ts";
import type { KvRow, SecretRow } from "../port/script-data-store.ts";
import type { BindingRow } from "../port/store.ts";
import type { TrunkRow } from "../port/trunk-store.ts";
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

export interface BindingTable extends Omit<BindingRow, "connection" | "path"> {
  /** JSON. */
  path: string;
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
  reason: Deployment["reason"];
  autoRollback: Generated<number>;
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

export interface AuditTable extends AuditRecord {
  domain: Tenant;
}

/** What a script keeps in sum, the last versions given, and its variables as JSON. */
export interface ScriptDataTable {
  domain: string;
  script: string;
  kvKeys: number;
  kvBytes: number;
  kvVersion: number;
  secretVersion: number;
  variables: string;
}

export interface SecretTable extends SecretRow {
  domain: string;
  script: string;
}

export interface SettingTable {
  name: string;
  value: string;
}

export interface ScheduleTable extends ScheduleRow {
  domain: Tenant;
  position: number;
}

export interface ScheduleMarkTable extends ScheduleMark {
  domain: Tenant;
}

export interface TrunkTable extends Omit<TrunkRow, "password"> {
  /** All three of the sealed password, or none. */
  keyId: string | null;
  nonce: string | null;
  sealed: string | null;
}

export interface PolicyTable extends Omit<PolicyRow, "policy"> {
  json: string;
}

export interface MessageTable extends MessageHead, MessageContent {}

export interface GuardSourceTable {
  kind: GuardRow["kind"];
  source: string;
  reason: string;
  since: number;
  until: number | null;
  by: string;
  offences: number;
}

export interface Schema {
  users: UserTable;
  bindings: BindingTable;
  routes: RouteTable;
  trunks: TrunkTable;
  scriptVersions: ScriptVersionTable;
  scriptFiles: ScriptFileTable;
  deployments: DeploymentTable;
  cdrs: CdrTable;
  tokens: TokenTable;
  audit: AuditTable;
  settings: SettingTable;
  schedules: ScheduleTable;
  scheduleMarks: ScheduleMarkTable;
  policies: PolicyTable;
  policyUsage: UsageRow;
  scriptData: ScriptDataTable;
  kv: KvRow;
  secrets: SecretTable;
  mailboxes: MailboxRow;
  voicemails: VoicemailRow;
  mailQueue: MailRow;
  messages: MessageTable;
  consoleUsers: ConsoleUserRow;
  consoleSessions: ConsoleSessionRow;
  guardSources: GuardSourceTable;
  messageDevices: MessageSettled;
}

export type Database = Kysely<Schema>;
