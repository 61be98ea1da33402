/** The scripts as the store has them, and the versions that are live, ready to be loaded. */
import type { Log } from "../base/log.ts";
import type { ScriptVersion } from "../port/deployment.ts";
import type { ScriptBundle } from "../port/sandbox.ts";
import type { ScriptRef } from "../port/script.ts";
import type { Store } from "../port/store.ts";
import type { Builder } from "./builder.ts";
import { ScriptHistory } from "./script-history.ts";

export interface RestoredScripts {
  readonly histories: readonly ScriptHistory[];
  readonly bundles: readonly ScriptBundle[];
}

/** `resumed`: versions that calls run on which have outlived the process before. */
export async function restoreScripts(
  store: Store["scripts"],
  builder: Builder,
  { log, resumed }: { readonly log: Log; readonly resumed: readonly ScriptRef[] },
): Promise<RestoredScripts> {
  const histories = await readHistories(store);
  const live = liveIn(histories, resumed);
  const sources = await Promise.all(
    live.map(async ({ script, version, entry }) => ({ entry, files: await store.files(script, version) })),
  );
  const stripped = await builder.strip(sources);
  const bundles = live.flatMap(({ script, version, entry, handlers }, index) => {
    const modules = stripped[index];
    if (modules) return [{ ref: { script, version }, entry, modules, handlers }];
    log.error("a deployed version cannot be read any more: deploy another one", { script, version });
    return [];
  });
  return { histories, bundles };
}

/** Builds what is live ahead of its restoration. Throws `DeployError` for what this program cannot run. */
export async function checkLiveScripts(
  store: Store["scripts"],
  builder: Builder,
  environment: (script: string) => Readonly<Record<string, string>>,
): Promise<void> {
  const live = liveIn(await readHistories(store), []);
  await Promise.all(
    live.map(async ({ script, version, entry }) =>
      builder.checkAhead({ entry, files: await store.files(script, version), env: environment(script) }),
    ),
  );
}

function liveIn(histories: readonly ScriptHistory[], resumed: readonly ScriptRef[]): readonly ScriptVersion[] {
  return histories.flatMap((history) => {
    const used = resumed.filter(({ script }) => script === history.name).map(({ version }) => version);
    return [...new Set([...history.liveVersions(), ...used])].flatMap((number) => history.find(number) ?? []);
  });
}

async function readHistories(store: Store["scripts"]): Promise<ScriptHistory[]> {
  const histories = new Map<string, ScriptHistory>();
  for (const version of await store.versions()) {
    const history = histories.get(version.script) ?? new ScriptHistory(version.script);
    history.addVersion(version);
    histories.set(version.script, history);
  }
  for (const deployment of await store.deployments()) histories.get(deployment.script)?.addDeployment(deployment);
  return [...histories.values()];
}
