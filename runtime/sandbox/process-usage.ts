/** What the kernel knows of a process: `null` where it is gone, or where the system has no such file. */
import { readFileSync } from "node:fs";

const KB_PER_MB = 1024;
const NS_PER_MS = 1e6;

/** Resident memory. */
export function residentMB(pid: number | undefined): number | null {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(read(pid, "status") ?? "");
  return found === null ? null : Number(found[1]) / KB_PER_MB;
}

/** CPU time of the first thread, the one that runs scripts. */
export function mainThreadCpuMs(pid: number | undefined): number | null {
  const found = /^(\d+) /.exec(read(pid, "schedstat") ?? "");
  return found === null ? null : Number(found[1]) / NS_PER_MS;
}

function read(pid: number | undefined, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return null;
  }
}
