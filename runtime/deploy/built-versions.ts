/** Versions that were built and wait to be deployed, so that a deployment or a rollback need not build them again. */
import type { ScriptBundle } from "../port/sandbox.ts";
import type { Store } from "../port/store.ts";
import type { Builder, Built } from "./builder.ts";
import type { Admission } from "./queue.ts";
import type { ScriptHistory } from "./script-history.ts";

export class BuiltVersions {
  readonly #builder: Builder;
  readonly #store: Store["scripts"];
  readonly #admission: Admission;
  readonly #environment: (script: string) => Readonly<Record<string, string>>;
  /** By script and version. */
  readonly #built = new Map<string, Map<number, Built>>();

  /** `environment`: the variables that a script sees while it is tried out. */
  constructor(
    builder: Builder,
    store: Store["scripts"],
    admission: Admission,
    environment: (script: string) => Readonly<Record<string, string>>,
  ) {
    this.#builder = builder;
    this.#store = store;
    this.#admission = admission;
    this.#environment = environment;
  }

  keep(history: ScriptHistory, version: number, built: Built): void {
    const ready = history.readyVersions();
    const kept = [...(this.#built.get(history.name) ?? [])].filter(([number]) => ready.has(number));
    this.#built.set(history.name, new Map([...kept, [version, built]]));
  }

  /** Also the source of a version that is neither live lately nor new is built again. */
  async bundle(script: string, { version, entry, handlers }: BundledVersion): Promise<ScriptBundle> {
    const { modules } = this.#built.get(script)?.get(version) ?? (await this.#rebuild(script, version, entry));
    return { ref: { script, version }, entry, modules, handlers };
  }

  /** A version is loaded, or gone; without a number all of them. */
  drop(script: string, version?: number): void {
    if (version === undefined) this.#built.delete(script);
    else this.#built.get(script)?.delete(version);
  }

  #rebuild(script: string, version: number, entry: string): Promise<Built> {
    return this.#admission.run(async () => {
      const files = await this.#store.files(script, version);
      return this.#builder.check({ entry, files, env: this.#environment(script) });
    });
  }
}

type BundledVersion = Pick<ScriptHistory["versions"][number], "version" | "entry" | "handlers">;
