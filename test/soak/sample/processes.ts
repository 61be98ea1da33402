/** What the kernel says of the processes of a switch. */
import { readdirSync, readFileSync } from "node:fs";
import { descendantsOf } from "../../helpers/process-tree.ts";

const KB_PER_MB = 1024;

type Kind = "switch" | "host" | "other";

export interface ProcessFigures {
  readonly count: number;
  readonly rssMB: Readonly<Record<Kind, number>>;
  readonly descriptors: Readonly<Record<Kind, number>>;
  readonly switchThreads: number;
}

/** `parent`: what was started. */
export function readProcesses(parent: number): ProcessFigures {
  const rssMB = { switch: 0, host: 0, other: 0 };
  const descriptors = { switch: 0, host: 0, other: 0 };
  let switchThreads = 0;
  const all = [{ pid: parent, command: "" }, ...descendantsOf(parent)];
  for (const { pid, command } of all) {
    const kind = kindOf(command);
    const status = textOf(`/proc/${pid}/status`);
    rssMB[kind] += numberIn(status, "VmRSS") / KB_PER_MB;
    descriptors[kind] += entriesIn(`/proc/${pid}/fd`);
    if (kind === "switch") switchThreads = numberIn(status, "Threads");
  }
  return { count: all.length, rssMB, descriptors, switchThreads };
}

function kindOf(command: string): Kind {
  if (command.includes("switch-process")) return "switch";
  return command.includes("sandbox/host/main") ? "host" : "other";
}

function numberIn(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
}

/** A process may end while we look. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

function entriesIn(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}
