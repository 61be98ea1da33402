/**
 * Scripts, their versions and what is live. The store is written first, memory follows at once: from then on every
 * look-up is synchronous. Changes of one script are done one after the other.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { RequestError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { randomText } from "../base/random.ts";
import type {
  Deployment,
  DeploymentShare,
  Deployments,
  Release,
  ScriptSummary,
  ScriptVersion,
  Upload,
  VersionSelector,
} from "../port/deployment.ts";
import type { ScriptBundle } from "../port/sandbox.ts";
import type {
  HandlerName,
  LiveHandlers,
  LiveScripts,
  ScriptFault,
  ScriptRef,
  ScriptRun,
  ScriptRunOwner,
  Scripts,
} from "../port/script.ts";
import type { NewSecrets } from "../port/script-data-store.ts";
import type { ScriptStats } from "../port/script-stats.ts";
import type { Store } from "../port/store.ts";
import { Activation, checkCurrent } from "./activation.ts";
import type { RollbackPolicy } from "./auto-rollback/judge.ts";
import { RollbackWatch } from "./auto-rollback/watch.ts";
import { Builder } from "./builder.ts";
import { BuiltVersions } from "./built-versions.ts";
import { Catalogue } from "./catalogue.ts";
import { Inspector } from "./inspector.ts";
import { type DeploySandbox, LiveTable } from "./live-table.ts";
import { precheck } from "./precheck.ts";
import { Admission, KeyedLine } from "./queue.ts";
import { restoreScripts } from "./restore.ts";
import { checkRemovable, KEPT_VERSIONS } from "./retention.ts";
import { Retirement } from "./retirement.ts";
import { mainVersion } from "./split.ts";
import { TypeChecker } from "./types/type-checker.ts";
import { Uploads } from "./uploads.ts";
import { findWalls } from "./walls.ts";

/** Uploads that are checked or wait for it. */
const MAX_UPLOADS = 16;
/** Who has gone back by itself. */
const SWITCH = "switch";

export interface DeploymentsOptions {
  readonly store: Store;
  readonly sandbox: DeploySandbox;
  readonly log: Log;
  readonly clock: Clock;
  /** Told of each deployment and rollback once it is live. */
  onDeployment(deployment: Deployment): void;
  /** Variables of a script. @default none */
  environment?(script: string): Readonly<Record<string, string>>;
  /** Versions of a script that calls run on. @default none */
  pinned?(script: string): ReadonlySet<number>;
  /** Versions that calls of an earlier process run on, live or not. @default none */
  readonly resumed?: readonly ScriptRef[];
  /** How many versions of a script are kept. @default 100 */
  keepVersions?(): number;
  /** When the switch goes back by itself. @default never */
  readonly autoRollback?: { readonly stats: ScriptStats; policy(): RollbackPolicy | null };
  /** @default one of its own */
  readonly builder?: Builder;
  /** A folder of its own for the type check, made when needed. @default one among the temporary files */
  readonly typesFolder?: string;
}

export type Draft = Omit<ScriptBundle, "ref"> & Pick<ScriptVersion, "diagnostics">;

/** Both ports of this room: the API's and the switch's. */
export type DeployedScripts = Deployments &
  Scripts &
  LiveHandlers &
  LiveScripts & {
    /** A version as a sandbox loads it, live or not. Throws `RequestError` (`not-found`). */
    bundle(script: string, selector: VersionSelector): Promise<ScriptBundle>;
    /** An upload that becomes no version, as a sandbox loads it. Throws `RequestError` and `DeployError` as `check` does. */
    draft(script: string, upload: Upload): Promise<Draft>;
    /** Versions of all scripts that are loaded. */
    readonly loadedVersions: number;
    /** Stops the timers. Versions stay loaded: the sandbox is stopped by its owner. */
    stop(): Promise<void>;
  };

/** Reads what there is from the store and loads what is live. */
export async function createDeployments(options: DeploymentsOptions): Promise<DeployedScripts> {
  const desk = new DeploymentDesk(options, options.builder ?? new Builder(options.clock, await findWalls(options.log)));
  await desk.restore();
  return desk;
}

