/** Tells what of a configuration takes effect at the next start alone. */
import type { Config } from "../config/config.ts";

/** What a reload does not change. */
export function needsRestart(before: Config, after: Config): string[] {
  const keys = [
    "domains",
    "listen",
    "advertise",
    "data",
    "storage",
    "digest",
    "nat",
    "edges",
    "serviceRoute",
    "journal",
    "hep",
    "tracing",
    "media",
    "sip",
  ] as const;
  const changed: string[] = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  if (JSON.stringify(before.http.listen) !== JSON.stringify(after.http.listen)) changed.push("http.listen");
  for (const key of ["smtp", "transcribe"] as const) {
    if (JSON.stringify(before.voicemail[key]) !== JSON.stringify(after.voicemail[key]))
      changed.push(`voicemail.${key}`);
  }
  if (JSON.stringify(before.limits.connections) !== JSON.stringify(after.limits.connections))
    changed.push("limits.connections");
  if (JSON.stringify(before.limits.script) !== JSON.stringify(after.limits.script)) changed.push("limits.script");
  return changed.map((key) => `${key} has changed: it takes effect at the next start`);
}
