/** All scripts in memory by name, and how a version of one is found, or why it is not. */
import { RequestError } from "../base/errors.ts";
import type { ScriptSummary, ScriptVersion, VersionSelector } from "../port/deployment.ts";
import type { ScriptHistory } from "./script-history.ts";

const MAX_SCRIPTS = 1_000;

export class Catalogue {
  readonly #histories = new Map<string, ScriptHistory>();

  get(script: string): ScriptHistory | undefined {
    return this.#histories.get(script);
  }

  put(history: ScriptHistory): void {
    this.#histories.set(history.name, history);
  }

  remove(script: string): void {
    this.#histories.delete(script);
  }

  list(): ScriptSummary[] {
    const summaries = [...this.#histories.values()].flatMap((history) => history.summary() ?? []);
    return summaries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Throws `RequestError` where there are so many that a new one has no room. */
  checkRoom(): void {
    if (this.#histories.size < MAX_SCRIPTS) return;
    throw new RequestError("conflict", `there are ${MAX_SCRIPTS} scripts: remove one that is not needed`);
  }

  /** Throws `RequestError` where there is no such script. */
  known(script: string): ScriptHistory {
    const history = this.#histories.get(script);
    if (history !== undefined) return history;
    throw new RequestError("not-found", `there is no script ${JSON.stringify(script.slice(0, 80))}`);
  }

  /** Throws `RequestError` for a version that was removed; `undefined` for one that there has never been. */
  version(script: string, selector: VersionSelector): ScriptVersion | undefined {
    const history = this.#histories.get(script);
    if (history?.isGone(selector) !== true) return history?.find(selector);
    throw new RequestError("gone", `version ${selector} of "${script}" was removed: its source is not kept any more`);
  }

  /** Throws `RequestError` where there is no such version. */
  found(history: ScriptHistory, selector: VersionSelector): ScriptVersion {
    const version = this.version(history.name, selector);
    if (version !== undefined) return version;
    throw new RequestError("not-found", `"${history.name}" has no version ${JSON.stringify(selector).slice(0, 80)}`);
  }
}