class DeploymentDesk implements DeployedScripts {
  readonly #options: DeploymentsOptions;
  readonly #store: Store["scripts"];
  readonly #builder: Builder;
  readonly #types: TypeChecker;
  readonly #inspector: Inspector;
  readonly #catalogue = new Catalogue();
  readonly #table: LiveTable;
  readonly #built: BuiltVersions;
  readonly #uploads: Uploads;
  readonly #activation: Activation;
  readonly #watch: RollbackWatch | null;
  readonly #retirement: Retirement;
  readonly #line = new KeyedLine();
  readonly #admission = new Admission(MAX_UPLOADS);

  constructor(options: DeploymentsOptions, builder: Builder) {
    const { typesFolder = join(tmpdir(), `strowger-types-${randomText(8)}`), clock, log, sandbox } = options;
    this.#options = options;
    this.#store = options.store.scripts;
    this.#builder = builder;
    this.#types = new TypeChecker(typesFolder, clock, log);
    this.#inspector = new Inspector(builder, this.#types);
    this.#table = new LiveTable(sandbox);
    this.#built = new BuiltVersions(builder, this.#store, this.#admission, (script) => this.#environment(script));
    const pinned = (script: string) => this.#pinned(script);
    const shared = { clock, log, catalogue: this.#catalogue, built: this.#built, table: this.#table, pinned };
    this.#uploads = new Uploads({
      ...shared,
      store: options.store,
      inspector: this.#inspector,
      keepVersions: () => options.keepVersions?.() ?? KEPT_VERSIONS,
    });
    this.#activation = new Activation({
      ...shared,
      store: this.#store,
      onDeployment: (deployment, previous) => {
        this.#watch?.deployed(deployment, previous);
        options.onDeployment(deployment);
      },
    });
    this.#watch = options.autoRollback
      ? new RollbackWatch({
          ...options.autoRollback,
          clock,
          log,
          isQuarantined: (ref) => sandbox.isQuarantined(ref),
          goBack: (script, to, by) => this.#goBack(script, to, by),
        })
      : null;
    this.#retirement = new Retirement(clock, (script, version) => this.#table.unload(script, version));
  }

  async restore(): Promise<void> {
    const { log, resumed = [] } = this.#options;
    const { histories, bundles } = await restoreScripts(this.#store, this.#builder, { log, resumed });
    for (const bundle of bundles) this.#table.load(bundle);
    for (const history of histories) {
      this.#catalogue.put(history);
      if (history.current === undefined) continue;
      this.#table.activate(history.name, history.current.versions);
      this.#watch?.deployed(history.current, history.previous);
    }
  }

  async check(script: string, upload: Upload): Promise<Pick<ScriptVersion, "handlers" | "diagnostics">> {
    const { handlers, diagnostics } = await this.draft(script, upload);
    return { handlers, diagnostics };
  }

  async upload(script: string, upload: Upload): Promise<ScriptVersion> {
    precheck(script, upload);
    return this.#admission.run(() =>
      this.#line.run(script, () => this.#uploads.add(script, this.#withEnvironment(script, upload))),
    );
  }

  deploy(
    script: string,
    shares: readonly { version: VersionSelector; percent: number }[],
    by: { author: string; message?: string; ifMatch?: number; autoRollback?: boolean; secrets?: NewSecrets },
  ): Promise<Deployment> {
    return this.#line.run(script, async () => {
      const history = this.#catalogue.known(script);
      checkCurrent(history, by.ifMatch);
      const versions = shares.map(({ version, percent }) => ({
        version: this.#catalogue.found(history, version).version,
        percent,
      }));
      return this.#activation.makeLive(history, versions, "deploy", by);
    });
  }

  release(script: string, version: number, { percent = 100, ...by }: Release): Promise<Deployment> {
    return this.#line.run(script, async () => {
      const history = this.#catalogue.known(script);
      const main = mainVersion(history.current?.versions ?? []);
      const share = { version: this.#catalogue.found(history, version).version, percent };
      const isAlone = percent === 100 || main === undefined || main === version;
      const versions = isAlone ? [{ ...share, percent: 100 }] : [share, { version: main, percent: 100 - percent }];
      return this.#activation.makeLive(history, versions, "deploy", by);
    });
  }

  rollback(script: string, by: { author: string; message?: string; to?: VersionSelector }): Promise<Deployment> {
    return this.#line.run(script, async () => {
      const history = this.#catalogue.known(script);
      if (by.to !== undefined) {
        const { version } = this.#catalogue.found(history, by.to);
        return this.#activation.makeLive(history, [{ version, percent: 100 }], "rollback", by);
      }
      if (history.previous === undefined) {
        throw new RequestError("conflict", `"${script}" has no deployment before the current one to go back to`);
      }
      return this.#activation.makeLive(history, history.previous.versions, "rollback", by);
    });
  }

  async list(): Promise<readonly ScriptSummary[]> {
    return this.#catalogue.list();
  }

  async versions(script: string): Promise<readonly ScriptVersion[]> {
    return [...this.#catalogue.known(script).versions];
  }

  async version(script: string, selector: VersionSelector): Promise<ScriptVersion | undefined> {
    return this.#catalogue.version(script, selector);
  }

  removeVersion(script: string, selector: VersionSelector): Promise<void> {
    return this.#line.run(script, async () => {
      const history = this.#catalogue.known(script);
      const { version } = this.#catalogue.found(history, selector);
      checkRemovable(history, version, this.#pinned(script));
      await this.#uploads.purge(history, [version]);
    });
  }

  async source(script: string, selector: VersionSelector, path: string): Promise<string | undefined> {
    const version = this.#catalogue.version(script, selector);
    if (version === undefined || !version.files.includes(path)) return undefined;
    return (await this.#store.files(script, version.version))[path];
  }

  async deployment(script: string): Promise<Deployment | undefined> {
    return this.#catalogue.get(script)?.current;
  }

  async deployments(script: string): Promise<readonly Deployment[]> {
    return [...this.#catalogue.known(script).deployments];
  }

  remove(script: string): Promise<void> {
    return this.#line.run(script, async () => {
      const history = this.#catalogue.known(script);
      await this.#uploads.keepNumbers(history);
      await this.#store.remove(script);
      this.#catalogue.remove(script);
      this.#built.drop(script);
      this.#watch?.forget(script);
      for (const version of this.#table.deactivate(script)) this.#retirement.retire(script, version);
    });
  }

  pick(script: string, callId: string): ScriptRef | ScriptFault {
    return this.#table.pick(script, callId);
  }

  handles(ref: ScriptRef, handler: HandlerName): boolean {
    return this.#table.handles(ref, handler);
  }

  isHandled(script: string, handler: HandlerName): boolean {
    return this.#table.isHandled(script, handler);
  }

  handling(handler: HandlerName): readonly string[] {
    return this.#table.handling(handler);
  }

  run(run: ScriptRun, owner: ScriptRunOwner): number {
    return this.#options.sandbox.run(run, owner);
  }

  abort(ticket: number): void {
    this.#options.sandbox.abort(ticket);
  }

  async bundle(script: string, selector: VersionSelector): Promise<ScriptBundle> {
    const history = this.#catalogue.known(script);
    return this.#built.bundle(script, this.#catalogue.found(history, selector));
  }

  async draft(script: string, upload: Upload): Promise<Draft> {
    precheck(script, upload);
    const { built, diagnostics } = await this.#admission.run(() =>
      this.#inspector.inspect(this.#withEnvironment(script, upload)),
    );
    return { entry: upload.entry, ...built, diagnostics };
  }

  get loadedVersions(): number {
    return this.#table.size;
  }

  async stop(): Promise<void> {
    this.#retirement.stop();
    this.#watch?.stop();
    await this.#types.stop();
  }

  /** What was new does badly: the versions before it are made live again, unless somebody was faster. */
  #goBack(
    script: string,
    versions: readonly DeploymentShare[],
    { message, ifMatch }: { message: string; ifMatch: number },
  ): Promise<Deployment> {
    return this.#line.run(script, async () => {
      const history = this.#catalogue.known(script);
      checkCurrent(history, ifMatch);
      return this.#activation.makeLive(history, versions, "auto-rollback", { author: SWITCH, message });
    });
  }

  #environment(script: string): Readonly<Record<string, string>> {
    return this.#options.environment?.(script) ?? {};
  }

  #withEnvironment(script: string, upload: Upload): Upload {
    return { env: this.#environment(script), ...upload };
  }

  #pinned(script: string): ReadonlySet<number> {
    return this.#options.pinned?.(script) ?? new Set();
  }
}
