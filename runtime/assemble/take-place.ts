/** How a process takes the place of another one: it looks whether it could, waits for its turn, and has what was left. */
import { join } from "node:path";
import { ConfigError, DeployError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import type { Builder } from "../deploy/builder.ts";
import { checkLiveScripts } from "../deploy/restore.ts";
import { Environments } from "../script-data/environments.ts";
import { InheritedSockets } from "../sip/transport/inherited.ts";
import type { HeldMessage } from "../sip/transport/set-aside.ts";
import { openSqliteStore } from "../storage/sqlite.ts";
import { Domains } from "../switch/domains.ts";
import type { UpgradeLink } from "../upgrade/child.ts";
import { checkReadiness } from "./readiness.ts";

export interface Inheritance {
  readonly sockets: InheritedSockets;
  readonly held: readonly HeldMessage[];
  /** `false`: the other process has died, and its calls are as a crash has left them. */
  readonly isHandedOver: boolean;
}

/** Throws `ConfigError` where this process could not go on, and then the other one does. */
export async function takePlace(parts: {
  readonly config: Config;
  readonly log: Log;
  readonly builder: Builder;
  readonly place: Pick<UpgradeLink, "sockets" | "shared" | "turn">;
}): Promise<Inheritance> {
  const { config, place } = parts;
  await place.shared();
  const { isNewSchema } = await checkReadiness(config, place.sockets);
  // Tables that are yet to be changed are not as this program reads them.
  if (!isNewSchema) await checkScripts(parts);
  const { left, held } = await place.turn();
  return { sockets: new InheritedSockets(place.sockets), held, isHandedOver: left !== null };
}

/** What is live must run on this version too; what was built for that is at hand when it is loaded. */
async function checkScripts(parts: {
  readonly config: Config;
  readonly log: Log;
  readonly builder: Builder;
}): Promise<void> {
  const { config, log, builder } = parts;
  const store = await openSqliteStore({ file: join(config.data, "strowger.sqlite"), log, isReadOnly: true });
  try {
    const { home: domain } = new Domains(config.domains, () => false);
    const environments = new Environments({ store: store.scriptData.environments, domain, onChange() {} });
    await environments.load(config.scripts);
    await checkLiveScripts(store.scripts, builder, (script) => environments.of(script));
  } catch (cause) {
    if (!(cause instanceof DeployError)) throw cause;
    throw new ConfigError(
      "config-invalid",
      `a script that is live does not run on this version: ${cause.message}`,
      [],
      { cause },
    );
  } finally {
    await store.close();
  }
}
