/** Makes versions live: what they need is loaded first, the store is written, and from then on the next call gets them. */
import type { Clock } from "../base/clock.ts";
import { RequestError } from "../base/errors.ts";
import type { Deployment, DeploymentShare } from "../port/deployment.ts";
import type { NewSecrets } from "../port/script-data-store.ts";
import type { Store } from "../port/store.ts";
import type { BuiltVersions } from "./built-versions.ts";
import type { Catalogue } from "./catalogue.ts";
import type { LiveTable } from "./live-table.ts";
import { KEPT_DEPLOYMENTS } from "./retention.ts";
import type { ScriptHistory } from "./script-history.ts";
import { checkShares } from "./split.ts";

/** Old deployments are forgotten so many at a time. */
const TRIM_STEP = 100;

export interface ActivationParts {
  readonly clock: Clock;
  readonly store: Store["scripts"];
  readonly catalogue: Catalogue;
  readonly built: BuiltVersions;
  readonly table: LiveTable;
  /** Versions of a script that calls run on. */
  pinned(script: string): ReadonlySet<number>;
  onDeployment(deployment: Deployment, previous: Deployment | undefined): void;
}

export interface DeployedBy {
  readonly author: string;
  readonly message?: string;
  /** @default true */
  readonly autoRollback?: boolean;
  /** Set together with the deployment, or neither. */
  readonly secrets?: NewSecrets;
}

export class Activation {
  readonly #parts: ActivationParts;

  constructor(parts: ActivationParts) {
    this.#parts = parts;
  }

  /** Changes of one script are done one after the other, which the caller sees to. */
  async makeLive(
    history: ScriptHistory,
    versions: readonly DeploymentShare[],
    reason: Deployment["reason"],
    { author, message, autoRollback = true, secrets }: DeployedBy,
  ): Promise<Deployment> {
    checkShares(versions);
    const { clock, store, catalogue, built, table, pinned, onDeployment } = this.#parts;
    const script = history.name;
    const missing = versions.filter(({ version }) => !table.isLoaded(script, version));
    const bundles = await Promise.all(
      missing.map(({ version }) => built.bundle(script, catalogue.found(history, version))),
    );
    const deployment: Deployment = {
      script,
      id: history.numbers.deployment + 1,
      versions,
      reason,
      message: message ?? null,
      author,
      autoRollback,
      createdAt: new Date(clock.now()).toISOString(),
    };
    if (!(await store.addDeployment(deployment, secrets))) {
      throw new RequestError("full", `"${script}" would have too many secrets: nothing was deployed`);
    }
    const previous = history.current;
    history.addDeployment(deployment);
    for (const bundle of bundles) table.load(bundle);
    table.activate(script, versions);
    for (const { version } of versions) built.drop(script, version);
    table.prune(script, new Set([...history.readyVersions(), ...pinned(script)]));
    onDeployment(deployment, previous);
    await this.#trim(history);
    return deployment;
  }

  async #trim(history: ScriptHistory): Promise<void> {
    if (history.deployments.length < KEPT_DEPLOYMENTS + TRIM_STEP) return;
    history.trimDeployments(KEPT_DEPLOYMENTS);
    await this.#parts.store.trimDeployments(history.name, history.deployments[0]?.id ?? 0);
  }
}

/** Throws where another deployment is live than the caller has seen. */
export function checkCurrent({ name, current }: ScriptHistory, ifMatch: number | undefined): void {
  const id = current?.id ?? 0;
  if (ifMatch === undefined || ifMatch === id) return;
  const message = `deployment ${id} of "${name}" is live, not ${ifMatch}: look at it and deploy again`;
  throw new RequestError("precondition-failed", message);
}
