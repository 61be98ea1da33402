/** Trunks: as the HTTP API administers them, and how they are doing. */

export interface GatewayStatus {
  readonly uri: string;
  readonly priority: number;
  readonly weight: number;
  /** `unknown`: neither a call nor a probe has told yet; it is used. */
  readonly state: "up" | "down" | "unknown";
  /** ISO 8601; `null` where the state has never changed. */
  readonly since: string | null;
  /** Why it is down: a sentence for a log. */
  readonly reason: string | null;
  /** How long it took to answer the last probe; `null`: it has answered none. */
  readonly latencyMs: number | null;
}

export interface RegistrationStatus {
  readonly state: "registered" | "registering" | "failed";
  readonly registrar: string;
  /** ISO 8601; `null` where it is not registered. */
  readonly expiresAt: string | null;
  /** When it is tried again, or refreshed. */
  readonly nextAt: string | null;
  readonly reason: string | null;
}

/** How a trunk is doing. */
export interface TrunkStatus {
  /** `down`: no gateway can be used, or no registration stands where there should be one. */
  readonly state: "up" | "down";
  readonly gateways: readonly GatewayStatus[];
  /** Empty where the trunk does not register. */
  readonly registrations: readonly RegistrationStatus[];
}

export interface TrunkView extends TrunkStatus {
  readonly name: string;
  readonly domain: string;
  /** 1 for the one that is tried first. */
  readonly position: number;
  /** Declared in the configuration file: read-only over HTTP. */
  readonly managed: boolean;
  /** As it was declared, but for its password. */
  readonly declaration: Readonly<Record<string, unknown>>;
  readonly hasPassword: boolean;
  /** Calls that hold a line of it, in and out. */
  readonly calls: number;
}

/** Trunks, in the order in which they are tried. Throws `RequestError` as `UserAdmin` does. */
export interface TrunkAdmin {
  list(): readonly TrunkView[];
  get(name: string): TrunkView | undefined;
  /** `trunk` is checked here against the schema of trunks. */
  put(name: string, trunk: unknown): Promise<{ trunk: TrunkView; created: boolean }>;
  remove(name: string): Promise<void>;
}
