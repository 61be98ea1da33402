/** Schedules of scripts, replaced per script as a whole, and how far each has come. */
import type { Schedule, ScheduleMark, ScheduleRow } from "../../port/schedule.ts";
import type { Database } from "../schema.ts";

export async function allSchedules(db: Database): Promise<ScheduleRow[]> {
  const rows = await db.selectFrom("schedules").selectAll().orderBy("script").orderBy("position").execute();
  return rows.map(({ script, name, cron, timeZone }) => ({ script, name, cron, timeZone }));
}

export async function replaceSchedules(
  db: Database,
  script: string,
  schedules: readonly Schedule[],
  marks: readonly ScheduleMark[],
): Promise<void> {
  await db.deleteFrom("schedules").where("script", "=", script).execute();
  for (const [position, { name, cron, timeZone }] of schedules.entries()) {
    await db.insertInto("schedules").values({ script, name, position, cron, timeZone }).execute();
  }
  for (const mark of marks) await putScheduleMark(db, mark);
}

export async function scheduleMarks(db: Database): Promise<ScheduleMark[]> {
  const rows = await db.selectFrom("scheduleMarks").selectAll().execute();
  return rows.map(({ domain: _, ...mark }) => mark);
}

export async function putScheduleMark(db: Database, mark: ScheduleMark): Promise<void> {
  const { cron, timeZone, reachedAt } = mark;
  await db
    .insertInto("scheduleMarks")
    .values(mark)
    .onConflict((conflict) => conflict.columns(["domain", "script", "name"]).doUpdateSet({ cron, timeZone, reachedAt }))
    .execute();
}

export async function forgetScheduleMarks(
  db: Database,
  marks: readonly { readonly script: string; readonly name: string }[],
): Promise<void> {
  for (const { script, name } of marks) {
    await db.deleteFrom("scheduleMarks").where("script", "=", script).where("name", "=", name).execute();
  }
}
