import { path } from "../../../api/path.ts";

/** A key is the rest of the path: its slashes stay. */
export function kvPath(script: string, key: string): string {
  return `${path`/v1/scripts/${script}/kv`}/${key.split("/").map(encodeURIComponent).join("/")}`;
}
