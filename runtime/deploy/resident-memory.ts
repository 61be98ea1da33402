/** Memory of a child process: what it holds in RAM, which no heap limit counts as a whole. */
import { readFileSync } from "node:fs";

/** 0 where the platform does not tell. */
export function residentKb(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
