/** Puts together what scripts keep on the switch, and what they may ask of it. */
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { parsePhoneNumber } from "../numbers/phone-numbers.ts";
import type { Sandbox } from "../port/sandbox.ts";
import type { Concealment, ScriptData } from "../port/script-data.ts";
import type { Sealing } from "../port/sealing.ts";
import type { Store } from "../port/store.ts";
import { kvOperations } from "../sandbox/broker/kv-operations.ts";
import type { OperationModule } from "../sandbox/broker/operation.ts";
import { phoneOperations } from "../sandbox/broker/phone-operations.ts";
import { secretOperations } from "../sandbox/broker/secret-operations.ts";
import { Turnstile } from "../sandbox/broker/turnstile.ts";
import { Environments } from "../script-data/environments.ts";
import { KvDesk } from "../script-data/kv.ts";
import { KvSweep } from "../script-data/kv-sweep.ts";
import { SecretDesk } from "../script-data/secrets.ts";

export interface ScriptParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  /** The domain that scripts belong to. */
  readonly domain: string;
  readonly concealment: Concealment;
}

export interface ScriptRooms {
  readonly data: ScriptData;
  /** What scripts may ask of the switch, by the names under which they import it. */
  readonly modules: Readonly<Record<string, OperationModule>>;
  readonly concealment: Concealment;
  readonly sealing: Sealing;
  /** Variables of a script, as it is loaded with them. */
  environment(script: string): Readonly<Record<string, string>>;
  /** Gives the sandbox the variables there are, and each change. */
  loadEnvironments(sandbox: Pick<Sandbox, "setEnvironment">): Promise<void>;
  prepareReload(config: Config): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export async function assembleScripts(parts: ScriptParts): Promise<ScriptRooms> {
  const { config, clock, log, store, domain, concealment } = parts;
  const { scriptData } = store;
  const kv = new KvDesk(scriptData.kv, clock);
  const sweep = new KvSweep(scriptData.kv, clock, log);
  const secrets = new SecretDesk({ store: scriptData.secrets, clock, log });
  const useKey = ({ secretKey: configured }: Config): Promise<void> =>
    secrets.useKey({ configured, file: join(config.data, "secret.key") });
  await useKey(config);
  let sandbox: Pick<Sandbox, "setEnvironment"> | null = null;
  const environments = new Environments({
    store: scriptData.environments,
    domain,
    onChange: (script, variables) => sandbox?.setEnvironment(script, variables),
  });
  const turnstile = new Turnstile();
  let { country } = config.media;
  return {
    data: {
      kv,
      secrets,
      environments,
      async purge(of) {
        await scriptData.remove(of);
        await environments.put(of.script, environments.declared(of.script));
        await kv.clear(of, "");
      },
    },
    modules: {
      kv: kvOperations(kv, domain, turnstile),
      phone: phoneOperations(parsePhoneNumber, () => country),
      secrets: secretOperations(secrets, domain, turnstile, concealment),
    },
    concealment,
    sealing: secrets,
    environment: (script) => environments.of(script),
    loadEnvironments(of) {
      sandbox = of;
      return environments.load(config.scripts);
    },
    async prepareReload(next) {
      await useKey(next);
      country = next.media.country;
      environments.replaceConfigured(next.scripts);
    },
    start() {
      sweep.start();
    },
    stop: () => sweep.stop(),
  };
}
