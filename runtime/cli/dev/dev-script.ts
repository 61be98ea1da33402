/** One script under development: its files on disk, and what of them the switch has. */
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DiagnosticBody } from "../../contract/problem.ts";
import type { DeployedBody } from "../../contract/script-api.ts";
import { type ApiClient, at } from "../api-client.ts";
import { diagnosticsOf } from "../diagnostics.ts";
import { CommandFailure } from "../failure.ts";
import { readScript, type ScriptFiles, scriptNameOf } from "../script-files.ts";

export type Synced =
  | { readonly type: "same" }
  | { readonly type: "deployed"; readonly deployed: DeployedBody; readonly script: ScriptFiles }
  | {
      readonly type: "refused";
      readonly why: string;
      readonly diagnostics: readonly DiagnosticBody[];
      readonly script: ScriptFiles | null;
    };

export class DevScript {
  readonly path: string;
  readonly name: string;
  /** What was sent last, or why there was nothing to send. */
  #last: string | null = null;
  #files: readonly string[] = [];

  constructor(path: string) {
    this.path = path;
    this.name = scriptNameOf(path);
  }

  /** Where its files lie, as far as they were found, and where it begins. */
  get folders(): readonly string[] {
    const isFolder = statSync(this.path, { throwIfNoEntry: false })?.isDirectory() === true;
    return [isFolder ? this.path : dirname(this.path), ...this.#files.map((file) => dirname(file))];
  }

  /** Deploys what is on disk, where that is not what was tried last. */
  async sync(api: ApiClient): Promise<Synced> {
    let script: ScriptFiles;
    try {
      script = readScript(this.path, this.name);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return this.#isNew(why) ? { type: "refused", why, diagnostics: [], script: null } : { type: "same" };
    }
    const { folder, entry, files } = script;
    this.#files = Object.keys(files).map((file) => join(folder, file));
    if (!this.#isNew(JSON.stringify(files))) return { type: "same" };
    try {
      const query = { typecheck: "error", autoRollback: 0 };
      const call = { method: "PUT", query, body: { entry, files } } as const;
      return { type: "deployed", deployed: await api.call<DeployedBody>(at`/v1/scripts/${this.name}`, call), script };
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      return { type: "refused", why: error.message, diagnostics: diagnosticsOf(error.problem), script };
    }
  }

  #isNew(state: string): boolean {
    const isNew = state !== this.#last;
    this.#last = state;
    return isNew;
  }
}
