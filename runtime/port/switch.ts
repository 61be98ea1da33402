/** What the HTTP API needs of the switch: see and steer calls, users, registrations and routes. */
import type { SipTransport } from "../../sdk/call.ts";
import type { CallQuality } from "./call-quality.ts";
import type { OriginateRequest } from "./calls.ts";

export interface LegSummary {
  readonly id: string;
  readonly target: string;
  readonly uri: string;
  readonly state: "calling" | "ringing" | "answered" | "ended";
  /** The trunk that it leaves by; absent: none. */
  readonly trunk?: string;
}

export interface CallSummary {
  readonly id: string;
  readonly domain: string;
  /** `outbound`: the switch has begun it. */
  readonly direction: "inbound" | "outbound";
  readonly state: "deciding" | "calling" | "ringing" | "answered" | "ended";
  readonly from: string;
  readonly to: string;
  readonly user: string | null;
  /** The trunk that it came from. */
  readonly trunk: string | null;
  /** Empty, and version 0: the call runs on no script. */
  readonly script: string;
  readonly version: number;
  /** `null` for an outbound call. */
  readonly route: string | null;
  readonly startedAt: string;
  readonly ringingAt: string | null;
  readonly answeredAt: string | null;
  readonly seconds: number;
  readonly legs: readonly LegSummary[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Live calls. */
export interface CallControl {
  list(): readonly CallSummary[];
  get(id: string): CallSummary | undefined;
  /** How the audio of these calls is, as far as they are up; answered within two seconds, whatever the media plane does. */
  quality(ids: readonly string[]): Promise<readonly CallQuality[]>;
  /** Hangs up; `false` where there is no such call. */
  hangUp(id: string, reason?: string): boolean;
  /** Begins a call. Throws `RequestError` as `ScriptCalls.originate` does. */
  originate(request: OriginateRequest): CallSummary;
  /** Does a decision (or a plan) on a call. Throws `RequestError` (`not-found`, `invalid-request`, `conflict`). */
  decide(id: string, decision: unknown): void;
  /** How many calls are up, and how many may be. */
  readonly active: number;
  readonly limit: number;
}

export interface UserView {
  readonly name: string;
  readonly domain: string;
  readonly extension: string | null;
  readonly displayName: string | null;
  readonly managed: boolean;
  readonly registered: boolean;
}

export interface UserInput {
  readonly name: string;
  /** Absent on an update: the old one stays. */
  readonly password?: string;
  readonly extension?: string | null;
  readonly displayName?: string | null;
}

/** Users of the switch. Throws `RequestError` (`managed-by-config`, `already-exists`, `not-found`, `invalid-request`). */
export interface UserAdmin {
  list(): readonly UserView[];
  get(name: string): UserView | undefined;
  /** Resolves with whether the user is new, once it is committed. */
  put(user: UserInput): Promise<{ user: UserView; created: boolean }>;
  /** `mailbox`: what becomes of its messages, greetings and settings. @default "keep" */
  remove(name: string, mailbox?: MailboxFate): Promise<void>;
}

/** `keep`: for a week, in case that the user comes back. */
export type MailboxFate = "keep" | "erase";

export interface RegistrationView {
  readonly user: string;
  readonly domain: string;
  readonly contact: string;
  readonly source: string;
  readonly transport: SipTransport;
  readonly q: number;
  readonly userAgent: string | null;
  readonly instance: string | null;
  readonly regId: number | null;
  readonly path: readonly string[];
  readonly gruu: string | null;
  readonly registeredAt: string;
  readonly expiresAt: string;
}

export interface RegistrationAdmin {
  list(user?: string): readonly RegistrationView[];
  /** Removes all contacts of a user; `false` where there were none. */
  remove(user: string): Promise<boolean>;
}

export interface RouteView {
  readonly name: string;
  readonly position: number;
  readonly managed: boolean;
  readonly match: Readonly<Record<string, string>>;
  readonly script: string;
  readonly fallback: readonly unknown[];
  readonly public: boolean;
}

/** Routes, in the order in which they are tried. Throws `RequestError` as `UserAdmin` does. */
export interface RouteAdmin {
  list(): readonly RouteView[];
  get(name: string): RouteView | undefined;
  /** `route` is checked here against the schema of routes. */
  put(name: string, route: unknown): Promise<{ route: RouteView; created: boolean }>;
  remove(name: string): Promise<void>;
  /** Puts stored routes into this order: all of them, and each once, else `conflict`. */
  reorder(names: readonly string[]): Promise<void>;
  /** Which route a call would take. */
  match(call: TriedCall): RouteView | undefined;
  /** The routes that are tried before that, or all where none takes it, each with the first field that does not fit. */
  passedBy(call: TriedCall): readonly PassedRoute[];
}

export interface TriedCall {
  readonly to: string;
  readonly from?: string;
  /** With its port or without. */
  readonly source?: string;
  readonly trunk?: string;
}

export interface PassedRoute {
  readonly name: string;
  readonly field: "method" | "to" | "from" | "domain" | "source" | "trunk";
}
