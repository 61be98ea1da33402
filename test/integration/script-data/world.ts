/** What scripts keep, for real, on a store in memory, behind the HTTP API. */
import { silentLog } from "../../../runtime/base/log.ts";
import type { ScriptData } from "../../../runtime/port/script-data.ts";
import type { Store } from "../../../runtime/port/store.ts";
import { type ConfiguredEnvironment, Environments } from "../../../runtime/script-data/environments.ts";
import { KvDesk } from "../../../runtime/script-data/kv.ts";
import { SecretDesk } from "../../../runtime/script-data/secrets.ts";
import { openSqliteStore } from "../../../runtime/storage/sqlite.ts";
import { type FakeSwitch, startFakeSwitch } from "../http/fake-switch.ts";

export const DOMAIN = "example.com";
export const DESK = { domain: DOMAIN, script: "desk" };

export interface KeptWorld {
  readonly api: FakeSwitch;
  readonly data: ScriptData;
  readonly store: Store;
  /** Milliseconds since 1970; a test may set it. */
  now: number;
  close(): Promise<void>;
}

export async function createKeptWorld(configured: readonly ConfiguredEnvironment[] = []): Promise<KeptWorld> {
  const store = await openSqliteStore({ file: ":memory:", log: silentLog });
  const clock = { now: () => world.now };
  const kv = new KvDesk(store.scriptData.kv, clock, { keys: 50, bytes: 1024 * 1024 });
  const secrets = new SecretDesk({ store: store.scriptData.secrets, clock, log: silentLog });
  await secrets.useKey({ configured: "ab".repeat(32), file: "/nowhere" });
  const environments = new Environments({ store: store.scriptData.environments, domain: DOMAIN, onChange() {} });
  await environments.load(configured);
  const data: ScriptData = {
    kv,
    secrets,
    environments,
    async purge(of) {
      await store.scriptData.remove(of);
      await kv.clear(of, "");
    },
  };
  const world: KeptWorld = {
    api: await startFakeSwitch({ scriptData: data, domain: DOMAIN }),
    data,
    store,
    now: Date.UTC(2026, 0, 1),
    async close() {
      await world.api.close();
      await store.close();
    },
  };
  return world;
}
