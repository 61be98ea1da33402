/** What holds of a key at a time, wherever keys are kept. */
import { isDeepStrictEqual } from "node:util";
import type { KvCondition } from "../../port/script-data.ts";

export function hasExpired({ expiresAt }: { readonly expiresAt: number | null }, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/** Whether a write may be done. `live`: what the key holds and has not expired. */
export function holds(
  condition: KvCondition,
  live: { readonly json: string; readonly version: number } | undefined,
): boolean {
  switch (condition.type) {
    case "none":
      return true;
    case "absent":
      return live === undefined;
    case "present":
      return live !== undefined;
    case "version":
      return live !== undefined && condition.versions.includes(live.version);
    case "value":
      return live !== undefined && isSameJson(live.json, condition.json);
  }
}

function isSameJson(one: string, other: string): boolean {
  return one === other || isDeepStrictEqual(JSON.parse(one), JSON.parse(other));
}
