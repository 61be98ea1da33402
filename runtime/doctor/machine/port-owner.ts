/** Which process has a port, by the tables of the kernel (Linux). Other users' processes are seen by root alone. */
import { readdir, readFile, readlink } from "node:fs/promises";

export interface PortOwner {
  readonly pid: number;
  /** The command line. */
  readonly command: string;
}

/** `null`: nobody, or nobody that this user may see. */
export async function ownerOf(protocol: "udp" | "tcp", port: number): Promise<PortOwner | null> {
  const tables = await Promise.all([read(`/proc/net/${protocol}`), read(`/proc/net/${protocol}6`)]);
  const inodes = new Set(tables.flatMap((table) => inodesOf(table, port, protocol)));
  if (inodes.size === 0) return null;
  for (const name of await list("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    if (await holds(name, inodes)) return { pid: Number(name), command: await commandOf(name) };
  }
  return null;
}

/** Inodes of the sockets that listen on a port, of all addresses. */
export function inodesOf(table: string, port: number, protocol: "udp" | "tcp"): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const listening = protocol === "tcp" ? "0A" : "07";
  return table.split("\n").flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [, local = "", , state, , , , , , inode = ""] = columns;
    return local.endsWith(wanted) && state === listening && inode !== "0" ? [inode] : [];
  });
}

async function holds(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  for (const fd of await list(`/proc/${pid}/fd`)) {
    const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => "");
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

async function commandOf(pid: string): Promise<string> {
  return (await read(`/proc/${pid}/cmdline`)).replaceAll("\0", " ").trim();
}

async function list(folder: string): Promise<readonly string[]> {
  return await readdir(folder).catch(() => []);
}

async function read(path: string): Promise<string> {
  return await readFile(path, "latin1").catch(() => "");
}
