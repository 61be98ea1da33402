/** Versions of scripts with their source, and what was deployed when. Versions and deployments are never changed. */
import type { Deployment, ScriptVersion } from "../../port/deployment.ts";
import type { NewSecrets } from "../../port/script-data-store.ts";
import type { Database } from "../schema.ts";
import { changeSecrets } from "./secrets.ts";

export async function scriptVersions(db: Database, script?: string): Promise<ScriptVersion[]> {
  let query = db.selectFrom("scriptVersions").selectAll();
  if (script !== undefined) query = query.where("script", "=", script);
  const rows = await query.orderBy("script").orderBy("version").execute();
  return rows.map(({ domain: _, handlers, files, diagnostics, ...row }) => ({
    ...row,
    // Written by `addScriptVersion` from the very types they are read as.
    handlers: JSON.parse(handlers) as ScriptVersion["handlers"],
    files: JSON.parse(files) as ScriptVersion["files"],
    diagnostics: JSON.parse(diagnostics) as ScriptVersion["diagnostics"],
  }));
}

export async function scriptFiles(db: Database, script: string, version: number): Promise<Record<string, string>> {
  const rows = await db
    .selectFrom("scriptFiles")
    .select(["path", "text"])
    .where("script", "=", script)
    .where("version", "=", version)
    .orderBy("path")
    .execute();
  return Object.fromEntries(rows.map((row) => [row.path, row.text]));
}

export async function addScriptVersion(
  db: Database,
  version: ScriptVersion,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  await db
    .insertInto("scriptVersions")
    .values({
      ...version,
      handlers: JSON.stringify(version.handlers),
      files: JSON.stringify(version.files),
      diagnostics: JSON.stringify(version.diagnostics),
    })
    .execute();
  const key = { script: version.script, version: version.version };
  for (const [path, text] of Object.entries(files)) {
    await db
      .insertInto("scriptFiles")
      .values({ ...key, path, text })
      .execute();
  }
}

export async function scriptDeployments(db: Database, script?: string): Promise<Deployment[]> {
  let query = db.selectFrom("deployments").selectAll();
  if (script !== undefined) query = query.where("script", "=", script);
  const rows = await query.orderBy("script").orderBy("id").execute();
  // Written by `addDeployment` from the very type it is read as.
  return rows.map(({ domain: _, versions, autoRollback, ...row }) => ({
    ...row,
    autoRollback: autoRollback === 1,
    versions: JSON.parse(versions) as Deployment["versions"],
  }));
}

export async function addDeployment(db: Database, deployment: Deployment, secrets?: NewSecrets): Promise<boolean> {
  if (secrets !== undefined && !(await changeSecrets(db, secrets, []))) return false;
  await db
    .insertInto("deployments")
    .values({
      ...deployment,
      versions: JSON.stringify(deployment.versions),
      autoRollback: deployment.autoRollback ? 1 : 0,
    })
    .execute();
  return true;
}

export async function removeScriptVersions(db: Database, script: string, versions: readonly number[]): Promise<void> {
  for (const table of ["scriptFiles", "scriptVersions"] as const) {
    await db.deleteFrom(table).where("script", "=", script).where("version", "in", versions).execute();
  }
}

/** Forgets the deployments before the one with this id. */
export async function trimDeployments(db: Database, script: string, first: number): Promise<void> {
  await db.deleteFrom("deployments").where("script", "=", script).where("id", "<", first).execute();
}

export async function removeScript(db: Database, script: string): Promise<void> {
  for (const table of ["deployments", "scriptFiles", "scriptVersions"] as const) {
    await db.deleteFrom(table).where("script", "=", script).execute();
  }
}
