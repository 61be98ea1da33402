/** Which versions of a script may go: never what is live, what a rollback goes back to, what calls run on, or the newest. */
import { RequestError } from "../base/errors.ts";
import type { ScriptHistory } from "./script-history.ts";

export const KEPT_VERSIONS = 100;
export const KEPT_DEPLOYMENTS = 1_000;

/** The oldest versions beyond the newest `kept`, but for those that are needed. */
export function outdatedVersions(history: ScriptHistory, kept: number, pinned: ReadonlySet<number>): number[] {
  const old = history.versions.slice(0, Math.max(0, history.versions.length - kept));
  return old.map(({ version }) => version).filter((version) => whyNeeded(history, version, pinned) === null);
}

/** Throws `RequestError` for a version that must stay. */
export function checkRemovable(history: ScriptHistory, version: number, pinned: ReadonlySet<number>): void {
  const reason = whyNeeded(history, version, pinned);
  if (reason !== null) throw new RequestError("conflict", `version ${version} of "${history.name}" ${reason}`);
}

function whyNeeded(history: ScriptHistory, version: number, pinned: ReadonlySet<number>): string | null {
  const named = (shares: readonly { version: number }[] | undefined) =>
    shares?.some((share) => share.version === version) === true;
  if (named(history.current?.versions)) return "is live: deploy another one first";
  if (named(history.previous?.versions)) return "is what a rollback goes back to: deploy once more first";
  if (pinned.has(version)) return "has calls that run on it: wait until they have ended";
  // Its number must not be given again, and the next one counts from it.
  if (version === history.latest?.version) return "is the newest: upload another one first";
  return null;
}
