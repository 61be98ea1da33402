/**
 * Statements that run all the time: building one costs more than running it, so its text is kept, and only the parameters
 * change.
 */
import { type Compilable, CompiledQuery } from "kysely";
import type { Database } from "./schema.ts";

const texts = new WeakMap<Database, Map<string, string>>();

/** Runs the statement of this name; `build` is asked for it once, and `parameters` stand in the order of its own. */
export async function runPrepared(
  db: Database,
  name: string,
  build: () => Compilable,
  parameters: readonly unknown[],
): Promise<void> {
  let known = texts.get(db);
  if (known === undefined) {
    known = new Map();
    texts.set(db, known);
  }
  let text = known.get(name);
  if (text === undefined) {
    text = build().compile().sql;
    known.set(name, text);
  }
  await db.executeQuery(CompiledQuery.raw(text, [...parameters]));
}
