/** The audit log: who changed what on the switch, and when. Holds no body and no secret. */
import type { Page } from "./page.ts";

/** One change, or an attempt that was refused. */
export interface AuditRecord {
  /** Grows with time. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  /** Name of the token, or `switch` for what the switch did by itself. */
  readonly actor: string;
  /** A request of the API by method and template (`PUT /v1/users/{name}`), `auto-rollback`, `policy-limit`, or `reload`. */
  readonly action: string;
  /** What it was done to: the path of the request, the name of the script. */
  readonly target: string;
  /** What has come of it: the path of what was made, or a sentence; `null` where there is no more to say. */
  readonly result: string | null;
  /** The status of the answer; 200 for what the switch did by itself. */
  readonly status: number;
  /** Code of the problem where it was refused, or failed. */
  readonly problem: string | null;
  /** Address that the request came from; `null` for the switch itself. */
  readonly source: string | null;
}

export interface AuditQuery {
  readonly limit: number;
  /** Opaque: as the page before gave it. */
  readonly cursor?: string;
  readonly actor?: string;
  readonly action?: string;
  /** Begins with this. */
  readonly target?: string;
  readonly outcome?: "done" | "refused";
  /** ISO 8601. */
  readonly since?: string;
  readonly until?: string;
}

export type AuditNote = Omit<AuditRecord, "id" | "at">;

export interface Audit {
  /** Writes it down. What cannot be stored goes to the log. */
  note(note: AuditNote): void;
  /** Newest first. */
  search(query: AuditQuery): Promise<Page<AuditRecord>>;
}
