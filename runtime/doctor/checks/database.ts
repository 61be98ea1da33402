/** Whether the database opens, is whole, and is of a version that this program knows. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { inspectDatabase } from "../../storage/inspect-database.ts";
import { type Found, ok, problem, reasonOf, warning } from "../finding.ts";
import type { Subject } from "../subject.ts";

const FILE = "strowger.sqlite";
/** Reading it all takes longer than anybody waits for, and would keep the disk from the calls. */
const MOST_BYTES = 512 * 1024 * 1024;

export function checkDatabase({ config }: Subject): readonly Found[] {
  const file = join(config.data, FILE);
  if (!existsSync(file)) return [ok(file, "the first start will make it")];
  const { size } = statSync(file);
  if (size > MOST_BYTES) return [ok(file, `${Math.round(size / 1e6)} MB: too large to be read through here`)];
  try {
    const { damage, schema, known } = inspectDatabase(file);
    if (damage.length > 0) {
      return [problem(file, `it is damaged: ${damage.join("; ")}`, "stop the switch and restore a backup")];
    }
    if (schema > known) {
      const what = `a newer Strowger has written it (schema ${schema}; this program knows ${known})`;
      return [problem(file, what, "start that one, or restore a backup from before the upgrade")];
    }
    if (schema < known) return [ok(file, `schema ${schema}: the next start brings it to ${known}`)];
    return [ok(file, `whole, schema ${schema}`)];
  } catch (error) {
    const reason = reasonOf(error);
    if (/locked|busy/i.test(reason))
      return [warning(file, "it is locked by somebody who writes for long", "find out who does")];
    return [problem(file, `it cannot be opened: ${reason}`, "see that this user owns it, or restore a backup")];
  }
}
