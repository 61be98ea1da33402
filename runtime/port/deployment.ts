/** What the HTTP API needs of the deployment: upload, versions, activation, rollback. */
import type { Diagnostic } from "../base/errors.ts";
import type { HandlerName } from "./script.ts";
import type { NewSecrets } from "./script-data-store.ts";

export interface Upload {
  /** Path of the entry file, one of `files`. */
  readonly entry: string;
  /** Source text by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly message?: string;
  readonly tag?: string;
  /** Who uploads: the name of the token. */
  readonly author: string;
  /**
   * What becomes of wrong types: nobody looks, a warning with the version, or the upload is refused.
   * @default "warn"
   */
  readonly typecheck?: TypecheckMode;
  /**
   * Variables that the script sees while it is tried out.
   * @default those that are set for it
   */
  readonly env?: Readonly<Record<string, string>>;
}

export type TypecheckMode = "off" | "warn" | "error";

export interface ScriptVersion {
  readonly script: string;
  readonly version: number;
  readonly sha256: string;
  readonly entry: string;
  readonly handlers: readonly HandlerName[];
  readonly files: readonly string[];
  readonly tag: string | null;
  readonly message: string | null;
  readonly author: string;
  readonly createdAt: string;
  readonly diagnostics: readonly Diagnostic[];
}

export interface DeploymentShare {
  readonly version: number;
  /** 1 to 100; the shares of a deployment add up to 100. */
  readonly percent: number;
}

export interface Deployment {
  readonly script: string;
  /** Counts up with each deployment of the script; its ETag. */
  readonly id: number;
  readonly versions: readonly DeploymentShare[];
  readonly reason: "deploy" | "rollback" | "auto-rollback";
  /** Whether the switch goes back by itself where the new version does badly. */
  readonly autoRollback: boolean;
  readonly message: string | null;
  readonly author: string;
  readonly createdAt: string;
}

export interface ScriptSummary {
  readonly name: string;
  readonly latest: number;
  readonly active: readonly DeploymentShare[];
  readonly handlers: readonly HandlerName[];
  readonly updatedAt: string;
}

/** A number, a tag, or one of the words. */
export type VersionSelector = number | string;

/** What is tried out: a stored version, or an upload that becomes none. */
export type CodeToTry =
  | { readonly type: "version"; readonly selector: VersionSelector }
  | { readonly type: "draft"; readonly upload: Upload };

/** How many percent a version gets, beside those that are live. */
export interface Release {
  readonly author: string;
  readonly message?: string;
  /** The rest stays with the version that most calls get now. @default 100 */
  readonly percent?: number;
  /** @default true */
  readonly autoRollback?: boolean;
  /** Set together with the deployment, or neither. */
  readonly secrets?: NewSecrets;
}

/**
 * Scripts, their versions and what is live. Whatever resolves has been committed to the store. Throws `DeployError`
 * (does not compile, times out, crashes while loading), `RequestError` (`not-found`, `gone`, `conflict`,
 * `precondition-failed`).
 */
export interface Deployments {
  /** Checks an upload as `upload` does, and stores nothing. */
  check(
    script: string,
    upload: Upload,
  ): Promise<{ handlers: readonly HandlerName[]; diagnostics: readonly Diagnostic[] }>;
  /** Checks and stores a new version; the same content as the latest version gives that version. */
  upload(script: string, upload: Upload): Promise<ScriptVersion>;
  /** Makes shares live. `ifMatch`: the deployment id the caller has seen; another one now is `precondition-failed`. */
  deploy(
    script: string,
    shares: readonly { version: VersionSelector; percent: number }[],
    by: { author: string; message?: string; ifMatch?: number; autoRollback?: boolean; secrets?: NewSecrets },
  ): Promise<Deployment>;
  /** Makes a version live for some percent of the calls. */
  release(script: string, version: number, by: Release): Promise<Deployment>;
  /** Back to the deployment before the current one, or to `to` at 100 percent. */
  rollback(script: string, by: { author: string; message?: string; to?: VersionSelector }): Promise<Deployment>;
  list(): Promise<readonly ScriptSummary[]>;
  versions(script: string): Promise<readonly ScriptVersion[]>;
  /** `undefined` where there is no such version; throws `gone` for one that was removed. */
  version(script: string, selector: VersionSelector): Promise<ScriptVersion | undefined>;
  /** Removes a version that is neither live, nor the newest, nor what a rollback goes back to, nor used by a call. */
  removeVersion(script: string, selector: VersionSelector): Promise<void>;
  source(script: string, selector: VersionSelector, path: string): Promise<string | undefined>;
  deployment(script: string): Promise<Deployment | undefined>;
  deployments(script: string): Promise<readonly Deployment[]>;
  /** Takes a script away. Calls that run on it end on it; new ones get their route's fallback. */
  remove(script: string): Promise<void>;
}
