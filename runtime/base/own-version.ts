/** The version of this program. */
import { readFileSync } from "node:fs";

export function ownVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  // The manifest of this very package.
  return (JSON.parse(text) as { version: string }).version;
}
