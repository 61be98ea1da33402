/** Puts together what surrounds a deployment: which versions stay, when the switch goes back by itself, the audit log. */
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import type { DeploymentsOptions } from "../deploy/deployments.ts";
import { AuditLog } from "../observe/audit-log.ts";
import { RecordRetention } from "../observe/record-retention.ts";
import type { Audit } from "../port/audit.ts";
import type { Deployment } from "../port/deployment.ts";
import type { ScriptRef } from "../port/script.ts";
import type { ScriptStats } from "../port/script-stats.ts";
import type { Store } from "../port/store.ts";

/** Who acts where nobody has asked over the API. */
const SWITCH = { actor: "switch", source: null } as const;

export interface DeployParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly stats: ScriptStats;
  /** The version that each live call runs on. */
  liveCalls(): Iterable<ScriptRef>;
}

export interface DeployUpkeep {
  readonly options: Pick<DeploymentsOptions, "pinned" | "keepVersions" | "autoRollback" | "typesFolder">;
  readonly audit: Audit;
  /** Old records of calls go from now on. */
  start(): void;
  stop(): void;
  /** A deployment is live. */
  deployed(deployment: Deployment): void;
  reload(config: Config): void;
  /** A reload that nobody has asked for over the API. */
  audited<Value>(reload: () => Promise<Value>): Promise<Value>;
}

export function assembleDeploy({ config, clock, log, store, stats, liveCalls }: DeployParts): DeployUpkeep {
  let current = config;
  const audit = new AuditLog(store.audit, clock, log, () => current.audit);
  const records = new RecordRetention({ store: store.cdrs, clock, log, limits: () => current.cdrs });
  const noteReload = (status: number, problem: string | null) =>
    audit.note({ ...SWITCH, action: "reload", target: config.file ?? "", result: null, status, problem });
  return {
    options: {
      pinned: (script) => {
        const versions = new Set<number>();
        for (const call of liveCalls()) if (call.script === script) versions.add(call.version);
        return versions;
      },
      keepVersions: () => current.deploy.keepVersions,
      autoRollback: { stats, policy: () => current.deploy.autoRollback },
      typesFolder: join(config.data, "types"),
    },
    audit,
    start: () => records.start(),
    stop: () => records.stop(),
    deployed({ script, reason, message }) {
      if (reason !== "auto-rollback") return;
      const target = `/v1/scripts/${script}/deployment`;
      audit.note({ ...SWITCH, action: reason, target, result: message, status: 200, problem: null });
    },
    reload(next) {
      current = next;
    },
    async audited(reload) {
      try {
        const value = await reload();
        noteReload(200, null);
        return value;
      } catch (error) {
        noteReload(500, error instanceof AppError ? error.code : "internal-error");
        throw error;
      }
    },
  };
}
