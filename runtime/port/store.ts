/**
 * What the rooms need of storage. Everything is asynchronous; what resolves is committed. Rows carry their domain (the
 * tenant) from the first day. Rejects with `StorageError` where the store cannot be reached or cannot write.
 */

import type { SipTransport } from "../../sdk/call.ts";
import type { Cdr } from "../../sdk/events.ts";
import type { AuditQuery, AuditRecord } from "./audit.ts";
import type { ConsoleStore } from "./console.ts";
import type { Deployment, ScriptVersion } from "./deployment.ts";
import type { GuardStore } from "./guard.ts";
import type { MessageStore } from "./message-store.ts";
import type { Page } from "./page.ts";
import type { PolicyStore } from "./policy.ts";
import type { ScheduleStore } from "./schedule.ts";
import type { NewSecrets, ScriptDataStore } from "./script-data-store.ts";
import type { TrunkStore } from "./trunk-store.ts";
import type { MailStore, VoicemailStore } from "./voicemail-store.ts";

export interface UserRow {
  readonly domain: string;
  readonly name: string;
  readonly extension: string | null;
  /** H(user:realm:password) in hex for MD5 and SHA-256; the password itself is never kept. */
  readonly ha1Md5: string;
  readonly ha1Sha256: string;
  readonly displayName: string | null;
  /** Declared in the configuration file: read-only over HTTP. */
  readonly managed: boolean;
}

/** One registered contact of a user (RFC 3261 §10). Plain data, also while it is live. */
export interface BindingRow {
  readonly domain: string;
  readonly user: string;
  /** The Contact URI as the phone wrote it. */
  readonly contact: string;
  readonly callId: string;
  readonly cseq: number;
  /** 0 to 1 (RFC 3261 §20.10). */
  readonly q: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly registeredAt: number;
  readonly userAgent: string | null;
  /** The proxies between us and the phone, the one next to us first (RFC 3327); empty: there are none. */
  readonly path: readonly string[];
  /** What names the device, as in `+sip.instance` (RFC 5626 §4.1): `<urn:uuid:…>`. */
  readonly instance: string | null;
  /** Which of the device's flows it is (RFC 5626 §4.2); `null`: registered without outbound. */
  readonly regId: number | null;
  /** The flow that the REGISTER came over: requests to the contact go back over it. */
  readonly transport: SipTransport;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Number of the connection in this process. Not kept in the store: 0 for UDP, and for what was loaded from there. */
  readonly connection: number;
}

export interface RouteRow {
  readonly name: string;
  readonly position: number;
  /** The route as JSON, checked against the schema by whoever wrote it. */
  readonly json: string;
  readonly managed: boolean;
}

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly managed: boolean;
}

export interface CdrQuery {
  readonly limit: number;
  /** Opaque: as the page before gave it. */
  readonly cursor?: string;
  readonly from?: string;
  readonly to?: string;
  readonly script?: string;
  /** That the call came by, or a leg of it left by. */
  readonly trunk?: string;
  readonly result?: Cdr["result"];
  /** ISO 8601. */
  readonly since?: string;
  readonly until?: string;
}

export interface Store {
  readonly users: {
    all(): Promise<readonly UserRow[]>;
    put(user: UserRow): Promise<void>;
    remove(domain: string, name: string): Promise<boolean>;
  };
  readonly bindings: {
    /** All that have not run out at `now`. */
    all(now: number): Promise<readonly BindingRow[]>;
    /** Replaces the bindings of a user as a whole. */
    replace(domain: string, user: string, bindings: readonly BindingRow[]): Promise<void>;
  };
  readonly routes: {
    all(): Promise<readonly RouteRow[]>;
    /** All of them or none. */
    put(...routes: readonly RouteRow[]): Promise<void>;
    remove(name: string): Promise<boolean>;
  };
  readonly scripts: {
    versions(script?: string): Promise<readonly ScriptVersion[]>;
    /** Source text by path. */
    files(script: string, version: number): Promise<Readonly<Record<string, string>>>;
    addVersion(version: ScriptVersion, files: Readonly<Record<string, string>>): Promise<void>;
    deployments(script?: string): Promise<readonly Deployment[]>;
    /** Together with `secrets`, all or nothing. `false`: there would be too many secrets, and nothing was stored. */
    addDeployment(deployment: Deployment, secrets?: NewSecrets): Promise<boolean>;
    remove(script: string): Promise<void>;
    /** Removes versions with their source. */
    removeVersions(script: string, versions: readonly number[]): Promise<void>;
    /** Forgets the deployments before the one with the id `first`. */
    trimDeployments(script: string, first: number): Promise<void>;
  };
  readonly cdrs: {
    add(cdr: Cdr): Promise<void>;
    search(query: CdrQuery): Promise<Page<Cdr>>;
    get(id: string): Promise<Cdr | undefined>;
    /** Removes the oldest that began before `before` (ISO 8601), or are more than `keep`: `most` at a time. How many. */
    trim(before: string, keep: number, most: number): Promise<number>;
    /** Ids of the records in which somebody has called, was called, or was tried. */
    ofParty(domain: string, name: string): Promise<readonly string[]>;
    /** Puts `sip:redacted@redacted.invalid` in the place of somebody, in all of them; resolves with how many. */
    redact(domain: string, name: string): Promise<number>;
  };
  readonly tokens: {
    all(): Promise<readonly TokenRow[]>;
    put(token: TokenRow): Promise<void>;
    remove(id: string): Promise<boolean>;
  };
  readonly audit: {
    add(record: AuditRecord): Promise<void>;
    /** Newest first, one more than `limit` where there are more. `cursor`: the id of the last record seen. */
    search(query: AuditQuery): Promise<readonly AuditRecord[]>;
    /** Removes what is older than `before` (ISO 8601), and all but the newest `keep`. */
    trim(before: string, keep: number): Promise<void>;
  };
  readonly trunks: TrunkStore;
  readonly schedules: ScheduleStore;
  readonly policies: PolicyStore;
  readonly voicemail: VoicemailStore;
  readonly mails: MailStore;
  readonly messages: MessageStore;
  readonly guard: GuardStore;
  readonly console: ConsoleStore;
  readonly scriptData: ScriptDataStore;
  /** Small facts fixed at the first start: the realm, the key of the nonces. */
  readonly settings: {
    get(name: string): Promise<string | undefined>;
    put(name: string, value: string): Promise<void>;
  };
  readonly health: {
    /** It cannot be written at the moment. */
    readonly isFailing: boolean;
    /** Writes that came to nothing since the start. */
    readonly failures: number;
    /** Call records that wait for it. */
    readonly waiting: number;
  };
  /** Writes what is committed by now, as one database, into a file that is not there yet. */
  snapshot(target: string): Promise<void>;
  close(): Promise<void>;
}
