/** `secrets`: what a script must know and nobody may read: API keys, passwords. */
import { operate } from "./operation.ts";

/**
 * The secrets of the script, set with `strowger secret put SCRIPT NAME` or over the API, which never gives one back. They
 * are kept encrypted, and belong to the script: a new version or a rollback changes none of them. A secret that the script
 * has got is shown as `***` in its `console` lines and errors.
 *
 * @example
 * const key = await secrets.get("CRM_KEY");
 */
export const secrets = Object.freeze({
  /**
   * The value as it is now. `not-found`: there is no such secret; `unavailable`: the switch has lost the key that secrets
   * are encrypted with.
   */
  get(name: string): Promise<string> {
    return operate("secrets.get", { name });
  },
});
