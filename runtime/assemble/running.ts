/** Puts together where scripts run: the sandbox with what they may ask for, their versions, and debuggers in development. */

import { createDeployments, type DeployedScripts } from "../deploy/deployments.ts";
import { createBroker } from "../sandbox/broker/broker.ts";
import type { OperationModule } from "../sandbox/broker/operation.ts";
import type { ScriptSandbox } from "../sandbox/sandbox.ts";
import type { DeployUpkeep } from "./deploy.ts";
import { deployFirstScript, type LastDeployed } from "./first-script.ts";
import type { Ground } from "./ground.ts";
import { assembleInspect } from "./inspect.ts";
import type { Stopping } from "./room.ts";
import type { ScriptRooms } from "./scripts.ts";
import type { Warm } from "./warm.ts";

export interface RunningRooms {
  readonly sandbox: ScriptSandbox;
  readonly scripts: DeployedScripts;
  /** Where debuggers find scripts, once it is started. */
  readonly inspector: string | null;
  start(): Promise<void>;
  stop(how: Stopping): Promise<void>;
}

export async function assembleRunning(
  parts: Ground & {
    readonly warm: Warm;
    readonly kept: ScriptRooms;
    readonly upkeep: DeployUpkeep;
    readonly lastDeployed: LastDeployed;
    /** What scripts may ask of the switch, by the names under which they import it. */
    readonly modules: Readonly<Record<string, OperationModule>>;
    readonly inspectPort: number | undefined;
  },
): Promise<RunningRooms> {
  const { clock, log, store, recovery, warm, kept, upkeep, lastDeployed, modules, inspectPort } = parts;
  const { sandbox, observer, builder } = warm;
  warm.offer(createBroker(modules, log));
  const inspecting = assembleInspect(sandbox.inspection, inspectPort);
  await kept.loadEnvironments(sandbox);
  for (const { script, createdAt } of await store.scripts.deployments()) lastDeployed.note(script, createdAt);
  const scripts = await createDeployments({
    ...upkeep.options,
    store,
    sandbox,
    builder,
    log,
    clock,
    environment: kept.environment,
    resumed: recovery.versions,
    onDeployment: (deployment) => {
      lastDeployed.note(deployment.script, deployment.createdAt);
      observer.deployed(deployment);
      upkeep.deployed(deployment);
    },
  });
  if (lastDeployed.script === undefined) await deployFirstScript(scripts);
  let inspector: string | null = null;
  return {
    sandbox,
    scripts,
    get inspector() {
      return inspector;
    },
    async start() {
      inspector = await inspecting.start();
    },
    async stop({ isHandedOver }) {
      await scripts.stop();
      // Hosts end with this process.
      if (isHandedOver) return;
      await inspecting.stop();
      await sandbox.stop();
    },
  };
}
