/**
 * Scripts, their versions and what is live. The store is written first, memory follows at once: from then on every
 * look-up is synchronous. Changes of one script are done one after the other.
 */
import type { Clock } from "../base/clock.ts";
import { RequestError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type {
  Deployment,
  DeploymentShare,
  Deployments,
  ScriptSummary,
  ScriptVersion,
  Upload,
  VersionSelector,
} from "../port/deployment.ts";
import type { ScriptBundle } from "../port/sandbox.ts";
import type { HandlerName, ScriptFault, ScriptRef, ScriptRun, ScriptRunOwner, Scripts } from "../port/script.ts";
import type { Store } from "../port/store.ts";
import { Builder, type Built } from "./builder.ts";
import { fingerprint } from "./fingerprint.ts";
import { type DeploySandbox, LiveTable } from "./live-table.ts";
import { precheck } from "./precheck.ts";
import { Admission, KeyedLine } from "./queue.ts";
import { restoreScripts } from "./restore.ts";
import { Retirement } from "./retirement.ts";
import { type Numbers, ScriptHistory } from "./script-history.ts";
import { checkShares } from "./split.ts";
import { findWalls } from "./walls.ts";

/** Uploads that are checked or wait for it. */
const MAX_UPLOADS = 16;
const MAX_SCRIPTS = 1_000;

export interface DeploymentsOptions {
  readonly store: Store;
  readonly sandbox: DeploySandbox;
  readonly log: Log;
  readonly clock: Clock;
  /** Told of each deployment and rollback once it is live. */
  onDeployment(deployment: Deployment): void;
}

/** Both ports of this room: the API's and the switch's. */
export type DeployedScripts = Deployments &
  Scripts & {
    /** Stops the timers. Versions stay loaded: the sandbox is stopped by its owner. */
    stop(): void;
  };

/** Reads what there is from the store and loads what is live. */
export async function createDeployments(options: DeploymentsOptions): Promise<DeployedScripts> {
  const desk = new DeploymentDesk(options, new Builder(options.clock, await findWalls(options.log)));
  await desk.restore();
  return desk;
}

class DeploymentDesk implements DeployedScripts {
  readonly #options: DeploymentsOptions;
  readonly #store: Store["scripts"];
  readonly #builder: Builder;
  readonly #table: LiveTable;
  readonly #retirement: Retirement;
  readonly #histories = new Map<string, ScriptHistory>();
  /** Built but not loaded, by script and version. */
  readonly #built = new Map<string, Map<number, Built>>();
  readonly #line = new KeyedLine();
  readonly #admission = new Admission(MAX_UPLOADS);

  constructor(options: DeploymentsOptions, builder: Builder) {
    this.#options = options;
    this.#store = options.store.scripts;
    this.#builder = builder;
    this.#table = new LiveTable(options.sandbox);
    this.#retirement = new Retirement(options.clock, (script, version) => this.#table.unload(script, version));
  }

  async restore(): Promise<void> {
    const { histories, bundles } = await restoreScripts(this.#store, this.#builder, this.#options.log);
    for (const bundle of bundles) this.#table.load(bundle);
    for (const history of histories) {
      this.#histories.set(history.name, history);
      if (history.current !== undefined) this.#table.activate(history.name, history.current.versions);
    }
  }

  async check(script: string, upload: Upload): Promise<Pick<ScriptVersion, "handlers" | "diagnostics">> {
    precheck(script, upload);
    const { handlers } = await this.#admission.run(() => this.#builder.check(upload));
    return { handlers, diagnostics: [] };
  }

  async upload(script: string, upload: Upload): Promise<ScriptVersion> {
    precheck(script, upload);
    return this.#admission.run(() => this.#line.run(script, () => this.#addVersion(script, upload)));
  }

  deploy(
    script: string,
    shares: readonly { version: VersionSelector; percent: number }[],
    by: { author: string; message?: string; ifMatch?: number },
  ): Promise<Deployment> {
    return this.#line.run(script, async () => {
      const history = this.#known(script);
      const current = history.current?.id ?? 0;
      if (by.ifMatch !== undefined && by.ifMatch !== current) {
        const message = `deployment ${current} of "${script}" is live, not ${by.ifMatch}: look at it and deploy again`;
        throw new RequestError("precondition-failed", message);
      }
      const versions = shares.map(({ version, percent }) => ({
        version: this.#found(history, version).version,
        percent,
      }));
      return this.#makeLive(history, versions, "deploy", by);
    });
  }

  rollback(script: string, by: { author: string; message?: string; to?: VersionSelector }): Promise<Deployment> {
    return this.#line.run(script, async () => {
      const history = this.#known(script);
      if (by.to !== undefined) {
        const { version } = this.#found(history, by.to);
        return this.#makeLive(history, [{ version, percent: 100 }], "rollback", by);
      }
      if (history.previous === undefined) {
        throw new RequestError("conflict", `"${script}" has no deployment before the current one to go back to`);
      }
      return this.#makeLive(history, history.previous.versions, "rollback", by);
    });
  }

  async list(): Promise<readonly ScriptSummary[]> {
    const summaries = [...this.#histories.values()].flatMap((history) => history.summary() ?? []);
    return summaries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async versions(script: string): Promise<readonly ScriptVersion[]> {
    return [...this.#known(script).versions];
  }

  async version(script: string, selector: VersionSelector): Promise<ScriptVersion | undefined> {
    return this.#histories.get(script)?.find(selector);
  }

  async source(script: string, selector: VersionSelector, path: string): Promise<string | undefined> {
    const version = this.#histories.get(script)?.find(selector);
    if (version === undefined || !version.files.includes(path)) return undefined;
    return (await this.#store.files(script, version.version))[path];
  }

  async deployment(script: string): Promise<Deployment | undefined> {
    return this.#histories.get(script)?.current;
  }

  async deployments(script: string): Promise<readonly Deployment[]> {
    return [...this.#known(script).deployments];
  }

  remove(script: string): Promise<void> {
    return this.#line.run(script, async () => {
      const history = this.#known(script);
      // A number stands for one version for ever: calls and CDRs of the removed script name it.
      await this.#options.store.settings.put(numbersKey(script), JSON.stringify(history.numbers));
      await this.#store.remove(script);
      this.#histories.delete(script);
      this.#built.delete(script);
      for (const version of this.#table.deactivate(script)) this.#retirement.retire(script, version);
    });
  }

  pick(script: string, callId: string): ScriptRef | ScriptFault {
    return this.#table.pick(script, callId);
  }

  handles(ref: ScriptRef, handler: HandlerName): boolean {
    return this.#table.handles(ref, handler);
  }

  run(run: ScriptRun, owner: ScriptRunOwner): number {
    return this.#options.sandbox.run(run, owner);
  }

  abort(ticket: number): void {
    this.#options.sandbox.abort(ticket);
  }

  stop(): void {
    this.#retirement.stop();
  }

  async #addVersion(script: string, upload: Upload): Promise<ScriptVersion> {
    const history = await this.#historyFor(script);
    const { latest } = history;
    const sha256 = fingerprint(upload.entry, upload.files);
    if (latest?.sha256 === sha256) return latest;
    const built = await this.#builder.check(upload);
    const version: ScriptVersion = {
      script,
      version: history.numbers.version + 1,
      sha256,
      entry: upload.entry,
      handlers: built.handlers,
      files: Object.keys(upload.files).sort(),
      tag: upload.tag ?? null,
      message: upload.message ?? null,
      author: upload.author,
      createdAt: this.#now(),
      diagnostics: [],
    };
    await this.#store.addVersion(version, upload.files);
    history.addVersion(version);
    this.#histories.set(script, history);
    this.#keepBuilt(history, version.version, built);
    return version;
  }

  /** The history of a script, a new one where there is none: it counts only once it has a version. */
  async #historyFor(script: string): Promise<ScriptHistory> {
    const known = this.#histories.get(script);
    if (known !== undefined) return known;
    if (this.#histories.size >= MAX_SCRIPTS) {
      throw new RequestError("conflict", `there are ${MAX_SCRIPTS} scripts: remove one that is not needed`);
    }
    const numbers = await this.#options.store.settings.get(numbersKey(script));
    // Written by `remove` from the very type it is read as.
    return new ScriptHistory(script, numbers === undefined ? undefined : (JSON.parse(numbers) as Numbers));
  }

  async #makeLive(
    history: ScriptHistory,
    versions: readonly DeploymentShare[],
    reason: Deployment["reason"],
    { author, message }: { author: string; message?: string },
  ): Promise<Deployment> {
    checkShares(versions);
    const script = history.name;
    const bundles = await Promise.all(versions.map(({ version }) => this.#bundle(history, version)));
    const id = history.numbers.deployment + 1;
    const createdAt = this.#now();
    const deployment: Deployment = { script, id, versions, reason, message: message ?? null, author, createdAt };
    await this.#store.addDeployment(deployment);
    history.addDeployment(deployment);
    for (const bundle of bundles) if (bundle !== null) this.#table.load(bundle);
    this.#table.activate(script, versions);
    for (const { version } of versions) this.#built.get(script)?.delete(version);
    this.#table.prune(script, history.readyVersions());
    this.#options.onDeployment(deployment);
    return deployment;
  }

  /** What the sandbox needs to load the version; `null` where it is loaded. */
  async #bundle(history: ScriptHistory, number: number): Promise<ScriptBundle | null> {
    const script = history.name;
    if (this.#table.isLoaded(script, number)) return null;
    const { entry, handlers } = this.#found(history, number);
    const built = this.#built.get(script)?.get(number) ?? (await this.#rebuild(script, number, entry));
    return { ref: { script, version: number }, entry, modules: built.modules, handlers };
  }

  /** An old version, neither live lately nor new. */
  #rebuild(script: string, version: number, entry: string): Promise<Built> {
    return this.#admission.run(async () => {
      const files = await this.#store.files(script, version);
      return this.#builder.check({ entry, files });
    });
  }

  #keepBuilt(history: ScriptHistory, version: number, built: Built): void {
    const ready = history.readyVersions();
    const kept = [...(this.#built.get(history.name) ?? [])].filter(([number]) => ready.has(number));
    this.#built.set(history.name, new Map([...kept, [version, built]]));
  }

  #known(script: string): ScriptHistory {
    const history = this.#histories.get(script);
    if (history !== undefined) return history;
    throw new RequestError("not-found", `there is no script ${JSON.stringify(script.slice(0, 80))}`);
  }

  #found(history: ScriptHistory, selector: VersionSelector): ScriptVersion {
    const version = history.find(selector);
    if (version !== undefined) return version;
    throw new RequestError("not-found", `"${history.name}" has no version ${JSON.stringify(selector).slice(0, 80)}`);
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}

function numbersKey(script: string): string {
  return `script-numbers:${script}`;
}
