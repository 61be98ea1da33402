/** The configuration as it was read last, for people to look at. */

export interface ConfigValue {
  /** `limits.calls.max`, `routes[0].to`. */
  readonly path: string;
  /** As the file writes it; secrets are masked. */
  readonly value: unknown;
  readonly source:
    | { readonly type: "default" }
    | { readonly type: "file"; readonly line: number; readonly column: number };
}

export interface ConfigReading {
  /** An absolute path; `null` where there is no file and all is default. */
  readonly file: string | null;
  /** ISO 8601. */
  readonly readAt: string;
  readonly values: readonly ConfigValue[];
  /** How many values are left away. */
  readonly more: number;
  /** What has changed since the start and takes effect at the next one. */
  readonly warnings: readonly string[];
}

export interface ConfigView {
  read(): ConfigReading;
}
