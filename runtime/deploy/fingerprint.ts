/** The SHA-256 of a version: over its entry and its files in the order of their paths, whatever order they came in. */
import { createHash } from "node:crypto";

export function fingerprint(entry: string, files: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([entry, sorted]))
    .digest("hex");
}
