/** The system's own table of names (/etc/hosts), which goes before DNS as it does for every other program. */
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";

const MAX_BYTES = 1024 * 1024;

/** Addresses of a name in either family. */
export interface HostsEntry {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

export type HostsTable = ReadonlyMap<string, HostsEntry>;

/** An empty table where the file cannot be read. */
export async function readHosts(path: string): Promise<HostsTable> {
  try {
    return parseHosts(await readFile(path, "latin1"));
  } catch {
    return new Map();
  }
}

export function parseHosts(text: string): HostsTable {
  const table = new Map<string, { ipv4: string[]; ipv6: string[] }>();
  for (const line of text.slice(0, MAX_BYTES).split("\n")) {
    const [address = "", ...names] = (line.split("#")[0] ?? "").trim().split(/\s+/);
    const version = isIP(address);
    if (version === 0) continue;
    for (const name of names) {
      const entry = table.get(name.toLowerCase()) ?? { ipv4: [], ipv6: [] };
      (version === 4 ? entry.ipv4 : entry.ipv6).push(address);
      table.set(name.toLowerCase(), entry);
    }
  }
  return table;
}
