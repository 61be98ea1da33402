/** Changes what is live, and says what has come of it. */
import { send } from "../../../api/client.ts";
import { path } from "../../../api/path.ts";
import { isConflict, makeLive, type Standing } from "../api.ts";
import type { Share } from "./split.ts";

/** Throws with plain words where somebody else has changed it in between; what is shown is read anew then. */
export async function release(
  name: string,
  shares: readonly Share[],
  standing: Standing,
  changed: () => Promise<void>,
): Promise<void> {
  try {
    await makeLive(name, shares, { etag: standing.deployment?.etag ?? null });
  } catch (error) {
    if (!isConflict(error)) throw error;
    await changed();
    throw new Error("Somebody else has changed what is live meanwhile. Nothing was changed. Look at it again first.");
  }
  await changed();
}

/** To the deployment before. */
export async function rollBack(name: string, changed: () => Promise<void>): Promise<void> {
  await send("POST", path`/v1/scripts/${name}/rollback`, {});
  await changed();
}
