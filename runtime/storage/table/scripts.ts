/** Versions of scripts with their source, and what was deployed when. Versions and deployments are never changed. */
import type { Deployment, ScriptVersion } from "../../port/deployment.ts";
import type { Database } from "../schema.ts";

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
  return rows.map(({ domain: _, versions, ...row }) => ({
    ...row,
    versions: JSON.parse(versions) as Deployment["versions"],
  }));
}

export async function addDeployment(db: Database, deployment: Deployment): Promise<void> {
  await db
    .insertInto("deployments")
    .values({ ...deployment, versions: JSON.stringify(deployment.versions) })
    .execute();
}

export async function removeScript(db: Database, script: string): Promise<void> {
  for (const table of ["deployments", "scriptFiles", "scriptVersions"] as const) {
    await db.deleteFrom(table).where("script", "=", script).execute();
  }
}
