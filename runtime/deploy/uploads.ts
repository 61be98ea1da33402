/** From an upload to a stored version; and versions that are not needed any more, out of the store. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { ScriptVersion, Upload } from "../port/deployment.ts";
import type { Store } from "../port/store.ts";
import type { BuiltVersions } from "./built-versions.ts";
import type { Catalogue } from "./catalogue.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Inspector } from "./inspector.ts";
import type { LiveTable } from "./live-table.ts";
import { outdatedVersions } from "./retention.ts";
import { type Numbers, ScriptHistory } from "./script-history.ts";

export interface UploadParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly inspector: Inspector;
  readonly catalogue: Catalogue;
  readonly built: BuiltVersions;
  readonly table: LiveTable;
  /** Versions of a script that calls run on. */
  pinned(script: string): ReadonlySet<number>;
  keepVersions(): number;
}

/** Changes of one script are done one after the other, which the caller sees to. */
export class Uploads {
  readonly #parts: UploadParts;

  constructor(parts: UploadParts) {
    this.#parts = parts;
  }

  async add(script: string, upload: Upload): Promise<ScriptVersion> {
    const { clock, store, inspector, catalogue, built } = this.#parts;
    const history = await this.#historyFor(script);
    const { latest } = history;
    const sha256 = fingerprint(upload.entry, upload.files);
    if (latest?.sha256 === sha256) {
      // It may have come in with wrong types before.
      if (upload.typecheck === "error") await inspector.types(upload);
      return latest;
    }
    const inspected = await inspector.inspect(upload);
    const version: ScriptVersion = {
      script,
      version: history.numbers.version + 1,
      sha256,
      entry: upload.entry,
      handlers: inspected.built.handlers,
      files: Object.keys(upload.files).sort(),
      tag: upload.tag ?? null,
      message: upload.message ?? null,
      author: upload.author,
      createdAt: new Date(clock.now()).toISOString(),
      diagnostics: inspected.diagnostics,
    };
    await store.scripts.addVersion(version, upload.files);
    history.addVersion(version);
    catalogue.put(history);
    built.keep(history, version.version, inspected.built);
    await this.#purgeOld(history);
    return version;
  }

  async purge(history: ScriptHistory, versions: readonly number[]): Promise<void> {
    if (versions.length === 0) return;
    const { store, built, table } = this.#parts;
    await store.scripts.removeVersions(history.name, versions);
    history.removeVersions(new Set(versions));
    for (const version of versions) {
      built.drop(history.name, version);
      table.unload(history.name, version);
    }
  }

  /** A number stands for one version for ever: calls and CDRs of a removed script name it. */
  async keepNumbers({ name, numbers }: ScriptHistory): Promise<void> {
    await this.#parts.store.settings.put(numbersKey(name), JSON.stringify(numbers));
  }

  /** The version that was uploaded is stored: what goes wrong here is done again at the next one. */
  async #purgeOld(history: ScriptHistory): Promise<void> {
    const { log, pinned, keepVersions } = this.#parts;
    try {
      await this.purge(history, outdatedVersions(history, keepVersions(), pinned(history.name)));
    } catch (error) {
      log.warn("Old versions of a script could not be removed", { script: history.name, error });
    }
  }

  /** The history of a script, a new one where there is none: it counts only once it has a version. */
  async #historyFor(script: string): Promise<ScriptHistory> {
    const { catalogue, store } = this.#parts;
    const known = catalogue.get(script);
    if (known !== undefined) return known;
    catalogue.checkRoom();
    const numbers = await store.settings.get(numbersKey(script));
    // Written by `keepNumbers` from the very type it is read as.
    return new ScriptHistory(script, numbers === undefined ? undefined : (JSON.parse(numbers) as Numbers));
  }
}

function numbersKey(script: string): string {
  return `script-numbers:${script}`;
}
